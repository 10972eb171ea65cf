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
  let line = 1;
  for (let at = 0; at < raw.length; ) {
    const lineEnd = endOfLine(raw, at);
    const text = raw.slice(at, lineEnd);
    if (!text.includes('"')) {
      if (text !== '') rows.push({ line, fields: text.split(delimiter).map(stripControls) });
      at = lineEnd + 1;
      line += 1;
      continue;
    }
    const record = quotedRecord(raw, at, delimiter, line);
    if (record === undefined) return { rows, openAt: line };
    rows.push({ line, fields: record.fields.map(stripControls) });
    line += lineBreaksIn(raw, at, record.end) + 1;
    at = record.end + 1;
  }
  return { rows };
};

const endOfLine = (raw: string, at: number): number => {
  const found = raw.indexOf('\n', at);
  return found === -1 ? raw.length : found;
};

const lineBreaksIn = (raw: string, from: number, to: number): number => {
  let count = 0;
  for (let at = raw.indexOf('\n', from); at !== -1 && at < to; at = raw.indexOf('\n', at + 1)) count += 1;
  return count;
};

interface Field {
  readonly text: string;
  /** Where the delimiter, the line break or the end of the text stands. */
  readonly end: number;
}

/** A record with quotes in it; undefined when one of them never closes. */
const quotedRecord = (
  raw: string,
  from: number,
  delimiter: string,
  line: number,
): { readonly fields: readonly string[]; readonly end: number } | undefined => {
  const fields: string[] = [];
  for (let at = from; ; ) {
    const field = raw[at] === '"' ? quotedField(raw, at) : plainField(raw, at, delimiter);
    if (field === undefined) return undefined;
    fields.push(field.text);
    const next = raw[field.end];
    if (next === undefined || next === '\n') return { fields, end: field.end };
    if (next !== delimiter) {
      const there = line + lineBreaksIn(raw, from, field.end);
      const rest = oneLine(raw.slice(field.end, endOfLine(raw, field.end)), 20);
      throw new WireError('malformed', `line ${there}: "${rest}" stands behind a closing quote`);
    }
    at = field.end + 1;
  }
};

const plainField = (raw: string, at: number, delimiter: string): Field => {
  const lineEnd = endOfLine(raw, at);
  const found = raw.indexOf(delimiter, at);
  const end = found === -1 || found > lineEnd ? lineEnd : found;
  return { text: raw.slice(at, end), end };
};

const quotedField = (raw: string, at: number): Field | undefined => {
  for (let close = raw.indexOf('"', at + 1); close !== -1; close = raw.indexOf('"', close + 2))
    if (raw[close + 1] !== '"')
      return { text: raw.slice(at + 1, close).replaceAll('""', '"'), end: close + 1 };
  return undefined;
};
