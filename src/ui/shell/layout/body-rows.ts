import type { RenderContext } from '../contract/render-context.ts';
import { viewSituation } from '../state/view-situation.ts';
import { isSmallScreen } from './screen-size.ts';

/** Rows of the situation while something is wrong: what, its consequences, and the keys that help. */
const problemRows = 3;
/** Rows of the header, the message line and the footer. */
const otherRows = 3;

/** The rows between the header and the body: of the overview three while something is wrong, of a pane those of its strip, otherwise one. */
const situationRows = (view: RenderContext): number => {
  if (isSmallScreen(view)) return 1;
  if (view.ui.place !== 'overview') return view.features.header.strip(view)?.lines.length ?? 1;
  return (viewSituation(view)?.causes.length ?? 0) > 0 ? problemRows : 1;
};

/** The first row of the body. */
export const bodyTop = (view: RenderContext): number => 1 + situationRows(view);

/** The rows between the situation and the message line. */
export const bodyHeight = (view: RenderContext): number => view.rows - otherRows - situationRows(view);

/** The first row of the screen that cards may cover: they cover all of a situation but its first row. */
export const cardsTop = 2;

/** The rows that cards may cover, from `cardsTop` to the message line. */
export const cardsHeight = ({ rows }: Pick<RenderContext, 'rows'>): number => rows - otherRows - 1;
