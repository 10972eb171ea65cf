import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Rows, reconcileRows } from '../components/rows.tsx';
import { type StyledRow, styleLine } from '../text/ansi.ts';
import { type Frame, useFrame } from './frame-store.tsx';
import { frameRows } from './layout.ts';
import { placedCards } from './stacked-cards.ts';

/** Rows of the screen above the body. */
const rowsAboveBody = 2;

/** A drawn card at its place on the screen. */
interface DrawnCard {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly rows: readonly StyledRow[];
}

const selectCards = (frame: Frame): readonly DrawnCard[] => {
  const { context, theme } = frame;
  const cards = placedCards(context, context.view.rows - frameRows);
  return cards.map(({ top, left, width, lines }, index) => ({
    top: top + rowsAboveBody,
    left,
    width,
    rows: lines.map((line) => styleLine(line, theme, index === cards.length - 1 ? 'plain' : 'dimmed')),
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

/** The open cards over the body, top card last. */
export function CardsLayer(): ReactNode {
  const cards = useFrame(selectCards, reconcileCards);
  return cards.map(({ top, left, width, rows }, index) => (
    // A card is identified by its position in the stack.
    // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity
    <Box key={index} position="absolute" marginTop={top} marginLeft={left}>
      <Rows rows={rows} width={width} />
    </Box>
  ));
}
