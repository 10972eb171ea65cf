import { stripControls } from '../domain/controls.ts';

/** Objects with keys that are spelled otherwise on the wire, and those keys as they are here. */
const respelled = new WeakMap<object, ReadonlySet<string>>();

/** True when a key of a stripped value is not what the wire calls it: it may be shown, and sent back it names another. */
export const isRespelled = (holder: object, key: string): boolean => respelled.get(holder)?.has(key) === true;

/** A parsed JSON value with every string stripped, keys too (written out or as \u001b escapes, it is the same here). */
export const stripDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return stripControls(value);
  if (Array.isArray(value)) return value.map(stripDeep);
  if (typeof value !== 'object' || value === null) return value;
  const stripped = Object.entries(value).map(
    ([key, held]) => [stripControls(key), stripDeep(held), key] as const,
  );
  const result = Object.fromEntries(stripped);
  const others = stripped.flatMap(([key, , wireKey]) => (key === wireKey ? [] : [key]));
  if (others.length > 0) respelled.set(result, new Set(others));
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
