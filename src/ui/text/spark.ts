import type { Millis } from '../../domain/fault.ts';

export interface Point {
  readonly at: Millis;
  readonly value: number;
}

/**
 * The last `spanMs` as `cells` steps, each the mean of the values that fall into it, between the least and the greatest
 * of all; a stretch without a value is `gap`. A line that does not move is drawn at its lowest step.
 */
export const sparkline = (
  points: readonly Point[],
  now: Millis,
  options: { readonly spanMs: Millis; readonly cells: number; readonly steps: string; readonly gap: string },
): string => {
  const { spanMs, cells, steps, gap } = options;
  const sums = Array.from({ length: cells }, () => ({ sum: 0, count: 0 }));
  for (const { at, value } of points) {
    const cell = sums[Math.min(cells - 1, Math.floor(((at - (now - spanMs)) / spanMs) * cells))];
    if (cell === undefined || at > now) continue;
    cell.sum += value;
    cell.count++;
  }
  const means = sums.map(({ sum, count }) => (count === 0 ? undefined : sum / count));
  const seen = means.filter((mean) => mean !== undefined);
  const least = Math.min(...seen);
  const range = Math.max(...seen) - least;
  const levels = [...steps];
  const stepOf = (mean: number): string => {
    const part = range > 0 ? (mean - least) / range : 0;
    return levels[Math.min(levels.length - 1, Math.floor(part * levels.length))] ?? gap;
  };
  return means.map((mean) => (mean === undefined ? gap : stepOf(mean))).join('');
};
