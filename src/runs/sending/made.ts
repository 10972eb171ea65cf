import type { OperationCall } from '../../domain/operation.ts';

/** What the answers of a step named, by key: ids of what it made. */
export type Made = Readonly<Record<string, string>>;

const reference = /^\$\{made\.([\w-]+)\}$/;

/** The same call with `${made.KEY}` replaced by what the act has told; undefined when it told nothing of a key. */
export const withMade = (call: OperationCall, made: Made): OperationCall | undefined => {
  let whole = true;
  const bound = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bound);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, bound(held)]));
    const key = typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
    if (key === undefined) return value;
    whole &&= Object.hasOwn(made, key);
    return made[key];
  };
  const values = Object.fromEntries(Object.entries(call.with).map(([name, value]) => [name, bound(value)]));
  return whole ? { ...call, with: values } : undefined;
};
