/** A list in its given order, and sorted. */
export interface SortedList<T> {
  readonly given: readonly T[];
  readonly sorted: readonly T[];
}

/** Beyond this share of changed elements, sorting everything in its last order is faster. */
const maxChangedShare = 0.25;

interface Changes<T> {
  /** Removed elements, in the order of the list before. */
  readonly gone: readonly T[];
  /** Their replacements, in the order of the list. */
  readonly come: readonly T[];
}

/** The elements that differ from those at the same index; undefined if they are too many. */
const changedElements = <T>(before: readonly T[], now: readonly T[]): Changes<T> | undefined => {
  const most = now.length * maxChangedShare;
  const gone: T[] = [];
  const come: T[] = [];
  for (let index = 0; index < now.length; index++) {
    const was = before[index] as T;
    const is = now[index] as T;
    if (was === is) continue;
    gone.push(was);
    come.push(is);
    if (come.length > most) return undefined;
  }
  return { gone, come };
};

/** `sorted` without `gone`, which is sorted in the same way. Compares identities only, which costs no look at the elements. */
const without = <T>(sorted: readonly T[], gone: readonly T[]): readonly T[] => {
  let next = 0;
  return sorted.filter((item) => {
    if (item !== gone[next]) return true;
    next++;
    return false;
  });
};

/** Merges a few sorted elements into a long sorted list; elements that compare as equal keep the order of `given`. */
const merge = <T extends object>(
  long: readonly T[],
  few: readonly T[],
  compare: (a: T, b: T) => number,
  given: readonly T[],
): readonly T[] => {
  let indices: ReadonlyMap<T, number> | undefined;
  const inGivenOrder = (a: T, b: T): number => {
    indices ??= new Map(given.map((element, index) => [element, index]));
    return (indices.get(a) ?? 0) - (indices.get(b) ?? 0);
  };
  const merged: T[] = [];
  let from = 0;
  for (const item of few) {
    let low = from;
    let high = long.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = long[middle] as T;
      if ((compare(other, item) || inGivenOrder(other, item)) < 0) low = middle + 1;
      else high = middle;
    }
    for (let index = from; index < low; index++) merged.push(long[index] as T);
    merged.push(item);
    from = low;
  }
  for (let index = from; index < long.length; index++) merged.push(long[index] as T);
  return merged;
};

/**
 * Sorts a list of the same length in the order that its last elements had: a reading changes many values, but few of them move
 * their row, and a list that is almost in order takes about one comparison per element.
 */
const sortInLastOrder = <T extends object>(
  given: readonly T[],
  compare: (a: T, b: T) => number,
  before: SortedList<T>,
): readonly T[] => {
  const indices = new Map(before.given.map((element, index) => [element, index]));
  return before.sorted
    .map((element) => indices.get(element) ?? 0)
    .sort((a, b) => compare(given[a] as T, given[b] as T) || a - b)
    .map((index) => given[index] as T);
};

/**
 * Returns `given` as `toSorted(compare)` would. If it differs from `before` in a few elements at the same indices, as the
 * next reading of a large feed does, only those are sorted, and merged into the others. Elements must be distinct objects.
 */
export const sortLike = <T extends object>(
  given: readonly T[],
  compare: (a: T, b: T) => number,
  before: SortedList<T> | undefined,
): readonly T[] => {
  if (before?.given.length !== given.length) return given.toSorted(compare);
  const changed = changedElements(before.given, given);
  if (changed === undefined) return sortInLastOrder(given, compare, before);
  const { gone, come } = changed;
  if (come.length === 0) return before.sorted;
  const kept = without(before.sorted, gone.toSorted(compare));
  return merge(kept, come.toSorted(compare), compare, given);
};
