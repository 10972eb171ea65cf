import { WireError } from '../../platform/failures.ts';
import type { FileStat, FileText, ReadFiles } from '../../platform/files/file-shapes.ts';
import { type Csv, type CsvRow, parseCsv } from '../csv.ts';
import { checkWidths, lineWords, type Table, tableOf } from '../table.ts';
import { finished, isBeingWritten, partBytes, readWhole, stillEmpty, withoutFirstLine } from './text.ts';

export interface TableOptions {
  readonly delimiter: string;
  readonly header: boolean;
}

/**
 * A CSV file as a table. A last line that is still being written is left out. Of a file of more than 4 MiB the first and
 * the last MiB are read. Throws WireError: `malformed` with the line.
 */
export const readTable = async (
  files: ReadFiles,
  file: FileStat,
  options: TableOptions,
  wallNow: number,
  signal: AbortSignal,
): Promise<Table> => {
  const whole = await readWhole(files, file, signal);
  if (whole !== undefined) {
    const { raw, unfinished } = finished(whole, wallNow);
    const rows = closed(parseCsv(raw, options.delimiter), whole, wallNow);
    if (rows.length === 0) throw stillEmpty(unfinished);
    return tableOf(rows, options.header);
  }
  const head = await files.read(file.path, { from: 'head', maxBytes: partBytes }, signal);
  const tail = await files.read(file.path, { from: 'tail', maxBytes: partBytes }, signal);
  return tableOfParts(head, finished(tail, wallNow).raw, options);
};

/** A quoted field that never ends: still being written, or a mistake. */
const closed = ({ rows, openAt }: Csv, file: FileStat, wallNow: number): readonly CsvRow[] => {
  if (openAt !== undefined && !isBeingWritten(file, wallNow))
    throw new WireError('malformed', `line ${openAt}: a quoted field never ends`);
  return rows;
};

/** How many lines of a part may be tried as its first: it may begin inside a quoted field of many lines. */
const maxTries = 50;

const tableOfParts = (head: FileText, tail: string, { delimiter, header }: TableOptions): Table => {
  const { rows: firstRows } = parseCsv(head.raw.slice(0, head.raw.lastIndexOf('\n') + 1), delimiter);
  const [names, ...others] = firstRows;
  if (names === undefined) throw new WireError('malformed', 'its first line is longer than 1 MiB');
  const first = header ? others : firstRows;
  const width = names.fields.length;
  checkWidths(first, width, lineWords);
  const place: Table['place'] = ({ line }) => `line ${line} of its last MiB`;
  let rest = withoutFirstLine(tail);
  for (let tries = 0; tries < maxTries && rest !== ''; tries++) {
    const rows = rowsOfWidth(rest, delimiter, width);
    if (rows !== undefined) return { ...(header ? { header: names.fields } : {}), rows, first, place };
    rest = withoutFirstLine(rest);
  }
  throw new WireError('malformed', `its last MiB holds no rows of ${width} fields`);
};

const rowsOfWidth = (raw: string, delimiter: string, width: number): readonly CsvRow[] | undefined => {
  try {
    const { rows, openAt } = parseCsv(raw, delimiter);
    return openAt === undefined && rows.length > 0 && rows.every((row) => row.fields.length === width)
      ? rows
      : undefined;
  } catch {
    // Begun inside a quoted field, its end looks like a mistake.
    return undefined;
  }
};
