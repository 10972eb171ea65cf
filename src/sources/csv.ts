import Papa from 'papaparse';
import { stripControls } from '../domain/controls.ts';
import { WireError } from '../platform/failures.ts';
import { oneLine } from '../platform/terminal/sanitize.ts';

/** A record of a CSV text, stripped of control sequences, and the line on which it begins (from 1). */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

export interface Csv {
  readonly rows: readonly CsvRow[];
  /** The line of a last record whose quoted field never ends; it is not among the rows. */
  readonly openAt?: number;
}

/**
 * The records of a CSV text, as RFC 4180 has them: fields may be quoted, hold delimiters and line breaks there, and "" for
 * a quote. Empty lines are skipped, quotes inside an unquoted field are letters. Throws `malformed` with the line.
 */
export const parseCsv = (raw: string, delimiter = ','): Csv => {
  const rows: CsvRow[] = [];
  let [line, at] = [1, 0];
  let openAt: number | undefined;
  Papa.parse<string[]>(raw, {
    delimiter,
    newline: '\n',
    step: ({ data, errors, meta }) => {
      const problem = errors.find(({ type }) => type === 'Quotes');
      if (problem?.code === 'InvalidQuotes') throw behindQuote(raw, problem.index ?? at);
      if (problem !== undefined) openAt = line;
      else if (!isEmptyLine(raw, at, meta.cursor)) rows.push({ line, fields: data.map(stripControls) });
      line += lineBreaksIn(raw, at, meta.cursor);
      at = meta.cursor;
    },
  });
  return openAt === undefined ? { rows } : { rows, openAt };
};

const isEmptyLine = (raw: string, from: number, to: number): boolean =>
  to === from || (to === from + 1 && raw[from] === '\n');

const lineBreaksIn = (raw: string, from: number, to: number): number => {
  let count = 0;
  for (let at = raw.indexOf('\n', from); at !== -1 && at < to; at = raw.indexOf('\n', at + 1)) count += 1;
  return count;
};

/** `inside`: behind the opening quote of the field. */
const behindQuote = (raw: string, inside: number): WireError => {
  let close = raw.indexOf('"', inside);
  while (raw[close + 1] === '"') close = raw.indexOf('"', close + 2);
  const [rest = ''] = raw.slice(close + 1, close + 80).split('\n');
  const line = lineBreaksIn(raw, 0, close) + 1;
  return new WireError('malformed', `line ${line}: "${oneLine(rest, 20)}" stands behind a closing quote`);
};
