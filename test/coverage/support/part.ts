/** A share of all cases: one in `every`, beginning with the one at `from`. */
export interface Part {
  readonly every: number;
  readonly from: number;
}

/**
 * Parses `COVERAGE_SAMPLE`: `N` or `I/N` for one case in N, beginning with the I-th (from 0), so that others have their turn
 * with another I. Absent: all. Throws for anything else.
 */
export const coveragePart = (text: string | undefined): Part => {
  if (text === undefined) return { every: 1, from: 0 };
  const [, from = '0', every = ''] = /^(?:(\d+)\/)?([1-9]\d*)$/.exec(text) ?? [];
  if (every === '' || Number(from) >= Number(every))
    throw new Error(`COVERAGE_SAMPLE is ${text}: not N from 1, or I/N with I below N; 1 is all`);
  return { every: Number(every), from: Number(from) };
};

/** True for the cases of a part, by their index. */
export const isInPart = ({ every, from }: Part, index: number): boolean => index % every === from;
