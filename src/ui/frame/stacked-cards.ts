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

/** Row of the body that a card begins on, so that the title of what is under it stays in sight. */
const usualTop = 2;

/** The cards that are up: that of a run, and what keys put on it; the one on top last. */
export const openCards = (hand: KeyContext): readonly Card[] => {
  const { view } = hand;
  const run = currentRun(view);
  return [
    ...(run === undefined ? [] : [renderRunCard(liveContext(view), run)]),
    ...overlayStack(view.ui.overlay).flatMap(
      (overlay) => renderOverlay(hand, overlay, maxCardHeight(view.rows)) ?? [],
    ),
  ];
};

/** A card's lines, the row of the body that the first of them is on, and the row on which its foot begins. */
interface StackedCard {
  readonly lines: readonly StyledLine[];
  readonly top: number;
  readonly foot: number;
}

/** One behind the other; a small card on a larger one covers only its foot, so that one sees what it is about. */
const layCards = (view: RenderContext, cards: readonly Card[], height: number): readonly StackedCard[] => {
  const laid: StackedCard[] = [];
  for (const card of cards) {
    const lines = renderCard(view, fitCardToHeight(view.pen, card, maxCardHeight(view.rows)));
    const lowest = Math.max(0, height - lines.length);
    const top = Math.min(lowest, laid.at(-1)?.foot ?? usualTop);
    laid.push({ lines, top, foot: top + lines.length - (card.foot ?? 1) });
  }
  return laid;
};

/** Where the card on top stands: rows of the body, cells of the screen. */
export const topCardPosition = (
  hand: KeyContext,
  height: number,
):
  | { readonly top: number; readonly height: number; readonly left: number; readonly width: number }
  | undefined => {
  const { view } = hand;
  const laid = layCards(view, openCards(hand), height).at(-1);
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  return laid === undefined ? undefined : { top: laid.top, height: laid.lines.length, left, width };
};

/** The cards on the rows of the body: everything but the one on top is dimmed. */
export const overlayCards = (
  view: RenderContext,
  theme: Theme,
  body: readonly StyledLine[],
  cards: readonly Card[],
): readonly StyledRow[] => {
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  const laid = layCards(view, cards, body.length);
  const onTop = laid.at(-1);
  return body.map((line, index) => {
    const under = laid.reduce((base, { lines, top }) => {
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
