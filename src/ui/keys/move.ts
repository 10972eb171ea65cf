import { travel, whyNotTravel } from '../features/environments/travel.ts';
import { changePane, paneStateOf } from '../model.ts';
import type { Binding, Hand } from '../panes/pane.ts';
import { isMouseOn } from '../terminal/mouse/on.ts';

/**
 * Keys that go back and forward through places. Most terminals send the same for `ctrl-i` as for `tab`, so that going
 * forward has a second key, which every terminal can tell.
 */
export const placeKeys: readonly Binding[] = [
  {
    id: 'place.back',
    keys: ['ctrl-o'],
    does: 'back to the place before this one',
    whyNot: whyNotTravel('back'),
    run: travel('back'),
  },
  {
    id: 'place.forward',
    keys: ['ctrl-f', 'ctrl-i'],
    does: 'forward again (ctrl-i: where it is not tab)',
    whyNot: whyNotTravel('forward'),
    run: travel('forward'),
  },
  {
    // No key: a line of help for what hands do with the mouse.
    id: 'mouse.line',
    keys: ['click, wheel'],
    does: 'row, pane, footer; shift+drag selects text',
    whyNot: ({ view }) => (isMouseOn(view.ui, view.cockpit) ? undefined : 'off: :mouse on'),
    run: () => {},
  },
];

const noRows = ({ rows }: Hand): string | undefined => (rows.length === 0 ? 'no rows here' : undefined);

const moveTo = ({ model, pane, rows }: Hand, index: number): void => {
  const to = Math.max(0, Math.min(rows.length - 1, index));
  const row = rows[to];
  if (row !== undefined) changePane(model, pane.id, { cursor: { key: row.key, index: to } });
};

/** By so many rows; Infinity: to an end. */
const step = (hand: Hand, by: number) => {
  if (hand.pane.walk !== undefined) return hand.pane.walk(hand, by);
  moveTo(hand, hand.index + by);
};

const noColumns = ({ pane, view, row }: Hand): string | undefined =>
  row?.branch === undefined && (pane.columns(view) === 0 || view.ui.place === 'overview')
    ? 'no columns here'
    : undefined;

const moveColumn = (hand: Hand, step: number): void => {
  const { model, pane, view } = hand;
  const count = pane.columns(view);
  const own = view.cockpit.open?.across.indexOf(view.cockpit.open.env) ?? 0;
  const from = paneStateOf(view.ui, pane.id).column ?? Math.max(0, own);
  changePane(model, pane.id, { column: Math.max(0, Math.min(count - 1, from + step)) });
};

/** To the left a branch is folded, from inside it the cursor goes up to it; to the right it is unfolded. */
const sideways = (hand: Hand, step: -1 | 1): void => {
  const { model, pane, row, rows } = hand;
  if (row?.branch === undefined) {
    moveColumn(hand, step);
    return;
  }
  const { unfolded = [] } = paneStateOf(hand.view.ui, pane.id);
  const { state, parent } = row.branch;
  if (step > 0 && state === 'closed') changePane(model, pane.id, { unfolded: [...unfolded, row.key] });
  else if (step < 0 && state === 'open')
    changePane(model, pane.id, { unfolded: unfolded.filter((key) => key !== row.key) });
  else if (step < 0 && parent !== undefined)
    moveTo(
      hand,
      rows.findIndex(({ key }) => key === parent),
    );
};

/** Keys that move the cursor of the focused pane. */
export const moveKeys: readonly Binding[] = [
  {
    id: 'row.down',
    keys: ['j', 'down'],
    does: 'next row',
    whyNot: noRows,
    run: (hand) => step(hand, 1),
  },
  {
    id: 'row.up',
    keys: ['k', 'up'],
    does: 'previous row',
    whyNot: noRows,
    run: (hand) => step(hand, -1),
  },
  {
    id: 'row.first',
    keys: ['g', 'home'],
    does: 'first row',
    whyNot: noRows,
    run: (hand) => step(hand, Number.NEGATIVE_INFINITY),
  },
  {
    id: 'row.last',
    keys: ['G', 'end'],
    does: 'last row',
    whyNot: noRows,
    run: (hand) => step(hand, Number.POSITIVE_INFINITY),
  },
  {
    id: 'row.half-down',
    keys: ['ctrl-d', 'pagedown'],
    does: 'half a page down',
    whyNot: noRows,
    run: (hand) => step(hand, hand.halfPage),
  },
  {
    id: 'row.half-up',
    keys: ['ctrl-u', 'pageup'],
    does: 'half a page up',
    whyNot: noRows,
    run: (hand) => step(hand, -hand.halfPage),
  },
  {
    id: 'column.left',
    keys: ['h', 'left'],
    does: 'column to the left, fold',
    whyNot: noColumns,
    run: (hand) => sideways(hand, -1),
  },
  {
    id: 'column.right',
    keys: ['l', 'right'],
    does: 'column to the right, unfold',
    whyNot: noColumns,
    run: (hand) => sideways(hand, 1),
  },
];
