import { type Card, cardRoom, cardWidth, drawCard, fitCard } from '../features/cards/card.ts';
import { runOnScreen } from '../features/cards/question.ts';
import { runCard } from '../features/cards/run-card.ts';
import { overlayCard } from '../overlays/draw.ts';
import { layersOf } from '../overlays/overlay.ts';
import type { Hand } from '../panes/pane.ts';
import { type Row, rowOf } from '../text/paint.ts';
import { type Line, layOver, sliceLine } from '../text/run.ts';
import type { Theme } from '../theme/theme.ts';
import { liveView, type View } from '../view.ts';

/** Row of the body that a card begins on, so that the title of what is under it stays in sight. */
const usualTop = 2;

/** The cards that are up: that of a run, and what keys put on it; the one on top last. */
export const cardsOf = (hand: Hand): readonly Card[] => {
  const { view } = hand;
  const run = runOnScreen(view);
  return [
    ...(run === undefined ? [] : [runCard(liveView(view), run)]),
    ...layersOf(view.ui.overlay).flatMap((overlay) => overlayCard(hand, overlay, cardRoom(view.rows)) ?? []),
  ];
};

/** A card's lines, the row of the body that the first of them is on, and the row on which its foot begins. */
interface Laid {
  readonly lines: readonly Line[];
  readonly top: number;
  readonly foot: number;
}

/** One behind the other; a small card on a larger one covers only its foot, so that one sees what it is about. */
const layCards = (view: View, cards: readonly Card[], height: number): readonly Laid[] => {
  const laid: Laid[] = [];
  for (const card of cards) {
    const lines = drawCard(view, fitCard(view.pen, card, cardRoom(view.rows)));
    const lowest = Math.max(0, height - lines.length);
    const top = Math.min(lowest, laid.at(-1)?.foot ?? usualTop);
    laid.push({ lines, top, foot: top + lines.length - (card.foot ?? 1) });
  }
  return laid;
};

/** Where the card on top stands: rows of the body, cells of the screen. */
export const cardOnTop = (
  hand: Hand,
  height: number,
):
  | { readonly top: number; readonly height: number; readonly left: number; readonly width: number }
  | undefined => {
  const { view } = hand;
  const laid = layCards(view, cardsOf(hand), height).at(-1);
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  return laid === undefined ? undefined : { top: laid.top, height: laid.lines.length, left, width };
};

/** The cards on the rows of the body: everything but the one on top is dimmed. */
export const withCards = (
  view: View,
  theme: Theme,
  body: readonly Line[],
  cards: readonly Card[],
): readonly Row[] => {
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  const laid = layCards(view, cards, body.length);
  const onTop = laid.at(-1);
  return body.map((line, index) => {
    const under = laid.reduce((base, { lines, top }) => {
      const over = lines[index - top];
      return over === undefined ? base : layOver(base, left, over);
    }, line);
    const over = onTop?.lines[index - onTop.top];
    if (over === undefined) return rowOf(under, theme, 'dimmed');
    return [
      ...rowOf(sliceLine(under, 0, left), theme, 'dimmed'),
      ...rowOf(over, theme),
      ...rowOf(sliceLine(under, left + width, view.columns), theme, 'dimmed'),
    ];
  });
};
