import Papa from 'papaparse';
import { z } from 'zod';
import { sum } from '../../../domain/base/sums.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';

/** A record of a CSV text, without control sequences, and its first line (from 1). */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

export interface CsvDocument {
  readonly rows: readonly CsvRow[];
  /** Line of a last record with an unterminated quoted field; it is not among the rows. */
  readonly unterminatedLine?: number;
}

/**
 * Parses a CSV text according to RFC 4180: quoted fields may contain delimiters, line breaks and "" for a quote. Skips
 * empty lines; quotes inside an unquoted field are literal. Throws `malformed` with the line.
 */
export const parseCsv = (raw: string, delimiter = ','): CsvDocument => {
  const rows: CsvRow[] = [];
  let line = 1;
  let position = 0;
  let openAt: number | undefined;
  Papa.parse<string[]>(raw, {
    delimiter,
    newline: '\n',
    step: ({ data, errors, meta }) => {
      const problem = errors.find(({ type }) => type === 'Quotes');
      if (problem?.code === 'InvalidQuotes') throw afterQuoteError(raw, problem.index ?? position);
      if (problem !== undefined) openAt = line;
      else if (!isEmptyLine(raw, position, meta.cursor)) rows.push({ line, fields: data.map(stripControls) });
      line += lineBreaksIn(raw, position, meta.cursor);
      position = meta.cursor;
    },
  });
  return openAt === undefined ? { rows } : { rows, unterminatedLine: openAt };
};

const isEmptyLine = (raw: string, from: number, to: number): boolean =>
  to === from || (to === from + 1 && raw[from] === '\n');

const lineBreaksIn = (raw: string, from: number, to: number): number => {
  let count = 0;
  for (let index = raw.indexOf('\n', from); index !== -1 && index < to; index = raw.indexOf('\n', index + 1))
    count += 1;
  return count;
};

/** `inside`: index after the opening quote of the field. */
const afterQuoteError = (raw: string, inside: number): WireError => {
  let close = raw.indexOf('"', inside);
  while (raw[close + 1] === '"') close = raw.indexOf('"', close + 2);
  const [trailing = ''] = raw.slice(close + 1, close + 80).split('\n');
  const line = lineBreaksIn(raw, 0, close) + 1;
  return new WireError(
    'malformed',
    `line ${line}: unexpected text "${oneLine(trailing, 20)}" after a closing quote`,
  );
};

/** The parameters of a signal that reads one value of a column. */
export const columnReadShape = {
  column: z
    .union([z.string().min(1), z.int().min(0)])
    .meta({ description: 'name of the column in the header, or the index, counted from 0' }),
  fold: z
    .enum(['last', 'first', 'min', 'max', 'avg', 'sum', 'count'])
    .meta({
      description: 'how the values of the rows become one value (default: last, the value of the last row)',
    })
    .exactOptional(),
  where: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .meta({ description: 'row filter: { branch: main }' })
    .exactOptional(),
  delimiter: z
    .string()
    .length(1)
    .meta({ description: 'this character separates the fields of a line. The default is a comma' })
    .exactOptional(),
  header: z
    .boolean()
    .meta({
      description:
        'whether the first line names the columns (default: true). With false, name a column by the index',
    })
    .exactOptional(),
};

const zColumnRead = z.object(columnReadShape);
export type ColumnRead = Partial<z.infer<typeof zColumnRead>>;
type Fold = NonNullable<ColumnRead['fold']>;

/** Rows in their order. A table that was read partially has its first and last rows only. */
export interface DataTable {
  /** Column names; absent without a header. */
  readonly header?: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Set when only a part was read: the first rows, while `rows` are the last. */
  readonly leadingRows?: readonly CsvRow[];
  /** Returns the position of a row: 'line 7'. */
  locationOf(row: CsvRow): string;
}

/**
 * Returns the value of a column. An empty cell has no value and is left out of sums; an empty table has no value, but a
 * count of 0. `asNumber` converts a cell to a number. Throws `missing` for an unknown column, and `malformed` for a
 * non-number in a sum or a sum over a partial table.
 */
