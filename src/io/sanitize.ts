import { stripControls } from '../domain/controls.ts';

/** A parsed JSON value with every string stripped, keys too (written out or as \u001b escapes, it is the same here). */
export const stripDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return stripControls(value);
  if (Array.isArray(value)) return value.map(stripDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [stripControls(key), stripDeep(held)]),
  );
};

/** One line of at most `max` characters, for a message: controls stripped, blanks folded, cut with an ellipsis. */
export const oneLine = (text: string, max = 160): string => {
  const line = stripControls(text.slice(0, 4 * max))
    .replaceAll(/\s+/g, ' ')
    .trim();
  const letters = [...line];
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : line;
};
