import { firstRow } from '../cursor.ts';
import { clipboardBytes, fittingLines, outgoing } from '../features/export/clipboard.ts';
import { chosenRows } from '../features/export/export-list.ts';
import { originOf, tableLines } from '../features/export/table-text.ts';
import { marksOf } from '../model.ts';
import type { Binding, Hand } from '../panes/pane.ts';
import type { PaneRow } from '../panes/row.ts';
import { counted } from '../text/ages.ts';

const noRows = ({ rows }: Hand): string | undefined => (rows.length === 0 ? 'no rows here' : undefined);

/** The marked rows; where none is marked, the one under the cursor, or those that are folded into it. */
const takenRows = (hand: Hand): readonly PaneRow[] => {
  const { view, pane, row } = hand;
  if (marksOf(view.ui, pane.id).size > 0) return chosenRows(hand);
  if (row?.folds === undefined) return row === undefined ? [] : [row];
  const folds = new Set(row.folds);
  return pane.rows(view).filter(({ key }) => folds.has(key));
};

/** Lines before the first row: where the rows are from, and the heads. */
const before = 2;

const copy = (hand: Hand) => {
  const { view, pane, say } = hand;
  const rows = takenRows(hand);
  if (rows.length === 0) return say('what was marked has gone; nothing was copied');
  const [only] = rows;
  if (rows.length === 1 && only?.copies !== undefined) {
    const alone = outgoing(view, only.copies);
    hand.copy(alone);
    return say(`${only.label}: ${Buffer.byteLength(alone)} bytes, sent to the terminal's clipboard`);
  }
  const lines = [originOf(view, pane), ...tableLines(view, pane, rows)];
  const fitting = fittingLines(lines);
  const text = `${fitting.join('\n')}\n`;
  hand.copy(text);
  const taken = fitting.length - before;
  const what = taken < rows.length ? `the first ${taken} of ${rows.length} rows` : counted(taken, 'row');
  const limit = taken < rows.length ? ` (it takes ${clipboardBytes} bytes; E writes all to a file)` : '';
  say(`${what}, ${Buffer.byteLength(text)} bytes, sent to the terminal's clipboard${limit}`);
};

/** Keys that take rows out of the cockpit. */
export const takeKeys: readonly Binding[] = [
  {
    id: 'copy',
    keys: ['y'],
    does: 'copy the row, or the marked ones, to the clipboard',
    whyNot: noRows,
    run: copy,
  },
  {
    id: 'export',
    keys: ['E'],
    does: 'export the pane, or the marked rows, to a file',
    whyNot: noRows,
    run: ({ model }) => model.setState({ overlay: { is: 'export', cursor: firstRow } }),
  },
];
