import { type Card, cardWidth, fitCardToHeight, maxCardHeight, renderCard } from '../features/cards/card.ts';
import { currentRun } from '../features/cards/confirmation.ts';
import { renderRunCard } from '../features/cards/run-card.ts';
import { overlayStack } from '../overlays/overlay.ts';
import { renderOverlay } from '../overlays/render-overlay.ts';
import type { KeyContext } from '../panes/pane.ts';
import { liveContext, type RenderContext } from '../render-context.ts';
import { type StyledRow, styleLine } from '../text/ansi.ts';
import { overlayLine, type StyledLine, sliceLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';

/** The default body row of a card. It keeps the title below it visible. */
const defaultTop = 2;

/** The open cards, top card last: the card of a run, then overlays. */
export const openCards = (context: KeyContext): readonly Card[] => {
  const { view } = context;
  const run = currentRun(view);
  return [
    ...(run === undefined ? [] : [renderRunCard(liveContext(view), run)]),
    ...overlayStack(view.ui.overlay).flatMap(
      (overlay) => renderOverlay(context, overlay, maxCardHeight(view.rows)) ?? [],
    ),
  ];
};

/** A card's lines, and the body rows of its top and its foot. */
interface StackedCard {
  readonly lines: readonly StyledLine[];
  readonly top: number;
  readonly foot: number;
}

/** Positions the cards. A small card covers only the foot of a larger one, so that its content stays visible. */
const stackCards = (view: RenderContext, cards: readonly Card[], height: number): readonly StackedCard[] => {
  const stacked: StackedCard[] = [];
  for (const card of cards) {
    const lines = renderCard(view, fitCardToHeight(view.pen, card, maxCardHeight(view.rows)));
    const lowest = Math.max(0, height - lines.length);
    const top = Math.min(lowest, stacked.at(-1)?.foot ?? defaultTop);
    stacked.push({ lines, top, foot: top + lines.length - (card.foot ?? 1) });
  }
  return stacked;
};

/** The position of the top card: rows of the body, cells of the screen. */
export const topCardPosition = (
  context: KeyContext,
  height: number,
):
  | { readonly top: number; readonly height: number; readonly left: number; readonly width: number }
  | undefined => {
  const { view } = context;
  const stacked = stackCards(view, openCards(context), height).at(-1);
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  return stacked === undefined ? undefined : { top: stacked.top, height: stacked.lines.length, left, width };
};

/** Draws the cards over the body. Everything except the top card is dimmed. */
export const overlayCards = (
  view: RenderContext,
  theme: Theme,
  body: readonly StyledLine[],
  cards: readonly Card[],
): readonly StyledRow[] => {
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  const stacked = stackCards(view, cards, body.length);
  const onTop = stacked.at(-1);
  return body.map((line, index) => {
    const under = stacked.reduce((base, { lines, top }) => {
      const over = lines[index - top];
      return over === undefined ? base : overlayLine(base, left, over);
    }, line);
    const over = onTop?.lines[index - onTop.top];
    if (over === undefined) return styleLine(under, theme, 'dimmed');
    return [
      ...styleLine(sliceLine(under, 0, left), theme, 'dimmed'),
      ...styleLine(over, theme),
      ...styleLine(sliceLine(under, left + width, view.columns), theme, 'dimmed'),
    ];
  });
};
