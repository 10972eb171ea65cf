import { cardOnTop } from '../frame/cards.ts';
import { footerKeys } from '../frame/footer.ts';
import { framing, type Placed, placedOn } from '../frame/layout.ts';
import type { Binding, Hand } from '../keys/binding.ts';

/** Rows above the body: header and summary. */
const above = 2;

/** What is under a cell of the screen. */
export type Target =
  | { readonly is: 'key'; readonly binding: Binding }
  /** `line`: of the card on top, from its first one. */
  | { readonly is: 'card'; readonly line: number }
  /** Dimmed, under a card. */
  | { readonly is: 'under' }
  /** `line`: of the pane, its title is 0. */
  | { readonly is: 'pane'; readonly placed: Placed; readonly line: number }
  | { readonly is: 'nothing' };

export const targetAt = (hand: Hand, x: number, y: number): Target => {
  const { view } = hand;
  if (y === view.rows - 1) {
    const key = footerKeys(hand).find(({ from, to }) => x >= from && x < to);
    return key === undefined ? { is: 'nothing' } : { is: 'key', binding: key.binding };
  }
  const height = view.rows - framing;
  const row = y - above;
  const card = cardOnTop(hand, height);
  if (card !== undefined) {
    const line = row - card.top;
    const inside = line >= 0 && line < card.height && x >= card.left && x < card.left + card.width;
    return inside ? { is: 'card', line } : { is: 'under' };
  }
  if (row < 0 || row >= height || view.cockpit.open === undefined) return { is: 'nothing' };
  const placed = placedOn(view, height).find(
    (one) => row >= one.y && row < one.y + one.height && x >= one.x && x < one.x + one.width,
  );
  return placed === undefined ? { is: 'nothing' } : { is: 'pane', placed, line: row - placed.y };
};
