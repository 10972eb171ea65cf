/** The sum of numbers. */
export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/**
 * Distributes lines among panes: first the minimum, then one line at a time from the top up to `first`, then up to all
 * they want.
 */
export const distributeLines = (
  wants: readonly number[],
  room: number,
  least: number | readonly number[],
  first: readonly number[] = wants,
): readonly number[] => {
  const leastOf = (index: number): number => (typeof least === 'number' ? least : (least[index] ?? 0));
  const given = wants.map((want, index) => Math.min(want, leastOf(index)));
  let left = room - sumOf(given);
  const grow = (upTo: readonly number[]): void => {
    for (let grew = true; left > 0 && grew; ) {
      grew = false;
      for (const [index, want] of upTo.entries()) {
        const has = given[index] ?? 0;
        if (left <= 0 || has >= want) continue;
        given[index] = has + 1;
        left--;
        grew = true;
      }
    }
  };
  grow(first);
  grow(wants);
  return given;
};

/** The rows of a part's panes: what each wants, and the last one what is left. */
export const partRows = (wants: readonly number[], room: number, least: number): readonly number[] => {
  const heights = distributeLines(
    wants,
    room,
    wants.map((want) => Math.min(want, least)),
  );
  const left = room - sumOf(heights);
  return heights.map((height, index) => height + (index === heights.length - 1 ? left : 0));
};
