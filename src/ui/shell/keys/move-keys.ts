import { paneState, updatePane } from '../contract/model.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { navigate, navigationBlockedReason } from '../navigation/navigate.ts';
import { isMouseEnabled } from '../terminal/mouse/mouse-setting.ts';

/**
 * Keys for the navigation history. Most terminals send the same code for `ctrl-i` and `tab`, so forward has a second
 * key.
 */
export const historyKeys: readonly Binding[] = [
  {
    id: 'place.back',
    keys: ['ctrl-o'],
    description: 'go back to the previous view',
    whyNot: navigationBlockedReason('back'),
    run: navigate('back'),
  },
  {
    id: 'place.forward',
    keys: ['ctrl-f', 'ctrl-i'],
    description: 'go forward again (ctrl-i where different from tab)',
    whyNot: navigationBlockedReason('forward'),
    run: navigate('forward'),
  },
  {
    // Not a key: a line in help about the mouse.
    id: 'mouse.line',
    keys: ['click, wheel'],
    description: 'select row, pane or footer. shift+drag selects text',
    whyNot: ({ view }) => (isMouseEnabled(view.ui, view.cockpit) ? undefined : 'mouse is off: use :mouse on'),
    run: () => {},
  },
];

const noRows = ({ rows }: KeyContext): string | undefined =>
  rows.length === 0 ? 'this pane shows no rows' : undefined;

const moveTo = ({ model, pane, rows }: KeyContext, index: number): void => {
  const to = Math.max(0, Math.min(rows.length - 1, index));
  const row = rows[to];
  if (row !== undefined) updatePane(model, pane.id, { cursor: { key: row.key, index: to } });
};

/** Moves the cursor by a number of rows; Infinity moves to an end. */
const step = (context: KeyContext, by: number) => {
  if (context.pane.moveCursor !== undefined) return context.pane.moveCursor(context, by);
  moveTo(context, context.index + by);
};

const noColumns = ({ pane, view, row }: KeyContext): string | undefined =>
  row?.treePosition === undefined && (pane.columnCount(view) === 0 || view.ui.place === 'overview')
    ? 'this pane has no columns'
    : undefined;

const moveColumn = (context: KeyContext, step: number): void => {
  const { model, pane, view } = context;
  const count = pane.columnCount(view);
  const own = view.cockpit.open?.across.indexOf(view.cockpit.open.env) ?? 0;
  const from = paneState(view.ui, pane.id).column ?? Math.max(0, own);
  updatePane(model, pane.id, { column: Math.max(0, Math.min(count - 1, from + step)) });
};

/** Left folds a branch, or moves to the parent; right unfolds. */
const sideways = (context: KeyContext, step: -1 | 1): void => {
  const { model, pane, row, rows } = context;
  if (row?.treePosition === undefined) {
    moveColumn(context, step);
    return;
  }
  const { expandedKeys: unfolded = [] } = paneState(context.view.ui, pane.id);
  const { state, parent } = row.treePosition;
  if (step > 0 && state === 'closed') updatePane(model, pane.id, { expandedKeys: [...unfolded, row.key] });
  else if (step < 0 && state === 'open')
    updatePane(model, pane.id, { expandedKeys: unfolded.filter((key) => key !== row.key) });
  else if (step < 0 && parent !== undefined)
    moveTo(
      context,
      rows.findIndex(({ key }) => key === parent),
    );
};

/** Keys that move the cursor of the focused pane. */
export const moveKeys: readonly Binding[] = [
  {
    id: 'row.down',
    keys: ['j', 'down'],
    description: 'move to the next row',
    whyNot: noRows,
    run: (context) => step(context, 1),
  },
  {
    id: 'row.up',
    keys: ['k', 'up'],
    description: 'move to the previous row',
    whyNot: noRows,
    run: (context) => step(context, -1),
  },
  {
    id: 'row.first',
    keys: ['g', 'home'],
    description: 'move to the first row',
    whyNot: noRows,
    run: (context) => step(context, Number.NEGATIVE_INFINITY),
  },
  {
    id: 'row.last',
    keys: ['G', 'end'],
    description: 'move to the last row',
    whyNot: noRows,
    run: (context) => step(context, Number.POSITIVE_INFINITY),
  },
  {
    id: 'row.half-down',
    keys: ['ctrl-d', 'pagedown'],
    description: 'move down half a page',
    whyNot: noRows,
    run: (context) => step(context, context.halfPage),
  },
  {
    id: 'row.half-up',
    keys: ['ctrl-u', 'pageup'],
    description: 'move up half a page',
    whyNot: noRows,
    run: (context) => step(context, -context.halfPage),
  },
  {
    id: 'column.left',
    keys: ['h', 'left'],
    description: 'move left, or fold',
    whyNot: noColumns,
    run: (context) => sideways(context, -1),
  },
  {
    id: 'column.right',
    keys: ['l', 'right'],
    description: 'move right, or unfold',
    whyNot: noColumns,
    run: (context) => sideways(context, 1),
  },
];
