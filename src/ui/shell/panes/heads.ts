import type { Column } from '../../kit/components/table.ts';
import type { PaneRoom } from '../contract/pane-row.ts';

/** Minimum height of a full pane with a row of column heads: title, heads and two rows. */
const minHeightOfFull = 4;

/** Minimum height of another pane with a row of column heads, unless all of its rows fit beside it. */
const minHeight = 6;

/** True if there is room for a row of column heads between the title and `lines` other lines, which take precedence over it. */
export const hasHeadsRow = <R>(
  { form, height }: Pick<PaneRoom, 'form' | 'height'>,
  columns: readonly Column<R>[],
  lines: number,
): boolean =>
  height >= (form === 'full' ? minHeightOfFull : Math.min(minHeight, lines + 2)) &&
  columns.some(({ head }) => head.trim() !== '');
