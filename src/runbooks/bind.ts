import type { ParamValue, ParamValues } from '../domain/param-value.ts';

const reference = /\$\{param\.([^}]*)\}/g;
const whole = /^\$\{param\.([^}]*)\}$/;

const boundValue = (name: string, values: ParamValues): ParamValue => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  // checkRunbook and checkParams have run before anything is bound, so this is a mistake of ours, and nothing is sent.
  if (value === undefined) throw new Error(`parameter ${name} has no value to bind`);
  return value;
};

const bindText = (text: string, values: ParamValues): ParamValue => {
  const alone = whole.exec(text)?.[1];
  if (alone !== undefined) return boundValue(alone, values);
  return text.replaceAll(reference, (_, name: string) => String(boundValue(name, values)));
};

const bind = (tree: unknown, values: ParamValues): unknown => {
  if (typeof tree === 'string') return bindText(tree, values);
  if (Array.isArray(tree)) return tree.map((item) => bind(item, values));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, bind(value, values)]));
};

/**
 * A tree (texts, numbers, lists, maps) with its `${param.NAME}` replaced. A text that is one reference and nothing else
 * becomes the value in its own type; what was put in is never looked at again, so a value that reads `${param.x}`, or
 * that holds quotes, stays as it is. Keys are not bound. Throws for a parameter without a value.
 */
export const bindParams = <T>(tree: T, values: ParamValues): T =>
  // The shape stays; only texts that are one whole reference change their type, to what the operation's schema checks.
  bind(tree, values) as T;

/** The names of the parameters that a tree refers to, in their order, once each. */
export const paramsIn = (tree: unknown): readonly string[] => {
  if (typeof tree === 'string')
    return [...new Set([...tree.matchAll(reference)].map((found) => found[1] ?? ''))];
  if (typeof tree !== 'object' || tree === null) return [];
  return [...new Set(Object.values(tree).flatMap(paramsIn))];
};

/** The same with `${each}` replaced by one value of a loop. What is put in is never looked at again. */
export const bindEach = <T>(tree: T, value: string): T => {
  const put = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replaceAll('${each}', () => value);
    if (Array.isArray(part)) return part.map(put);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, put(inner)]));
  };
  // Only texts change, and they stay texts.
  return put(tree) as T;
};
