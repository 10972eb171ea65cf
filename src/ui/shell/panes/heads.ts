import type { Column, PlacedColumn } from '../../kit/components/table.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { PaneRoom } from '../contract/pane-row.ts';
import type { TitleHeads } from './title.ts';

/** The column without a head that the title may cover. A sorted column keeps its mark. */
export const withoutYieldingHead = <R>(placed: PlacedColumn<R>): PlacedColumn<R> =>
  placed.column.headYields === true && placed.column.headRole !== 'key'
    ? { ...placed, column: { ...placed.column, head: '' } }
    : placed;

/** The blank cells after the head of the open environment, on a line that begins with a blank. */
export const countsHome = <R>(placed: readonly PlacedColumn<R>[]): TitleHeads['home'] => {
  const index = placed.findIndex(({ column }) => column.isCounted === true);
  const found = placed[index];
  if (found === undefined) return undefined;
  const before = placed.slice(0, index).reduce((sum, { width }) => sum + width, 1);
  const head = widthOf(found.column.head);
  return { at: before + head, cells: found.width - head };
};

/** Minimum height of a full pane whose column heads have a row of their own. */
const minHeightForHeads = 12;

/** True if the title would cover a head, and there is room for a row of heads below it. */
export const hasHeadsRow = <R>(
  { form, height }: Pick<PaneRoom, 'form' | 'height'>,
  columns: readonly Column<R>[],
  rows: number,
): boolean =>
  form === 'full' &&
  rows > 0 &&
  height >= minHeightForHeads &&
  columns.some(({ head, headYields }) => headYields === true && head !== '');
