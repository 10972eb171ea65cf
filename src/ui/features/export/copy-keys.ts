import { pluralize } from '../../../domain/text/count-text.ts';
import { initialCursor } from '../../kit/components/cursor.ts';
import { markedKeys } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import { linesFittingClipboard, maskForExport, maxClipboardBytes } from '../../shell/output/clipboard.ts';
import { copyCommandKey } from '../../shell/output/copy-command.ts';
import { exportHeader, plainTableLines } from '../../shell/output/table-text.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { selectedRows, unfoldRows } from './export.ts';

const noRows = ({ rows }: KeyContext): string | undefined =>
  rows.length === 0 ? 'this pane shows no rows to copy' : undefined;

/** The marked rows; otherwise the row under the cursor, or the rows folded into it. */
const takenRows = (context: KeyContext): readonly PaneRow[] => {
  const { view, pane, row } = context;
  if (markedKeys(view.ui, pane.id).size > 0) return selectedRows(context);
  return row === undefined ? [] : unfoldRows(view, pane, [row]);
};

/** Number of header lines: origin and column heads. */
const before = 2;

const copy = (context: KeyContext) => {
  const { view, pane, notify: say } = context;
  const rows = takenRows(context);
  if (rows.length === 0) return say('the marked rows no longer exist, so nothing was copied');
  const [only] = rows;
  if (rows.length === 1 && only?.copyText !== undefined) {
    const alone = maskForExport(view, only.copyText);
    context.copy(alone);
    return say(`${only.label}: ${Buffer.byteLength(alone)} bytes sent to the terminal clipboard`);
  }
  const lines = [exportHeader(view, pane), ...plainTableLines(view, pane, rows)];
  const fitting = linesFittingClipboard(lines);
  const text = `${fitting.join('\n')}\n`;
  context.copy(text);
  const taken = fitting.length - before;
  const what = taken < rows.length ? `the first ${taken} of ${rows.length} rows` : pluralize(taken, 'row');
  const limit =
    taken < rows.length
      ? ` (limit ${maxClipboardBytes} bytes, press ${boundKey(view.cockpit, 'export', 'E')} to export all)`
      : '';
  say(`${what}, ${Buffer.byteLength(text)} bytes sent to the terminal clipboard${limit}`);
};

/** Keys that copy or export rows. */
export const copyKeys: readonly Binding[] = [
  {
    id: 'copy',
    keys: ['y'],
    description: 'copy the row or marked rows to the clipboard',
    whyNot: noRows,
    run: copy,
  },
  copyCommandKey,
  {
    id: 'export',
    keys: ['E'],
    description: 'export the pane or marked rows to a file',
    whyNot: noRows,
    run: ({ model }) => model.setState({ overlay: { is: 'export', cursor: initialCursor } }),
  },
];
