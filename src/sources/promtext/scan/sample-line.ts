import type { Cursor } from './cursor.ts';
import { dot, hash, isBlank, isDigit, minus, openBrace, plus, zero } from './cursor.ts';
import type { LabelReader } from './labels.ts';
import type { Exemplar, FlatLabels, Series } from './page.ts';

/** Powers of ten that a double holds exactly. */
const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

const words: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ...['inf', 'infinity'].flatMap((word): [string, number][] => [
    [word, Number.POSITIVE_INFINITY],
    [`+${word}`, Number.POSITIVE_INFINITY],
    [`-${word}`, Number.NEGATIVE_INFINITY],
  ]),
]);
const longestWord = 9;

const isSign = (code: number): boolean => code === minus || code === plus;
const isExponent = (code: number): boolean => code === 101 || code === 69;

/** Digits and their power of ten, both exact as doubles, have one correct product or quotient; undefined for others. */
const exactly = (digits: number, exponent: number): number | undefined => {
  const power = powers[Math.abs(exponent)];
  if (power === undefined || digits > Number.MAX_SAFE_INTEGER) return undefined;
  return exponent < 0 ? digits / power : digits * power;
};

/** The exponent at the cursor, behind its `e`, up to the end of the word; undefined when it is none. */
const readExponent = (cursor: Cursor): number | undefined => {
  const isNegative = cursor.here() === minus;
  if (isSign(cursor.here())) cursor.at += 1;
  const start = cursor.at;
  let exponent = 0;
  for (; isDigit(cursor.here()); cursor.at += 1) exponent = exponent * 10 + cursor.here() - zero;
  if (cursor.at === start || !atWordEnd(cursor)) return undefined;
  return isNegative ? -exponent : exponent;
};

const atWordEnd = (cursor: Cursor): boolean => cursor.atEnd() || isBlank(cursor.here());

const wordAt = (cursor: Cursor, start: number): number | undefined => {
  cursor.at = start;
  cursor.at = cursor.wordEnd();
  const isShort = cursor.at - start <= longestWord;
  return isShort ? words.get(cursor.text.slice(start, cursor.at).toLowerCase()) : undefined;
};

/**
 * The number at the cursor, up to the next blank, as Go's ParseFloat reads decimals: digits with a point, an exponent, NaN
 * and (signed) Inf or Infinity in any case. Undefined for anything else (hexadecimal, underscores, nothing at all). The
 * cursor is left behind it.
 */
export const readNumber = (cursor: Cursor): number | undefined => {
  const start = cursor.at;
  const isNegative = cursor.here() === minus;
  if (isSign(cursor.here())) cursor.at += 1;
  let digits = 0;
  let count = 0;
  for (; isDigit(cursor.here()); count += 1, cursor.at += 1) digits = digits * 10 + cursor.here() - zero;
  let exponent = 0;
  if (cursor.here() === dot) {
    cursor.at += 1;
    for (; isDigit(cursor.here()); exponent -= 1, cursor.at += 1) digits = digits * 10 + cursor.here() - zero;
  }
  if (count - exponent === 0) return wordAt(cursor, start);
  if (isExponent(cursor.here())) {
    cursor.at += 1;
    exponent += readExponent(cursor) ?? Number.NaN;
  }
  if (!atWordEnd(cursor) || Number.isNaN(exponent)) return wordAt(cursor, start);
  const size = exactly(digits, exponent);
  if (size === undefined) return Number(cursor.text.slice(start, cursor.at));
  return isNegative ? -size : size;
};

const noLabels: FlatLabels = [];
const microsPerSecond = 1_000_000;

/** What a line is read with. */
export interface LineReader {
  readonly cursor: Cursor;
  readonly labels: LabelReader;
  /** Exemplars have label sets of their own. */
  readonly exemplarLabels: LabelReader;
  readonly openMetrics: boolean;
}

const readValue = (cursor: Cursor, what: string): number => {
  const { at } = cursor;
  const value = readNumber(cursor);
  if (value === undefined)
    cursor.problem =
      cursor.at === at
        ? `it has no ${what}`
        : `its ${what} is no number: ${cursor.text.slice(at, cursor.at)}`;
  cursor.skipBlanks();
  return value ?? Number.NaN;
};

/** In 0.0.4 whole milliseconds, in OpenMetrics seconds with decimals; ms since the epoch. */
const readStamp = (cursor: Cursor, openMetrics: boolean): number => {
  const written = readValue(cursor, 'timestamp');
  if (cursor.problem !== '') return written;
  const ms = openMetrics ? Math.round(written * microsPerSecond) / 1000 : written;
  if (!Number.isFinite(ms) || !(openMetrics || Number.isInteger(ms)))
    cursor.problem = `its timestamp is no time: ${written}`;
  return ms;
};

/** `# {trace_id="…"} 0.67 1520879607.789`, at its hash. Its time is in seconds, whoever writes it. */
const readExemplar = ({ cursor, exemplarLabels: labels }: LineReader): Exemplar | undefined => {
  cursor.at += 1;
  cursor.skipBlanks();
  if (cursor.here() !== openBrace) {
    cursor.problem = 'its exemplar has no labels';
    return undefined;
  }
  const read = labels.read(cursor, 0);
  if (cursor.problem === '' && labels.metric !== '') cursor.problem = 'its exemplar has a name';
  if (cursor.problem !== '') return undefined;
  cursor.skipBlanks();
  const value = readValue(cursor, 'exemplar');
  if (cursor.problem !== '' || cursor.atEnd()) return { labels: read, value };
  return { labels: read, value, atMs: readStamp(cursor, true) };
};

/**
 * The rest of a sample's line, with the cursor behind its name ('' when the name stands among the labels). The line begins
 * with `shared` characters of the sample read before. Undefined when it is no sample: the cursor's problem says why.
 */
export const readSample = (
  reader: LineReader,
  name: string,
  line: number,
  shared: number,
): Series | undefined => {
  const { cursor, labels } = reader;
  cursor.skipBlanks();
  let read = noLabels;
  let called = name;
  if (cursor.here() === openBrace) {
    read = labels.read(cursor, shared);
    if (cursor.problem !== '') return undefined;
    if (labels.metric !== '' && name !== '')
      cursor.problem = `it has two names, ${name} and ${labels.metric}`;
    called = name === '' ? labels.metric : name;
    cursor.skipBlanks();
  } else labels.forget();
  if (called === '') cursor.problem = 'it has no name';
  if (cursor.problem !== '') return undefined;
  const value = readValue(cursor, 'value');
  let stampMs: number | undefined;
  let exemplar: Exemplar | undefined;
  if (cursor.problem === '' && !cursor.atEnd() && cursor.here() !== hash)
    stampMs = readStamp(cursor, reader.openMetrics);
  if (cursor.problem === '' && cursor.here() === hash) exemplar = readExemplar(reader);
  if (cursor.problem === '' && !cursor.atEnd()) cursor.problem = 'there is more behind its value';
  return cursor.problem === '' ? { name: called, labels: read, value, stampMs, exemplar, line } : undefined;
};
