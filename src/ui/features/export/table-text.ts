import { isoTime } from '../../../domain/format.ts';
import { paneStateOf } from '../../model.ts';
import type { Pane } from '../../panes/pane.ts';
import type { PaneRow, Sheet } from '../../panes/row.ts';
import { matchText } from '../../panes/title.ts';
import { widthOf } from '../../text/width.ts';
import type { View } from '../../view.ts';
import { outgoing } from './clipboard.ts';

/** A number as a pane writes it: '82', '-14', '1,204', '82.0 %'. */
const number = /^[-+]?\d[\d,]*(\.\d+)?( ?%)?$/;
/** What a spreadsheet would take for the beginning of a formula (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;

/** One field: an apostrophe before what would be a formula and is no number, quotes where RFC 4180 asks for them. */
const field = (text: string): string => {
  const safe = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** A table as RFC 4180 has it: a line of heads, then the rows, each ending in CRLF. */
export const csvOf = ({ heads, cells }: Sheet): string =>
  [heads, ...cells].map((row) => `${row.map(field).join(',')}\r\n`).join('');

/** Whose rows these are, and of when: 'shop/production  3 BREAKERS  2026-03-04T10:15:07.000Z'. */
export const originOf = (view: View, pane: Pane): string => {
  const { open } = view.cockpit;
  const { filter } = paneStateOf(view.ui, pane.id);
  const parts = [
    open === undefined ? '' : `${open.system}/${open.env}`,
    `${pane.key} ${pane.title}`,
    isoTime(view.now + view.wallOffset).replace(/\.\d+Z$/, 'Z'),
    filter === '' ? '' : matchText(pane.wanted(view), view.pen.typed(filter)),
  ];
  return outgoing(view, parts.filter((part) => part !== '').join('  '));
};

const padded = (text: string, width: number): string => text + ' '.repeat(width - widthOf(text));

const aligned = ({ heads, cells }: Sheet): readonly string[] => {
  const widths = heads.map((head, index) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[index] ?? '')), widthOf(head)),
  );
  return [heads, ...cells].map((row) =>
    row
      .map((text, index) => padded(text, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** The rows as a table of text, its columns as wide as what stands in them, without the line of its origin. */
export const tableLines = (view: View, pane: Pane, rows: readonly PaneRow[]): readonly string[] =>
  aligned(pane.sheet(view, rows)).map((line) => outgoing(view, line));
