import type { Millis } from '../../domain/base/fault.ts';
import { dayMs, formatAge, formatDuration, parseDuration } from '../../domain/text/duration.ts';
import type { FileStat, FileText, ReadFiles } from '../../platform/files/file-interfaces.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import {
  type CsvDocument,
  type CsvRow,
  checkRowWidths,
  columnValue,
  type DataTable,
  describeCsvLine,
  parseCsv,
  tableFromCsv,
} from '../kit/values/data-table.ts';
import { jsonScalarAt, parseJson } from '../kit/values/json.ts';
import { type CsvRead, fileReads, type JsonRead } from './config.ts';
import type { FileContext, FileSignalValue } from './file-context.ts';
import { locateFile } from './file-context.ts';
import { fileSignalFeed, fileSignalsOfForm, groupSignals } from './signal-feed.ts';

const mebibyte = 1024 * 1024;
/** A larger file is never read completely: that could block the process for a second. */
const wholeBytes = 4 * mebibyte;
const partBytes = mebibyte;

/** A file written within this time may have an unfinished last line. */
const writingMs: Millis = 5000;

/** Text of a file up to its last complete line. */
interface CompleteText {
  readonly raw: string;
  /** True: its last line had no line break yet and was left out. */
  readonly isLastLineIncomplete: boolean;
}

const isBeingWritten = ({ writtenAt }: FileStat, wallNow: Millis): boolean => wallNow - writtenAt < writingMs;

/** Removes an unterminated last line, unless the file was not written for five seconds: then the line is complete. */
const completeText = (text: FileText, wallNow: Millis): CompleteText => {
  const { raw } = text;
  if (raw === '' || raw.endsWith('\n') || !isBeingWritten(text, wallNow))
    return { raw, isLastLineIncomplete: false };
  return { raw: raw.slice(0, raw.lastIndexOf('\n') + 1), isLastLineIncomplete: true };
};

/** Reads a complete file; undefined when it is too large. Throws WireError. */
const readWholeFile = async (
  files: ReadFiles,
  file: FileStat,
  signal: AbortSignal,
): Promise<FileText | undefined> => {
  if (file.kind === 'file' && file.sizeBytes > wholeBytes) return undefined;
  const text = await files.read(file.path, { from: 'head', maxBytes: wholeBytes }, signal);
  return text.whole ? text : undefined;
};

/** Removes everything up to the first line break: a part of a file begins in the middle of a line. */
const withoutFirstLine = (raw: string): string => {
  const lineEnd = raw.indexOf('\n');
  return lineEnd === -1 ? '' : raw.slice(lineEnd + 1);
};

const emptyFileError = (unfinished: boolean): WireError =>
  new WireError(
    'malformed',
    unfinished
      ? 'the file has only one line, which is still being written: wait for the next reading'
      : 'is empty',
  );

/** Converts a date, or a time with its zone, to days from `wallNow`, to a tenth; undefined for anything else. */
export const daysUntil =
  (wallNow: number) =>
  (text: string): number | undefined => {
    const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(time) ? undefined : Math.round(((time - wallNow) / dayMs) * 10) / 10;
  };

/**
 * Reads the JSON value of a file, or of its last line when each line is one. Leaves out an unfinished last line. Throws
 * WireError: `malformed` with the line.
 */
const readJson = async (
  files: ReadFiles,
  file: FileStat,
  wallNow: number,
  signal: AbortSignal,
): Promise<unknown> => {
  const whole = await readWholeFile(files, file, signal);
  if (whole === undefined) return readLastJsonLine(files, file, wallNow, signal);
  const document = parseJson(whole.raw);
  if (document.ok) return document.value;
  const { raw, isLastLineIncomplete: unfinished } = completeText(whole, wallNow);
  const lines = linesOf(raw);
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) throw emptyFileError(unfinished);
  // In a file with one value per line, the first line is one too.
  if (!parseJson(first.text).ok) throw new WireError('malformed', document.problem);
  const value = parseJson(last.text);
  if (value.ok) return value.value;
  throw new WireError('malformed', `line ${last.line} is not JSON: ${value.problem}`);
};

const readLastJsonLine = async (
  files: ReadFiles,
  file: FileStat,
  wallNow: number,
  signal: AbortSignal,
): Promise<unknown> => {
  const tail = await files.read(file.path, { from: 'tail', maxBytes: partBytes }, signal);
  const last = linesOf(withoutFirstLine(completeText(tail, wallNow).raw)).at(-1);
  const value = last === undefined ? undefined : parseJson(last.text);
  if (value?.ok === true) return value.value;
  throw new WireError(
    'malformed',
    'is larger than 4 MiB, and the last line is not JSON. Write one JSON document per line',
  );
};

const linesOf = (raw: string): readonly { readonly text: string; readonly line: number }[] =>
  raw
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '');

interface TableOptions {
  readonly delimiter: string;
  readonly header: boolean;
}

/**
 * Reads a CSV file as a table. Leaves out an unfinished last line. Of a file above 4 MiB it reads the first and the
 * last MiB. Throws WireError: `malformed` with the line.
 */
