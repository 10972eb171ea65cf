import type { Millis } from '../../domain/fault.ts';

/** Changes smaller than this part of the value are no hills. */
const leastRange = 0.2;

export interface Point {
  readonly at: Millis;
  readonly value: number;
}

/** Every value repeated into the empty cells behind it, at most `times` times. */
const held = (means: readonly (number | undefined)[], times: number): readonly (number | undefined)[] =>
  means.map(
    (mean, index) =>
      mean ?? means.slice(Math.max(0, index - times), index).findLast((one) => one !== undefined),
  );

/**
 * The last `spanMs` as `cells` steps, each the mean of the values that fall into it, between the least and the greatest
 * of all (or a fifth of the value, whichever is more). A value that is read seldom holds for `holdMs`; a longer stretch without one is `gap`. A line that does not
 * move is drawn at its lowest step.
 */
export const sparkline = (
  points: readonly Point[],
  now: Millis,
  options: {
    readonly spanMs: Millis;
    readonly holdMs: Millis;
    readonly cells: number;
    readonly steps: string;
    readonly gap: string;
  },
): string => {
  const { spanMs, holdMs, cells, steps, gap } = options;
  const sums = Array.from({ length: cells }, () => ({ sum: 0, count: 0 }));
  for (const { at, value } of points) {
    const cell = sums[Math.min(cells - 1, Math.floor(((at - (now - spanMs)) / spanMs) * cells))];
    if (cell === undefined || at > now) continue;
    cell.sum += value;
    cell.count++;
  }
  const means = held(
    sums.map(({ sum, count }) => (count === 0 ? undefined : sum / count)),
    Math.ceil((holdMs * cells) / spanMs),
  );
  const seen = means.filter((mean) => mean !== undefined);
  const least = Math.min(...seen);
  const greatest = Math.max(...seen);
  const range = Math.max(greatest - least, leastRange * Math.max(Math.abs(greatest), Math.abs(least)));
  const levels = [...steps];
  const stepOf = (mean: number): string => {
    const part = range > 0 ? (mean - least) / range : 0;
    return levels[Math.min(levels.length - 1, Math.floor(part * levels.length))] ?? gap;
  };
  return means.map((mean) => (mean === undefined ? gap : stepOf(mean))).join('');
};
