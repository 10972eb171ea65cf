import { dot, isBlank, isDigit, minus, plus, zero } from './characters.ts';
import type { Cursor } from './cursor.ts';

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
