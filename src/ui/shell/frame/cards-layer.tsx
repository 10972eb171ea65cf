import { Box } from 'ink';
import { Fragment, type ReactNode } from 'react';
import { Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { cardsHeight, cardsTop } from '../layout/body-rows.ts';
import { selectColumns } from './frame-row.tsx';
import { type Frame, useFrame } from './frame-store.tsx';
import { placedCards, placedTour } from './stacked-cards.ts';

/** A drawn card at its place on the screen. */
interface DrawnCard {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly rows: readonly StyledRow[];
}

const selectCards = (frame: Frame): readonly DrawnCard[] => {
  const { context, theme } = frame;
  const height = cardsHeight(context.view);
  const cards = placedCards(context, height);
  const tour = placedTour(context, height);
  // The box of the tour dims nothing: it explains what is below it.
  return [...cards, ...(tour === undefined ? [] : [tour])].map(({ top, left, width, lines }, index) => ({
    top: top + cardsTop,
    left,
    width,
    rows: lines.map((line) => styleLine(line, theme, index >= cards.length - 1 ? 'plain' : 'dimmed')),
  }));
};

const reconcileCards = (
  before: readonly DrawnCard[] | undefined,
  now: readonly DrawnCard[],
): readonly DrawnCard[] => {
  if (before === undefined) return now;
  const cards = now.map((card, index) => {
    const had = before[index];
    const rows = reconcileRows(had?.rows, card.rows);
    const same =
      had !== undefined &&
      had.rows === rows &&
      had.top === card.top &&
      had.left === card.left &&
      had.width === card.width;
    return same ? had : { ...card, rows };
  });
  return cards.length === before.length && cards.every((card, index) => card === before[index])
    ? before
    : cards;
};

/** Below this margin, the screen beside a card would show only fragments of words, so it is cleared. */
const minVisibleMargin = 24;

/** Blank rows beside and below the cards, inside of the edges of the screen. */
function ClearedArea({ card }: { readonly card: DrawnCard }): ReactNode {
  const columns = useFrame(selectColumns);
  if (card.left >= minVisibleMargin) return null;
  const width = columns - 2;
  const blank: StyledRow = [{ text: ' '.repeat(width), style: {} }];
  return (
    <Box position="absolute" marginTop={card.top} marginLeft={1}>
      <Rows rows={card.rows.map(() => blank)} width={width} />
    </Box>
  );
}

/** The open cards over the body, top card last. */
export function CardsLayer(): ReactNode {
  const cards = useFrame(selectCards, reconcileCards);
  return cards.map((card, index) => (
    // A card is identified by its position in the stack.
    // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity
    <Fragment key={index}>
      <ClearedArea card={card} />
      <Box position="absolute" marginTop={card.top} marginLeft={card.left}>
        <Rows rows={card.rows} width={card.width} />
      </Box>
    </Fragment>
  ));
}