const readTable = async (
  files: ReadFiles,
  file: FileStat,
  options: TableOptions,
  wallNow: number,
  signal: AbortSignal,
): Promise<DataTable> => {
  const whole = await readWholeFile(files, file, signal);
  if (whole !== undefined) {
    const { raw, isLastLineIncomplete: unfinished } = completeText(whole, wallNow);
    const rows = completeRows(parseCsv(raw, options.delimiter), whole, wallNow);
    if (rows.length === 0) throw emptyFileError(unfinished);
    return tableFromCsv(rows, options.header);
  }
  const head = await files.read(file.path, { from: 'head', maxBytes: partBytes }, signal);
  const tail = await files.read(file.path, { from: 'tail', maxBytes: partBytes }, signal);
  return tableOfParts(head, completeText(tail, wallNow).raw, options);
};

/** An unterminated quoted field: still being written, or malformed. */
const completeRows = (
  { rows, unterminatedLine: openAt }: CsvDocument,
  file: FileStat,
  wallNow: number,
): readonly CsvRow[] => {
  if (openAt !== undefined && !isBeingWritten(file, wallNow))
    throw new WireError('malformed', `the quoted field that begins in line ${openAt} is not closed`);
  return rows;
};

/** Maximum number of lines to try as the start of a part, which may begin inside a multi-line quoted field. */
const maxTries = 50;

const tableOfParts = (head: FileText, tail: string, { delimiter, header }: TableOptions): DataTable => {
  const { rows: firstRows } = parseCsv(head.raw.slice(0, head.raw.lastIndexOf('\n') + 1), delimiter);
  const [names, ...others] = firstRows;
  if (names === undefined)
    throw new WireError(
      'malformed',
      'the first line of the file is longer than 1 MiB, so opsdeck does not read the file',
    );
  const first = header ? others : firstRows;
  const width = names.fields.length;
  checkRowWidths(first, width, describeCsvLine);
  const place: DataTable['locationOf'] = ({ line }) => `line ${line} of the last MiB of the file`;
  let rest = withoutFirstLine(tail);
  for (let tries = 0; tries < maxTries && rest !== ''; tries++) {
    const rows = rowsOfWidth(rest, delimiter, width);
    if (rows !== undefined)
      return { ...(header ? { header: names.fields } : {}), rows, leadingRows: first, locationOf: place };
    rest = withoutFirstLine(rest);
  }
  throw new WireError(
    'malformed',
    `the last MiB of the file has no row of ${width} fields: check the delimiter and the header`,
  );
};

const rowsOfWidth = (raw: string, delimiter: string, width: number): readonly CsvRow[] | undefined => {
  try {
    const { rows, unterminatedLine: openAt } = parseCsv(raw, delimiter);
    return openAt === undefined && rows.length > 0 && rows.every((row) => row.fields.length === width)
      ? rows
      : undefined;
  } catch {
    // A part that begins inside a quoted field looks malformed at its end.
    return undefined;
  }
};

/** One feed per CSV or JSON file. A sample's `at` is the modification time of the file: the time of its value. */
export const contentFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] => [
  ...csvFeeds(parts, signals),
  ...jsonFeeds(parts, signals),
];

const csvFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] => {
  const csvReads = fileSignalsOfForm(signals, asCsvRead);
  return groupSignals(csvReads, ({ csv, delimiter = ',', header = true }) =>
    [`csv ${csv}`, delimiter === ',' ? '' : ` by ${delimiter}`, header ? '' : ' without a header line'].join(
      '',
    ),
  ).map(([part, group]) => {
    const { csv = '', delimiter = ',', header = true } = group[0]?.read ?? {};
    const path = parts.resolvePath(csv);
    return fileSignalFeed(
      parts,
      { part, path, signals: group },
      async (signal) => {
        const file = await locateFile(parts.files, path, signal);
        const options = { delimiter, header };
        return { file, table: await readTable(parts.files, file, options, parts.wallNow(), signal) };
      },
      ({ file, table }, read) =>
        withFileTime(parts, file, read, () =>
          columnValue(table, read, read.as === undefined ? undefined : daysUntil(parts.wallNow())),
        ),
    );
  });
};

const jsonFeeds = (parts: FileContext, signals: readonly SignalRequest[]): readonly Feed[] =>
  groupSignals(fileSignalsOfForm(signals, asJsonRead), ({ json }) => `json ${json}`).map(([part, group]) => {
    const path = parts.resolvePath(group[0]?.read.json ?? '');
    return fileSignalFeed(
      parts,
      { part, path, signals: group },
      async (signal) => {
        const file = await locateFile(parts.files, path, signal);
        return { file, json: await readJson(parts.files, file, parts.wallNow(), signal) };
      },
      ({ file, json }, read) => withFileTime(parts, file, read, () => jsonScalarAt(json, read.path)),
    );
  });

/** A file that was not written for too long has no value. */
const withFileTime = (
  { config, wallNow, io }: FileContext,
  file: FileStat,
  read: CsvRead | JsonRead,
  answer: () => FileSignalValue,
): FileSignalValue => {
  const limitMs = read.staleAfter === undefined ? config.staleAfter : parseDuration(read.staleAfter);
  const ageMs = wallNow() - file.writtenAt;
  if (limitMs !== undefined && ageMs > limitMs)
    return { why: `stale: last written ${formatAge(ageMs)} ago (staleAfter: ${formatDuration(limitMs)})` };
  return { at: file.writtenAt - io.clock.wallOffset(), ...answer() };
};

const asCsvRead = (read: SignalRequest['read']): CsvRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'csv' in parsed ? parsed : undefined;
};

const asJsonRead = (read: SignalRequest['read']): JsonRead | undefined => {
  const parsed = fileReads.parse(read);
  return 'json' in parsed ? parsed : undefined;
};
