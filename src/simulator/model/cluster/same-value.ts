const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const keysOf = (value: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(value).filter((key) => value[key] !== undefined);

/**
 * Both become the same JSON but for the order of keys: an `undefined` in an object is as if it were not there.
 * Compares in place: controllers ask this of every object that they write, several times a second.
 */
export const isSameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((each, index) => isSameValue(each, b[index]));
  }
  const keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every((key) => isSameValue(a[key], b[key]));
};
