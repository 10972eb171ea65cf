import type { JournalKind } from '../../../domain/facts/journal.ts';
import { type Level, levelRank } from '../../../domain/facts/level.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import type { SgrStyle } from '../../kit/theme/theme.ts';
import type {
  FrameRecord,
  RecordedMark,
  RecordedPiece,
  RecordedRow,
  RecordingHeader,
  RecordingRecord,
} from './format.ts';
import { recordingVersion } from './format.ts';

/** Limits of what is read: a recording may come from elsewhere. */
const maxCells = 2000;
const maxPieces = 4000;
const maxStyles = 4096;
/** Code units per row: a cell may have combining marks. */
const maxRowLength = 16_384;
const maxTextLength = 1000;
/** A year, in ms. */
const maxTime = 366 * 86_400_000;

/** Throws an Error with the reason; the caller adds the line number. */
const fail = (why: string): never => {
  throw new Error(why);
};

const wholeNumber = (value: unknown, max: number, name: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
    ? value
    : fail(`${name} is not a whole number from 0 to ${max}`);

const list = (value: unknown, max: number, name: string): readonly unknown[] => {
  if (!Array.isArray(value)) return fail(`${name} is not a list`);
  return value.length <= max ? value : fail(`${name} has more than ${max} entries`);
};

/** Characters without a fixed place in a cell: separators become blanks, the rest is removed. */
const separators = /[\n\t\u2028\u2029]/g;
const privateUse = /\p{Co}/gu;

/** Text as it may be drawn: whatever a file contains, it cannot control a terminal. */
const drawableText = (text: string): string =>
  stripControls(text).replaceAll(separators, ' ').replaceAll(privateUse, '');

const textOf = (value: unknown, max: number, name: string): string => {
  if (typeof value !== 'string') return fail(`${name} is not a text`);
  return value.length <= max ? drawableText(value) : fail(`${name} is longer than ${max} characters`);
};

/** The color parameters of SGR (ECMA-48, and xterm's 38 and 48): nothing else reaches the terminal. */
const colorCodes = {
  fg: /^(?:3[0-7]|9[0-7]|38;5;\d{1,3}|38;2;\d{1,3};\d{1,3};\d{1,3})$/,
  bg: /^(?:4[0-7]|10[0-7]|48;5;\d{1,3}|48;2;\d{1,3};\d{1,3};\d{1,3})$/,
} as const;

const styleOf = (value: unknown): SgrStyle => {
  if (!isObject(value)) return fail('a style in the recording is not an object');
  const { fg, bg, bold, inverse } = value;
  const color = (plane: 'fg' | 'bg', code: unknown): string => {
    const isValid =
      typeof code === 'string' &&
      colorCodes[plane].test(code) &&
      code.split(';').every((part) => Number(part) <= 255);
    return isValid ? code : fail(`"${plane}" of a style is not a color`);
  };
  return {
    ...(fg === undefined ? {} : { fg: color('fg', fg) }),
    ...(bg === undefined ? {} : { bg: color('bg', bg) }),
    ...(bold === true ? { bold } : {}),
    ...(inverse === true ? { inverse } : {}),
  };
};

const piecesOf = (value: unknown, styles: number): readonly RecordedPiece[] => {
  let length = 0;
  return list(value, maxPieces, 'a row').map((piece): RecordedPiece => {
    const [text, style] = list(piece, 2, 'a piece of a row');
    const drawable = textOf(text, maxRowLength, 'the text of a row');
    length += drawable.length;
    if (length > maxRowLength)
      return fail(`a row of the recording is longer than ${maxRowLength} characters`);
    const index = wholeNumber(style, maxStyles, 'a style index');
    return index < styles
      ? [drawable, index]
      : fail(`style ${index} is missing from the style table of the recording`);
  });
};

const rowOf = (value: unknown, rows: number, styles: number): RecordedRow => {
  const parts = list(value, 3, 'a changed row');
  const row = wholeNumber(parts[0], maxCells, 'a row number');
  if (row >= rows) return fail(`row ${row} is outside of the screen`);
  return parts.length < 3
    ? [row, piecesOf(parts[1], styles)]
    : [row, wholeNumber(parts[1], maxCells, 'a cell number'), piecesOf(parts[2], styles)];
};

/** Parses the header. Throws an Error with the reason. */
export const parseHeader = (value: unknown): RecordingHeader => {
  if (!isObject(value) || !('recording' in value)) return fail('this file is not a recording of opsdeck');
  const { recording, opsdeck, startedAt, columns, rows, env, shared } = value;
  const version = wholeNumber(recording, Number.MAX_SAFE_INTEGER, '"recording"');
  const writer = textOf(opsdeck, maxTextLength, '"opsdeck"');
  if (version !== recordingVersion)
    return fail(
      `format ${version} of opsdeck ${writer} is unknown to this opsdeck, which reads format ${recordingVersion}`,
    );
  const start = textOf(startedAt, maxTextLength, '"startedAt"');
  const startMs = Date.parse(start);
  if (!/^\d{4}-\d\d-\d\dT/.test(start) || Number.isNaN(startMs))
    return fail('"startedAt" of the recording is not a time');
  return {
    recording: version,
    opsdeck: writer,
    startedAt: new Date(startMs).toISOString(),
    columns: wholeNumber(columns, maxCells, '"columns"'),
    rows: wholeNumber(rows, maxCells, '"rows"'),
    ...(env === undefined ? {} : { env: textOf(env, maxTextLength, '"env"') }),
    shared: shared === true,
  };
};

const markKinds: ReadonlySet<string> = new Set<JournalKind | 'open'>([
  'verdict',
  'rollout',
  'image',
  'config',
  'restart',
  'event',
  'alert',
  'annotation',
  'source',
  'run',
  'ack',
  'checklist',
  'open',
]);
const isMarkKind = (value: unknown): value is RecordedMark['kind'] =>
  typeof value === 'string' && markKinds.has(value);
const isLevel = (value: unknown): value is Level =>
  typeof value === 'string' && Object.hasOwn(levelRank, value);

const markOf = (value: unknown): RecordedMark => {
  if (!isObject(value)) return fail('a mark of the recording is not an object');
  const { kind, level, what, change } = value;
  if (!isMarkKind(kind))
    return fail('the recording has a mark of a kind that this opsdeck does not know: update opsdeck');
  if (!isLevel(level))
    return fail('the recording has a mark of a level that this opsdeck does not know: update opsdeck');
  return {
    kind,
    level,
    what: textOf(what, maxTextLength * 4, '"what"'),
    change: textOf(change, maxTextLength * 4, '"change"'),
  };
};

/** Parses the lines after the header, in order. */
export interface RecordParser {
  /** Throws an Error with the reason. */
  parse(value: unknown): RecordingRecord;
}

/** Creates a parser, which knows the size of the screen and the style table so far. */
export const createRecordParser = (): RecordParser => {
  let size: readonly [columns: number, rows: number] | undefined;
  let styles = 0;
  let last = 0;
  let isEnded = false;

  const frameOf = (t: number, value: Readonly<Record<string, unknown>>): FrameRecord => {
    if ('key' in value) {
      const [columns, rows] = list(value.size, 2, '"size"');
      const cells = [wholeNumber(columns, maxCells, 'columns'), wholeNumber(rows, maxCells, 'rows')] as const;
      const table = list(value.styles, maxStyles, '"styles"').map(styleOf);
      const key = list(value.key, maxCells, '"key"').map((row) => piecesOf(row, table.length));
      if (key.length !== cells[1]) return fail(`the frame has ${key.length} rows, and not ${cells[1]}`);
      [size, styles] = [cells, table.length];
      return { t, size: cells, light: value.light === true, styles: table, key };
    }
    if (size === undefined)
      return fail('the recording is damaged: the first record is a change instead of a whole frame');
    const [, height] = size;
    const added = value.styles === undefined ? [] : list(value.styles, maxStyles, '"styles"').map(styleOf);
    if (styles + added.length > maxStyles) return fail(`the recording has more than ${maxStyles} styles`);
    styles += added.length;
    const rows = list(value.rows, maxCells, '"rows"').map((row) => rowOf(row, height, styles));
    return added.length === 0 ? { t, rows } : { t, styles: added, rows };
  };

  return {
    parse: (value) => {
      if (!isObject(value)) return fail('a line of the recording is not an object');
      if (isEnded) return fail('the recording continues after the end mark');
      const t = wholeNumber(value.t, maxTime, '"t"');
      if (t < last) return fail(`the time ${t} is before ${last}`);
      last = t;
      if ('mark' in value) return { t, mark: markOf(value.mark) };
      if ('key' in value || 'rows' in value) return frameOf(t, value);
      if (value.end !== true)
        return fail('the recording has a record of a kind that this opsdeck does not know: update opsdeck');
      isEnded = true;
      return { t, end: true };
    },
  };
};
