import { isoTime } from '../../../domain/text/format.ts';
import { widthOf } from '../../kit/text/width.ts';
import { paneState } from '../contract/model.ts';
import type { Pane } from '../contract/pane.ts';
import type { ExportTable, PaneRow } from '../contract/pane-row.ts';
import { type RenderContext, wallNow } from '../contract/render-context.ts';
import { filterMatchText } from '../panes/title.ts';
import { maskForExport } from './clipboard.ts';

/** A number as shown in panes: '82', '-14', '1,204', '82.0 %'. */
const number = /^[-+]?\d[\d,]*(\.\d+)?( ?%)?$/;
/**
 * What starts a spreadsheet formula (OWASP, CSV injection), also after blanks and invisible characters, which spreadsheets leave out,
 * and in full width.
 */
const formula = /^[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** Formats a CSV field: prefixes formulas (not numbers) with an apostrophe; quotes as RFC 4180 requires. */
const field = (text: string): string => {
  const safe = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Formats a table as CSV (RFC 4180): header line, then rows, each ending in CRLF. */
export const toCsv = ({ heads, cells }: ExportTable): string =>
  [heads, ...cells].map((row) => `${row.map(field).join(',')}\r\n`).join('');

/** A table with masked cells. Aliases may be longer than names, so cells are masked before they are aligned. */
export const maskedTable = (view: RenderContext, { heads, cells }: ExportTable): ExportTable => ({
  heads: heads.map((head) => maskForExport(view, head)),
  cells: cells.map((row) => row.map((text) => maskForExport(view, text))),
});

/** Origin of the rows: 'shop/production  3 Circuit breakers  2026-03-04T10:15:07.000Z'. */
export const exportHeader = (view: RenderContext, pane: Pane): string => {
  const { open } = view.cockpit;
  const { filter } = paneState(view.ui, pane.id);
  const parts = [
    open === undefined ? '' : `${open.system}/${open.env}`,
    `${pane.key} ${pane.title}`,
    isoTime(wallNow(view)).replace(/\.\d+Z$/, 'Z'),
    filter === '' ? '' : filterMatchText(pane.query(view), view.pen.maskTyped(filter)),
  ];
  return maskForExport(view, parts.filter((part) => part !== '').join('  '));
};

const padded = (text: string, width: number): string => text + ' '.repeat(width - widthOf(text));

const aligned = ({ heads, cells }: ExportTable): readonly string[] => {
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

/** Formats rows as an aligned text table, without the origin line. */
export const plainTableLines = (
  view: RenderContext,
  pane: Pane,
  rows: readonly PaneRow[],
): readonly string[] =>
  aligned(maskedTable(view, pane.table(view, rows))).map((line) => maskForExport(view, line));
