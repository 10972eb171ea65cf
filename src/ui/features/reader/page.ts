import { windowOf } from '../../components/window.ts';

/** The part of a list that a card shows. */
export interface Page {
  readonly from: number;
  readonly count: number;
}

/** Lines that a card keeps for what is not a row of its list, and the most rows that it shows. */
const cards = {
  palette: { others: 6, most: 12 },
  command: { others: 9, most: 12 },
  environments: { others: 2, most: Number.POSITIVE_INFINITY },
} as const;

/** What of `count` rows is seen in a card of at most `room` lines, with the cursor on row `at`. */
export const pageOf = (card: keyof typeof cards, count: number, at: number, room: number): Page => {
  const { others, most } = cards[card];
  const seen = windowOf(count, Math.min(most, Math.max(1, room - others)), at);
  return { from: seen.from, count: seen.to - seen.from };
};
