import { cardInnerWidth, maxCardHeight } from '../../kit/components/card.ts';
import type { OverlayKinds } from '../../shell/contract/overlay.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { pageStart } from './page-commands.ts';
import { maskedReaderLines, type ReaderRow, wrapReaderText } from './reader-text.ts';

type ReaderOverlay = OverlayKinds['reader'];

/** Width of the gutter for match markers. */
const gutter = 2;

/** All rows of the text, wrapped to the card. */
export const visibleReaderRows = (view: RenderContext): readonly ReaderRow[] =>
  wrapReaderText(maskedReaderLines(view), cardInnerWidth(view) - gutter, view.pen);

/** Rows of text in the card, without title and keys. */
export const readerHeight = ({ rows }: Pick<RenderContext, 'rows'>): number =>
  Math.max(1, maxCardHeight(rows) - 2);

/** The first visible row, adjusted to the current size. */
export const readerScrollTop = (view: RenderContext, { from }: Pick<ReaderOverlay, 'from'>): number => {
  const rows = visibleReaderRows(view);
  const first = from < 0 ? rows.findIndex(({ line }) => line === pageStart(view)) : from;
  return Math.max(0, Math.min(first, rows.length - readerHeight(view)));
};
