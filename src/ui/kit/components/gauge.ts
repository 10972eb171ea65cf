import type { StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import type { TextRole } from '../theme/roles.ts';

/** The full cells of a share: at least one unless nothing is used, and all only if everything is. */
const fullCells = (share: number, cells: number): number => {
  if (share <= 0) return 0;
  return share >= 1 ? cells : Math.max(1, Math.min(cells - 1, Math.round(share * cells)));
};

/** Renders a share (0 to 1, larger ones are full) as a bar of `cells` cells: '███████░'. An unknown share is '–', never empty. */
export const renderGauge = (
  pen: TextPen,
  share: number | undefined,
  cells: number,
  role: TextRole,
): StyledLine => {
  if (share === undefined) return [pen.run('–')];
  const full = fullCells(share, cells);
  return [
    { ...pen.glyph('full', role), text: pen.glyph('full').text.repeat(full) },
    { ...pen.glyph('rest', 'faint'), text: pen.glyph('rest').text.repeat(cells - full) },
  ];
};
