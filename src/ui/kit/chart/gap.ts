import { widthOf } from '../text/width.ts';

/** Words in the plot area: from this cell of a row, row 0 at the bottom. */
export interface GapWords {
  readonly row: number;
  readonly from: number;
  readonly text: string;
}

/** Cells without a value, first and one after the last. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The ranges of cells in which no value of `means` is a number; `across`: values per cell. */
const gapsOf = (means: Float64Array, across: number): readonly Gap[] => {
  const gaps: Gap[] = [];
  const cells = Math.floor(means.length / across);
  let from = 0;
  for (let cell = 0; cell <= cells; cell++) {
    const isEmpty =
      cell < cells && means.subarray(cell * across, (cell + 1) * across).every((mean) => Number.isNaN(mean));
    if (isEmpty) continue;
    if (cell > from) gaps.push({ from, to: cell });
    from = cell + 1;
  }
  return gaps;
};

interface GapOptions {
  /** Dot columns per cell. */
  readonly across: number;
  readonly height: number;
  /** Rows that limits are drawn in. */
  readonly taken: ReadonlySet<number>;
  /** The time of the first value: '15:13:57'. */
  readonly start?: string;
}

/** The words that fit into a gap, the longest form first, with a blank on each side. */
const wordsIn = ({ from, to }: Gap, { start }: GapOptions): string | undefined =>
  [...(from === 0 && start !== undefined ? [`no data before ${start}`] : []), 'no data'].find(
    (text) => widthOf(text) + 1 <= to - from,
  );

/** Says of each gap of a line that it has no data, in the row nearest to the middle that no limit is in. */
export const gapWords = (means: Float64Array, options: GapOptions): readonly GapWords[] => {
  const middle = Math.floor(options.height / 2);
  const row = Array.from({ length: options.height }, (_, index) => index)
    .filter((index) => !options.taken.has(index))
    .toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  if (row === undefined) return [];
  return gapsOf(means, options.across).flatMap((gap): readonly GapWords[] => {
    const text = wordsIn(gap, options);
    if (text === undefined) return [];
    return [{ row, from: gap.from + Math.floor((gap.to - gap.from - widthOf(text)) / 2), text }];
  });
};
