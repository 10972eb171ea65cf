const maxCompared = 1500;

/** Returns the length of the longest common subsequence of was[i…] and is[j…]. */
type Shares = (i: number, j: number) => number;

const sharesOf = (was: readonly string[], is: readonly string[]): Shares => {
  const table = Array.from({ length: was.length + 1 }, () => new Uint16Array(is.length + 1));
  const shares: Shares = (i, j) => table[i]?.[j] ?? 0;
  for (const [i, row] of [...table.entries()].reverse())
    for (let j = is.length - 1; j >= 0 && i < was.length; j -= 1)
      row[j] = was[i] === is[j] ? shares(i + 1, j + 1) + 1 : Math.max(shares(i + 1, j), shares(i, j + 1));
  return shares;
};

/** Returns the common lines of two texts as pairs of indexes; none if a text exceeds `maxCompared` lines. */
const shared = (was: readonly string[], is: readonly string[]): readonly (readonly [number, number])[] => {
  if (was.length > maxCompared || is.length > maxCompared) return [];
  const shares = sharesOf(was, is);
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < was.length && j < is.length; )
    if (was[i] === is[j]) pairs.push([i++, j++]);
    else if (shares(i + 1, j) >= shares(i, j + 1)) i += 1;
    else j += 1;
  return pairs;
};

/** Returns the number of common lines at the start and at the end. */
const edges = (was: readonly string[], is: readonly string[]): readonly [front: number, back: number] => {
  const most = Math.min(was.length, is.length);
  let front = 0;
  while (front < most && was[front] === is[front]) front += 1;
  let back = 0;
  while (back < most - front && was.at(-1 - back) === is.at(-1 - back)) back += 1;
  return [front, back];
};

/** Returns the differences between two texts by line: '-3 old' and '+3 new', each with its line number. */
export const lineDiff = (before: string, after: string): readonly string[] => {
  const was = before.split('\n');
  const is = after.split('\n');
  const [front, back] = edges(was, is);
  const old = was.slice(front, was.length - back);
  const now = is.slice(front, is.length - back);
  const changes: string[] = [];
  let i = 0;
  let j = 0;
  for (const [toOld, toNow] of [...shared(old, now), [old.length, now.length] as const]) {
    for (; i < toOld; i += 1) changes.push(`-${front + i + 1} ${old[i]}`);
    for (; j < toNow; j += 1) changes.push(`+${front + j + 1} ${now[j]}`);
    i = toOld + 1;
    j = toNow + 1;
  }
  return changes;
};
