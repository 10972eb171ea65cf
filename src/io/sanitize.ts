import { stripControls } from '../domain/controls.ts';

/** Objects with keys that are spelled otherwise on the wire, and those keys as they are here. */
const respelled = new WeakMap<object, ReadonlySet<string>>();

/** True when a key of a stripped value is not what the wire calls it: it may be shown, and sent back it names another. */
export const isRespelled = (holder: object, key: string): boolean => respelled.get(holder)?.has(key) === true;

/** Objects and lists in which, however deep, something was taken out of a text or a key. */
const altered = new WeakSet<object>();

/** True when a stripped value is not, however deep, what came by the wire: it may be shown, and sent back it is another. */
export const isAltered = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && altered.has(value);

const differs = (was: unknown, is: unknown): boolean => (typeof is === 'object' ? isAltered(is) : was !== is);

/** A parsed JSON value with every string stripped, keys too (written out or as \u001b escapes, it is the same here). */
export const stripDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return stripControls(value);
  if (Array.isArray(value)) {
    const items = value.map(stripDeep);
    if (items.some((item, index) => differs(value[index], item))) altered.add(items);
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const stripped = Object.entries(value).map(
    ([key, held]) => ({ key: stripControls(key), held: stripDeep(held), wireKey: key, was: held }) as const,
  );
  const result = Object.fromEntries(stripped.map(({ key, held }) => [key, held]));
  const others = stripped.flatMap(({ key, wireKey }) => (key === wireKey ? [] : [key]));
  if (others.length > 0) respelled.set(result, new Set(others));
  if (others.length > 0 || stripped.some(({ was, held }) => differs(was, held))) altered.add(result);
  return result;
};

/** One line of at most `max` characters, for a message: controls stripped, blanks folded, cut with an ellipsis. */
export const oneLine = (text: string, max = 160): string => {
  const line = stripControls(text.slice(0, 4 * max))
    .replaceAll(/\s+/g, ' ')
    .trim();
  const letters = [...line];
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : line;
};
