import { filtered } from '../features/filter/filter.ts';
import { changePane, paneStateOf } from '../model.ts';
import type { Binding, Hand } from '../panes/pane.ts';

/** What n and N look for: the filter, or the one that was there last. */
const soughtOf = ({ view, pane }: Hand): string => {
  const { filter, sought = '' } = paneStateOf(view.ui, pane.id);
  return filter === '' ? sought : filter;
};

const nothingSought = (hand: Hand): string | undefined => {
  if (soughtOf(hand) === '') return 'nothing was looked for yet: / does';
  return hand.rows.length === 0 ? 'no rows here' : undefined;
};

/**
 * To the next row that fits, from the last one on to the first. While the filter hides the others every row fits; when
 * it has been cleared, this finds the same rows among the others.
 */
const goToHit = (hand: Hand, step: 1 | -1) => {
  const { model, pane, rows, index, say, view } = hand;
  const hits = new Set(filtered(rows, view.pen.meant(soughtOf(hand))).rows);
  const sought = view.pen.typed(soughtOf(hand));
  if (hits.size === 0) return say(`no row here matches /${sought}/`);
  for (let turn = 1; turn <= rows.length; turn++) {
    const at = (index + step * turn + rows.length * 2) % rows.length;
    const row = rows[at];
    if (row === undefined || !hits.has(row)) continue;
    changePane(model, pane.id, { cursor: { key: row.key, index: at } });
    return say(`${[...hits].indexOf(row) + 1} of ${hits.size} that match /${sought}/`);
  }
};

/** Keys that go from one row that was looked for to another. */
export const hitKeys: readonly Binding[] = [
  {
    id: 'hit.next',
    keys: ['n'],
    does: 'next row that matches, filter or not',
    whyNot: nothingSought,
    run: (hand) => goToHit(hand, 1),
  },
  {
    id: 'hit.previous',
    keys: ['N'],
    does: 'previous row that matches',
    whyNot: nothingSought,
    run: (hand) => goToHit(hand, -1),
  },
];
