import type { Sheet } from '../../panes/row.ts';

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
