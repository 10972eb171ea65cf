/** One line of the table: what was measured, and what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** As the project's figures say it; none: it is told, not asked. */
  readonly target?: string;
  readonly met?: boolean;
  /** What it was made from. */
  readonly from: string;
}

/** The middle of some measurements. */
export const median = (values: readonly number[]): number => percentile(values, 50);

/** The smallest value that `p` percent of the measurements do not exceed. */
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
};

export const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
