import type { Item } from './items.ts';

/** Of more matches than this only the likeliest are weighed with care, and listed. */
export const listed = 250;

const lower = new WeakMap<Item, string>();

const lowered = (item: Item): string => {
  const had = lower.get(item);
  if (had !== undefined) return had;
  const text = item.text.toLowerCase();
  lower.set(item, text);
  return text;
};

/** Scores above this are all the same: unlikely. */
const worst = 200;

/**
 * How far apart the letters stand in the text, lower is better; -1 when they do not all stand there in their order. The
 * letters found from the front are pulled together from behind.
 */
const spreadOf = (text: string, letters: string): number => {
  let at = -1;
  for (let index = 0; index < letters.length; index++) {
    at = text.indexOf(letters[index] ?? '', at + 1);
    if (at < 0) return -1;
  }
  let from = at;
  for (let index = letters.length - 2; index >= 0; index--)
    from = text.lastIndexOf(letters[index] ?? '', from - 1);
  const inWord = from > 0 && text[from - 1] !== ' ' ? 2 : 0;
  return Math.min(worst, 2 * (at - from + 1 - letters.length) + inWord);
};

/** The likeliest of the items that hold these letters in their order, at most so many as are listed, and how many do. */
export const shortlist = (
  items: readonly Item[],
  letters: string,
): { readonly items: readonly Item[]; readonly matches: number } => {
  const wanted = letters.toLowerCase();
  const buckets: Item[][] = [];
  let matches = 0;
  for (const item of items) {
    const score = spreadOf(lowered(item), wanted);
    if (score < 0) continue;
    matches++;
    const bucket = buckets[score];
    if (bucket === undefined) buckets[score] = [item];
    else if (bucket.length < listed) bucket.push(item);
  }
  const best: Item[] = [];
  for (const bucket of buckets) {
    if (best.length >= listed) break;
    best.push(...(bucket ?? []).slice(0, listed - best.length));
  }
  return { items: best, matches };
};
