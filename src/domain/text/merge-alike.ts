/** Words that two texts must share, as a part of the longer one, to be read as one text. */
const leastShared = 0.6;
/** A longer difference is a statement of its own. */
const mostDifferent = 4;

const trailing = /[,:;.]$/;

interface Difference {
  readonly prefix: readonly string[];
  readonly one: string;
  readonly other: string;
  readonly suffix: readonly string[];
}

const differenceOf = (one: readonly string[], other: readonly string[]): Difference | undefined => {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const middle = (words: readonly string[]): readonly string[] => words.slice(start, words.length - end);
  const ownPart = middle(one);
  const otherPart = middle(other);
  const longest = Math.max(ownPart.length, otherPart.length);
  const isAlike =
    start > 0 &&
    Math.min(ownPart.length, otherPart.length) > 0 &&
    longest <= mostDifferent &&
    start + end >= leastShared * Math.max(one.length, other.length);
  if (!isAlike) return undefined;
  return {
    prefix: one.slice(0, start),
    one: ownPart.join(' '),
    other: otherPart.join(' '),
    suffix: one.slice(one.length - end),
  };
};

/** 'of bus-0:' and 'of orders-0:' → 'of bus-0, orders-0:'. */
const joined = ({ prefix, one, other, suffix }: Difference): string => {
  const mark = trailing.exec(one)?.[0] ?? '';
  const isShared = mark !== '' && other.endsWith(mark);
  const first = isShared ? one.slice(0, -1) : one;
  return [...prefix, `${first}, ${other}`, ...suffix].join(' ');
};

/**
 * Merges neighboring texts that differ in one short part, such as the names of their objects: 'Restart a-0', 'Restart b-0' → 'Restart
 * a-0, b-0'. Others stay as they are. No part is lost.
 */
export const mergeAlike = (texts: readonly string[]): readonly string[] => {
  const merged: string[] = [];
  // The texts as they were, because a merged one differs in more.
  let last: readonly string[] = [];
  let part = '';
  for (const text of texts) {
    const words = text.split(' ');
    const difference = differenceOf(last, words);
    const before = merged.at(-1);
    const isContinued = part === '' || (difference !== undefined && before?.includes(part) === true);
    if (before === undefined || difference === undefined || !isContinued) {
      merged.push(text);
      part = '';
    } else if (part === '') {
      merged[merged.length - 1] = joined(difference);
      part = difference.other.replace(trailing, '');
    } else {
      const next = difference.other.replace(trailing, '');
      const partEnd = before.lastIndexOf(part) + part.length;
      merged[merged.length - 1] = `${before.slice(0, partEnd)}, ${next}${before.slice(partEnd)}`;
      part = next;
    }
    last = words;
  }
  return merged;
};
