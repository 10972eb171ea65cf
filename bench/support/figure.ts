/** One line of the table: a measurement and its target. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** Target from the project's figures; absent: informational only. */
  readonly target?: string;
  readonly met?: boolean;
  /** The individual measurements. */
  readonly from: string;
}

/** The median of measurements. */
export const median = (values: readonly number[]): number => percentile(values, 50);

/** The `p`-th percentile: the smallest value that `p` percent of the measurements do not exceed. */
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
};

export const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
