import type { LabelReader } from './label-reader.ts';
import type { Exemplar, FlatLabels, PageSeries } from './page.ts';
import type { PageCursor } from './page-cursor.ts';
import { dot, hashSign, isBlankCode, isDigitCode, minus, openBrace, plus, zero } from './page-cursor.ts';

/** Powers of ten that a double represents exactly. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

const numberWords: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ...['inf', 'infinity'].flatMap((word): [string, number][] => [
    [word, Number.POSITIVE_INFINITY],
    [`+${word}`, Number.POSITIVE_INFINITY],
    [`-${word}`, Number.NEGATIVE_INFINITY],
  ]),
]);
const maxWordLength = 9;

const isSign = (code: number): boolean => code === minus || code === plus;
const isExponent = (code: number): boolean => code === 101 || code === 69;

/**
 * Combines digits and a power of ten; both are exact doubles, so the result is correctly rounded. Undefined for others.
 */
const exactDecimal = (digits: number, exponent: number): number | undefined => {
  const power = powersOfTen[Math.abs(exponent)];
  if (power === undefined || digits > Number.MAX_SAFE_INTEGER) return undefined;
  return exponent < 0 ? digits / power : digits * power;
};

/** Reads the exponent at the cursor, after its `e`, up to the end of the word; undefined when it is invalid. */
const readExponent = (cursor: PageCursor): number | undefined => {
  const isNegative = cursor.currentCode() === minus;
  if (isSign(cursor.currentCode())) cursor.position += 1;
  const start = cursor.position;
  let exponent = 0;
  for (; isDigitCode(cursor.currentCode()); cursor.position += 1)
    exponent = exponent * 10 + cursor.currentCode() - zero;
  if (cursor.position === start || !isAtWordEnd(cursor)) return undefined;
  return isNegative ? -exponent : exponent;
};

const isAtWordEnd = (cursor: PageCursor): boolean => cursor.atEnd() || isBlankCode(cursor.currentCode());

const readNumberWord = (cursor: PageCursor, start: number): number | undefined => {
  cursor.position = start;
  cursor.position = cursor.wordEnd();
  const isShort = cursor.position - start <= maxWordLength;
  return isShort ? numberWords.get(cursor.text.slice(start, cursor.position).toLowerCase()) : undefined;
};

/**
 * Reads the number at the cursor, up to the next blank, like decimals in Go's ParseFloat. Accepts digits with a point,
 * an exponent, NaN and (signed) Inf or Infinity in any case. Undefined for anything else (hexadecimal, underscores, an
 * empty word). Moves past it.
 */
export const readNumber = (cursor: PageCursor): number | undefined => {
  const start = cursor.position;
  const isNegative = cursor.currentCode() === minus;
  if (isSign(cursor.currentCode())) cursor.position += 1;
  let digits = 0;
  let count = 0;
  for (; isDigitCode(cursor.currentCode()); count += 1, cursor.position += 1)
    digits = digits * 10 + cursor.currentCode() - zero;
  let exponent = 0;
  if (cursor.currentCode() === dot) {
    cursor.position += 1;
    for (; isDigitCode(cursor.currentCode()); exponent -= 1, cursor.position += 1)
      digits = digits * 10 + cursor.currentCode() - zero;
  }
  if (count - exponent === 0) return readNumberWord(cursor, start);
  if (isExponent(cursor.currentCode())) {
    cursor.position += 1;
    exponent += readExponent(cursor) ?? Number.NaN;
  }
  if (!isAtWordEnd(cursor) || Number.isNaN(exponent)) return readNumberWord(cursor, start);
  const size = exactDecimal(digits, exponent);
  if (size === undefined) return Number(cursor.text.slice(start, cursor.position));
  return isNegative ? -size : size;
};

const noLabels: FlatLabels = [];
const microsPerSecond = 1_000_000;

/** Readers for a sample line. */
export interface SampleReader {
  readonly cursor: PageCursor;
  readonly labels: LabelReader;
  /** Separate from the sample's labels, for the prefix reuse. */
  readonly exemplarLabels: LabelReader;
  readonly openMetrics: boolean;
}

const readValue = (cursor: PageCursor, what: string): number => {
  const { position: index } = cursor;
  const value = readNumber(cursor);
  if (value === undefined)
    cursor.problem =
      cursor.position === index
        ? `missing ${what}`
        : `${what} is not a number: ${cursor.text.slice(index, cursor.position)}`;
  cursor.skipBlanks();
  return value ?? Number.NaN;
};

/** Reads a timestamp: whole milliseconds in 0.0.4, decimal seconds in OpenMetrics. Returns ms since the epoch. */
const readTimestamp = (cursor: PageCursor, openMetrics: boolean): number => {
  const written = readValue(cursor, 'timestamp');
  if (cursor.problem !== '') return written;
  const ms = openMetrics ? Math.round(written * microsPerSecond) / 1000 : written;
  if (!Number.isFinite(ms) || !(openMetrics || Number.isInteger(ms)))
    cursor.problem = `invalid timestamp: ${written}`;
  return ms;
};

/** Reads `# {trace_id="…"} 0.67 1520879607.789`, from its hash. Its timestamp is always in seconds. */
const readExemplar = ({ cursor, exemplarLabels: labels }: SampleReader): Exemplar | undefined => {
  cursor.position += 1;
  cursor.skipBlanks();
  if (cursor.currentCode() !== openBrace) {
    cursor.problem = 'the exemplar after # has no labels';
    return undefined;
  }
  const read = labels.read(cursor, 0);
  if (cursor.problem === '' && labels.metric !== '')
    cursor.problem = 'the exemplar after # has a metric name: only labels are allowed there';
  if (cursor.problem !== '') return undefined;
  cursor.skipBlanks();
  const value = readValue(cursor, 'exemplar');
  if (cursor.problem !== '' || cursor.atEnd()) return { labels: read, value };
  return { labels: read, value, atMs: readTimestamp(cursor, true) };
};

/**
 * Reads the rest of a sample line, with the cursor after its name ('' for a name among the labels). The line shares
 * `shared` leading characters with the previous sample. Undefined when it is not a sample: the cursor has the problem.
 */
export const readSample = (
  reader: SampleReader,
  name: string,
  line: number,
  shared: number,
): PageSeries | undefined => {
  const { cursor, labels } = reader;
  cursor.skipBlanks();
  let read = noLabels;
  let called = name;
  if (cursor.currentCode() === openBrace) {
    read = labels.read(cursor, shared);
    if (cursor.problem !== '') return undefined;
    if (labels.metric !== '' && name !== '')
      cursor.problem = `two metric names, ${name} and ${labels.metric}`;
    called = name === '' ? labels.metric : name;
    cursor.skipBlanks();
  } else labels.reset();
  if (called === '') cursor.problem = 'the line has no metric name';
  if (cursor.problem !== '') return undefined;
  const value = readValue(cursor, 'value');
  let stampMs: number | undefined;
  let exemplar: Exemplar | undefined;
  if (cursor.problem === '' && !cursor.atEnd() && cursor.currentCode() !== hashSign)
    stampMs = readTimestamp(cursor, reader.openMetrics);
  if (cursor.problem === '' && cursor.currentCode() === hashSign) exemplar = readExemplar(reader);
  if (cursor.problem === '' && !cursor.atEnd()) cursor.problem = 'there is unexpected text after the value';
  return cursor.problem === '' ? { name: called, labels: read, value, stampMs, exemplar, line } : undefined;
};
