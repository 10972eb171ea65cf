import { levelCode } from '../../../domain/facts/log-level.ts';
import { ascii, asciiBytes, isDigitByte, startsWithAt } from './ascii.ts';
import { isCrashSource } from './continuation-detector.ts';
import { HeadScan } from './head-scan.ts';
import { numberAt } from './json-pairs.ts';
import { isExceptionName, levelOfNumber } from './level-words.ts';
import { scanJson, scanTimeValue } from './scan-json.ts';
import { scanLine } from './scan-line.ts';

/** A head, and the end of the bytes that are there behind it. */
interface Head {
  readonly begin: number;
  readonly end: number;
  readonly limit: number;
}

const lineFeed = 10;
const maxBelowBytes = 16_384;
const exportHead = asciiBytes('__CURSOR=');
const priority = asciiBytes('PRIORITY=');
const realtime = asciiBytes('__REALTIME_TIMESTAMP=');

const lineEnd = (bytes: Uint8Array, from: number, limit: number): number => {
  const end = bytes.indexOf(lineFeed, from);
  return end < 0 || end > limit ? limit : end;
};

/** java.util.logging writes the level on the second line. */
const readSecondLine = (scan: HeadScan, bytes: Uint8Array, { end, limit }: Head): void => {
  const below = new HeadScan(scan.options);
  scanLine(below, bytes, end + 1, lineEnd(bytes, end + 1, limit));
  if (below.timeTo === 0 && below.level > 0) scan.levelIs(below.level, 0, 0);
};

/** True for a line that goes on inside of an object: indented, or blank, or its closing brace. */
const goesOn = (byte: number | undefined): boolean =>
  byte === ascii.blank || byte === 9 || byte === 13 || byte === lineFeed || byte === ascii.endBrace;

/**
 * The end of an object over lines: behind its closing brace, or where a line is not indented. Lines that begin another object
 * end it, so that no byte is read for more than one of them.
 */
const objectEnd = (bytes: Uint8Array, from: number, stop: number): number => {
  for (let line = from; line < stop; line = lineEnd(bytes, line, stop) + 1) {
    if (!goesOn(bytes[line])) return line;
    if (bytes[line] === ascii.endBrace) return line + 1;
  }
  return stop;
};

/** An object over lines, from its opening to its closing brace. */
const readObject = (scan: HeadScan, bytes: Uint8Array, { begin, end, limit }: Head): void => {
  // A copy: `slice` of a Buffer would share, and change, the bytes of the rows.
  const stop = objectEnd(bytes, end + 1, Math.min(limit, begin + maxBelowBytes));
  const text = new Uint8Array(bytes.subarray(begin, stop));
  for (let index = end - begin; index < text.length; index++)
    if (text[index] === lineFeed || text[index] === 13) text[index] = ascii.blank;
  const below = new HeadScan(scan.options);
  if (!scanJson(below, text, 0, text.length)) return;
  scan.at = below.at;
  scan.levelIs(below.level, 0, 0);
};

/** An entry of journald's export format, up to the empty line. */
const readExport = (scan: HeadScan, bytes: Uint8Array, { end, limit }: Head): void => {
  const stop = Math.min(limit, end + maxBelowBytes);
  for (let from = end + 1; from < stop && bytes[from] !== lineFeed; from = lineEnd(bytes, from, stop) + 1)
    // The next entry, without the empty line before it.
    if (startsWithAt(bytes, from, stop, exportHead)) return;
    else if (startsWithAt(bytes, from, stop, priority))
      scan.levelIs(levelOfNumber(numberAt(bytes, from + priority.length, stop)), 0, 0);
    else if (startsWithAt(bytes, from, stop, realtime)) {
      const below = new HeadScan(scan.options);
      scanTimeValue(below, bytes, from + realtime.length, lineEnd(bytes, from, stop));
      scan.at = below.at;
    }
};

/** Lines of source between the place and the exception. */
const mostSourceLines = 5;

/** The exception below the place of Node.js where it was thrown. */
const readCrash = (scan: HeadScan, bytes: Uint8Array, { end, limit }: Head): void => {
  let from = end + 1;
  for (let line = 0; line < mostSourceLines && from < limit; line++) {
    const to = lineEnd(bytes, from, limit);
    if (isExceptionName(bytes, from, to)) {
      scan.levelIs(levelCode('error'), 0, 0);
      return;
    }
    from = to + 1;
  }
};

/**
 * Reads the level, and the time, of a record whose head has none from the lines below, as far as they are there:
 * java.util.logging, objects over lines, journald's export format, a crash of Node.js.
 */
export const readBelow = (scan: HeadScan, bytes: Uint8Array, head: Head): void => {
  const { begin, end } = head;
  const first = bytes[begin];
  if (scan.layout === 'java') readSecondLine(scan, bytes, head);
  else if (first === ascii.brace) {
    if (end - begin <= 2) readObject(scan, bytes, head);
  } else if (first === 95) {
    if (startsWithAt(bytes, begin, end, exportHead)) readExport(scan, bytes, head);
  } else if (
    (first === ascii.slash || first === 102 || first === 110) &&
    isDigitByte(bytes[end - 1] ?? 0) &&
    isCrashSource(bytes, begin, end)
  )
    readCrash(scan, bytes, head);
};
