import { isObject } from '../../../domain/is-object.ts';
import { entries, field } from '../../wire-value.ts';

/**
 * The patch that takes a patch back: the values that were there, null where there was none. Undefined when it says more
 * than values of fields: lists are merged by rules of each field, and directives ($patch) replace or delete.
 */
export const inversePatch = (
  patch: unknown,
  before: unknown,
): Readonly<Record<string, unknown>> | undefined => {
  const back: [string, unknown][] = [];
  for (const [name, value] of entries(patch)) {
    const was = field(before, name);
    if (name.startsWith('$') || Array.isArray(value) || Array.isArray(was)) return undefined;
    if (isObject(value) && isObject(was)) {
      const inner = inversePatch(value, was);
      if (inner === undefined) return undefined;
      back.push([name, inner]);
    } else back.push([name, was ?? null]);
  }
  return Object.fromEntries(back);
};