export const columnValue = (
  table: DataTable,
  read: ColumnRead,
  asNumber: (text: string) => number | undefined = parseDecimal,
): Pick<Sample, 'value' | 'why'> => {
  const fold = read.fold ?? 'last';
  if (table.leadingRows !== undefined && fold !== 'last' && fold !== 'first')
    throw new WireError('malformed', `is too large to compute fold: ${fold}. Use fold: last or first`);
  const column = columnIndex(table, read.column ?? 0);
  const rows = matchingRows(table, read.where ?? {}, fold);
  if (fold === 'count') return { value: rows.length };
  const row = fold === 'first' ? rows[0] : rows.at(-1);
  if (row === undefined) return { why: explainNoRow(table, read.where) };
  if (fold !== 'last' && fold !== 'first')
    return aggregateCells({ table, rows, column, asNumber }, aggregations[fold]);
  const text = cell(row, column);
  if (text === '') return { why: `${table.locationOf(row)}: the cell has no value. Check column:` };
  return { value: asNumber(text) ?? oneLine(text) };
};

const cell = (row: CsvRow, column: number): string => (row.fields[column] ?? '').trim();

interface ColumnCells {
  readonly table: DataTable;
  readonly rows: readonly CsvRow[];
  readonly column: number;
  asNumber(text: string): number | undefined;
}

const aggregateCells = (
  { table, rows, column, asNumber }: ColumnCells,
  fold: (values: readonly number[]) => number,
): Pick<Sample, 'value' | 'why'> => {
  const numbers = rows.flatMap((row) => {
    const text = cell(row, column);
    if (text === '') return [];
    const value = asNumber(text);
    if (value === undefined)
      throw new WireError(
        'malformed',
        `${table.locationOf(row)}: "${oneLine(text, 20)}" is not a number. Check column:`,
      );
    return [value];
  });
  return numbers.length === 0
    ? { why: 'no row has a number in this column. Check column:' }
    : { value: fold(numbers) };
};

const aggregations: {
  readonly [K in Exclude<Fold, 'last' | 'first' | 'count'>]: (v: readonly number[]) => number;
} = {
  min: (values) => values.reduce((a, b) => Math.min(a, b)),
  max: (values) => values.reduce((a, b) => Math.max(a, b)),
  avg: (values) => sum(values) / values.length,
  sum,
};

/** Parses a decimal number with an optional exponent; undefined for anything else, including NaN and infinities. */
export const parseDecimal = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
};

const columnIndex = ({ header, rows }: DataTable, column: string | number): number => {
  const width = header?.length ?? rows[0]?.fields.length ?? 0;
  const index =
    typeof column === 'number' ? column : (header ?? []).findIndex((name) => name.trim() === column);
  if (index >= 0 && (index < width || (header === undefined && rows.length === 0))) return index;
  const has = header === undefined ? `${width} columns` : header.map((name) => name.trim()).join(', ');
  throw new WireError('missing', `has no column ${JSON.stringify(column)}. Available: ${oneLine(has)}`);
};

const matchingRows = (
  table: DataTable,
  where: NonNullable<ColumnRead['where']>,
  fold: Fold,
): readonly CsvRow[] => {
  const conditions = Object.entries(where).map(([name, value]) => {
    const asIndex = table.header === undefined && /^\d+$/.test(name) ? Number(name) : name;
    return { index: columnIndex(table, asIndex), value: String(value) };
  });
  const rows = fold === 'first' ? (table.leadingRows ?? table.rows) : table.rows;
  return rows.filter((row) => conditions.every(({ index, value }) => row.fields[index]?.trim() === value));
};

const explainNoRow = ({ leadingRows: first }: DataTable, where: ColumnRead['where']): string => {
  if (where === undefined) return 'the table has no rows, so there is no value to read';
  const words = Object.entries(where).map(([name, value]) => `${name} = ${value}`);
  return `no row of the table has ${words.join(', ')}${first === undefined ? '' : ' in the part that was read'}`;
};

/**
 * Converts the rows of a complete CSV text to a table. Throws `malformed` with the line for rows with another number of
 * fields.
 */
export const tableFromCsv = (rows: readonly CsvRow[], hasHeader: boolean): DataTable => {
  const [head, ...rest] = rows;
  const body = hasHeader ? rest : rows;
  checkRowWidths(body, head?.fields.length ?? 0, describeCsvLine);
  return {
    ...(hasHeader && head !== undefined ? { header: head.fields } : {}),
    rows: body,
    locationOf: describeCsvLine,
  };
};

export const describeCsvLine = ({ line }: CsvRow): string => `line ${line}`;

export const checkRowWidths = (
  rows: readonly CsvRow[],
  width: number,
  place: DataTable['locationOf'],
): void => {
  const uneven = rows.find((row) => row.fields.length !== width);
  if (uneven === undefined) return;
  throw new WireError(
    'malformed',
    `${place(uneven)} has ${pluralize(uneven.fields.length, 'field')}, expected ${width}: ${uneven.fields.length < width ? 'complete the line' : 'quote fields that contain the delimiter'}`,
  );
};
