import type { StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import type { TextRole } from '../theme/roles.ts';

/** Renders a share (0 to 1, larger ones are full) as a bar of `cells` cells: '███████░'. An unknown share is '–', never empty. */
export const renderGauge = (
  pen: TextPen,
  share: number | undefined,
  cells: number,
  role: TextRole,
): StyledLine => {
  if (share === undefined) return [pen.run('–')];
  const full = Math.max(0, Math.min(cells, Math.round(share * cells)));
  return [
    { ...pen.glyph('full', role), text: pen.glyph('full').text.repeat(full) },
    { ...pen.glyph('rest', 'faint'), text: pen.glyph('rest').text.repeat(cells - full) },
  ];
};
