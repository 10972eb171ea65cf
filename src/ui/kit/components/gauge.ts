import { mergeRuns, type StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import type { TextRole } from '../theme/roles.ts';

/** The full cells of a share: at least one unless nothing is used, and all only if everything is. */
const fullCells = (share: number, cells: number): number => {
  if (share <= 0) return 0;
  return share >= 1 ? cells : Math.max(1, Math.min(cells - 1, Math.round(share * cells)));
};

/** Renders a share (0 to 1, larger ones are full) as a bar of `cells` cells: '━━━━━━┃─', with its limit (a share). An unknown share is '–', never empty. */
export const renderGauge = (
  pen: TextPen,
  share: number | undefined,
  cells: number,
  role: TextRole,
  limit?: number,
): StyledLine => {
  if (share === undefined) return [pen.run('–')];
  const full = fullCells(share, cells);
  const marked = limit === undefined || limit >= 1 ? -1 : Math.floor(limit * cells);
  const used: TextRole = role === 'ok' ? 'spark' : role;
  return mergeRuns(
    Array.from({ length: cells }, (_, cell) => {
      if (cell === marked) return pen.glyph('edge', 'limit');
      return cell < full ? pen.glyph('used', used) : pen.glyph('unused', 'rule');
    }),
  );
};
