import type { Column } from '../../kit/components/table.ts';
import type { PaneRoom } from '../contract/pane-row.ts';

/** Minimum height of a full pane with a row of column heads: title, heads and two rows. */
const minHeightOfFull = 4;

/** Minimum height of another pane with a row of column heads where its rows do not fit anyway. */
const minHeight = 6;

/** True if there is room for a row of column heads between the title and `lines` other lines. Outside of a full pane it never hides a line. */
export const hasHeadsRow = <R>(
  { form, height }: Pick<PaneRoom, 'form' | 'height'>,
  columns: readonly Column<R>[],
  lines: number,
): boolean => {
  if (columns.every(({ head }) => head.trim() === '')) return false;
  if (form === 'full') return height >= minHeightOfFull;
  const isCutAnyway = height < lines + 1;
  return height >= (isCutAnyway ? minHeight : lines + 2);
};
