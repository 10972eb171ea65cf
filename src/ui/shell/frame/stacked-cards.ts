import {
  type Card,
  cardWidth,
  fitCardToHeight,
  maxCardHeight,
  renderCard,
} from '../../kit/components/card.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { dialogOf } from '../contract/dialog.ts';
import type { TourAnchor } from '../contract/features.ts';
import { overlayStack } from '../contract/overlay.ts';
import type { KeyContext } from '../contract/pane.ts';
import { liveContext, type RenderContext } from '../contract/render-context.ts';
import { bodyHeight, bodyTop, cardsTop } from '../layout/body-rows.ts';
import { panePositions } from '../layout/layout.ts';
import { isArmed } from '../state/armed.ts';
import { currentRun } from '../state/current-run.ts';

/** The default row of a card, below `cardsTop`. It keeps the title below it visible. */
const defaultTop = 2;

/** While production is armed, no card has the calm border of the focus. That of a result stays. */
const armedCard = (card: Card): Card =>
  card.edge === 'focus' ? { ...card, frame: 'double', edge: 'warn' } : card;

/** The open cards, top card last: the card of a run, then overlays. */
export const openCards = (context: KeyContext): readonly Card[] => {
  const { view } = context;
  const { features } = view;
  const run = currentRun(view);
  const cards = [
    ...(run === undefined ? [] : [features.runCard?.render(liveContext(view), run) ?? []].flat()),
    ...overlayStack(view.ui.overlay).flatMap(
      (overlay) =>
        dialogOf(features.dialogs, overlay)?.render(context, overlay, maxCardHeight(view.rows)) ?? [],
    ),
  ];
  return isArmed(view) ? cards.map(armedCard) : cards;
};

/** A card's lines, and the rows of its top and its foot, from `cardsTop`. */
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
    stacked.push({ lines, top, foot: top + lines.length - Math.max(1, card.foot ?? 1) });
  }
  return stacked;
};

/** A card at its place: row from `cardsTop`, cell of the screen. */
export interface PlacedCard {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly lines: readonly StyledLine[];
}

/** The open cards at their places in `height` rows from `cardsTop`, top card last. */
export const placedCards = (context: KeyContext, height: number): readonly PlacedCard[] => {
  const { view } = context;
  const width = cardWidth(view);
  const left = Math.floor((view.columns - width) / 2);
  return stackCards(view, openCards(context), height).map(({ lines, top }) => ({ lines, top, left, width }));
};

/** The first row, from `cardsTop`, of the tour's box of `lines` rows: near what it explains, and inside of the body. */
const tourTop = (context: KeyContext, anchor: TourAnchor, lines: number, height: number): number => {
  const { view } = context;
  const lowest = Math.max(0, height - lines);
  const card = placedCards(context, height).at(-1);
  if (card !== undefined) return Math.min(lowest, card.top + card.lines.length);
  if (anchor === 'header') return 0;
  const pane =
    anchor === 'pane'
      ? panePositions(view, bodyHeight(view)).find(({ pane: { id } }) => id === view.ui.focus)
      : undefined;
  // Below the first rows of the pane, which are the worst.
  return pane === undefined
    ? lowest
    : Math.min(
        lowest,
        bodyTop(view) - cardsTop + pane.y + Math.min(pane.height, Math.max(4, Math.floor(height / 3))),
      );
};

/** The box of the tour in `height` rows from `cardsTop`, above all cards; undefined without a tour. */
export const placedTour = (context: KeyContext, height: number): PlacedCard | undefined => {
  const { view } = context;
  const box = view.features.tourBox(view);
  if (box === undefined) return undefined;
  const { anchor, lines } = box;
  const width = lines[0] === undefined ? 0 : lineWidth(lines[0]);
  const left = Math.max(0, view.columns - width - 2);
  return { lines, top: tourTop(context, anchor, lines.length, height), left, width };
};

/** The position of the top card: rows from `cardsTop`, cells of the screen. */
export const topCardPosition = (
  context: KeyContext,
  height: number,
):
  | { readonly top: number; readonly height: number; readonly left: number; readonly width: number }
  | undefined => {
  const top = placedCards(context, height).at(-1);
  return top === undefined ? undefined : { ...top, height: top.lines.length };
};
