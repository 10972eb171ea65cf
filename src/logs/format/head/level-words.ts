import { type LogLevel, levelCode } from '../../../domain/facts/log-level.ts';
import { ascii, asciiBytes, isDigitByte, isLetterByte, prefixTable, startsWithAt } from './ascii.ts';
import type { HeadScan } from './head-scan.ts';

const errorLevel = levelCode('error');

/** Prefixes of errors that runtimes print without a logger: Python, Rust, the JVM, and .NET's console. */
const wrong = prefixTable([
  'Traceback (most recent call last)',
  "thread '",
  'Exception in thread "',
  'fail: ',
]);

const thrown = ['Error', 'Exception', 'Throwable'].map(asciiBytes);

/**
 * Returns the end of a class or package name: 'java.lang.IllegalStateException', 'io.github.resilience4j…'.
 */
const afterClass = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (
    index < end &&
    (isLetterByte(bytes[index] ?? 0) ||
      isDigitByte(bytes[index] ?? 0) ||
      bytes[index] === ascii.dot ||
      bytes[index] === 36 ||
      bytes[index] === 95)
  )
    index++;
  return index;
};

/** True when the line starts with the name of an exception, followed by a colon or nothing. */
export const isExceptionName = (bytes: Uint8Array, from: number, end: number): boolean => {
  const to = afterClass(bytes, from, Math.min(end, from + 200));
  if (to < from + 5 || (to < end && bytes[to] !== ascii.colon && bytes[to] !== 13)) return false;
  return thrown.some((word) => startsWithAt(bytes, to - word.length, to, word));
};

/** Sets the level of an error that a runtime printed without a logger. */
export const scanRuntimeError = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (wrong.at(bytes, from, end) < 0 && !isExceptionName(bytes, from, end)) return false;
  scan.levelIs(errorLevel, from, from);
  return true;
};

/** Level names of SLF4J, zap, zerolog, slog, Python, .NET, syslog (RFC 5424) and Grafana. */
const words: Readonly<Record<LogLevel, string>> = {
  trace: 'trace trc trce verbose vrb finest finer',
  debug: 'debug dbg dbug debug1 debug2 debug3 debug4 debug5',
  info: 'info inf information informational notice',
  warn: 'warn warning wrn',
  error: 'error err eror severe',
  fatal: 'fatal ftl critical crit panic pnc dpanic emerg emergency alert',
};

interface Word {
  readonly bytes: Uint8Array;
  readonly code: number;
}

const byFirst: readonly (readonly Word[] | undefined)[] = (() => {
  const table: Word[][] = [];
  for (const [level, list] of Object.entries(words) as [LogLevel, string][])
    for (const word of list.split(' ')) {
      const bytes = asciiBytes(word);
      const first = bytes[0] ?? 0;
      table[first] ??= [];
      table[first].push({ bytes, code: levelCode(level) });
    }
  return Array.from({ length: 256 }, (_, first) => table[first]);
})();

const firsts = Uint8Array.from({ length: 256 }, (_, byte) => (byFirst[byte | 32] === undefined ? 0 : 1));

const isWord = (bytes: Uint8Array, from: number, word: Uint8Array): boolean => {
  for (let index = 1; index < word.length; index++)
    if (((bytes[from + index] ?? 0) | 32) !== (word[index] ?? 0)) return false;
  return true;
};

/** True when a level name may start with this letter. */
export const canStartLevel = (byte: number): boolean => firsts[byte] === 1;

/** Returns the `levelCode` of a word, ignoring case; 0 if it is not a level. */
export const levelAt = (bytes: Uint8Array, from: number, to: number): number => {
  if (to - from < 3 || to - from > 13) return 0;
  const list = byFirst[(bytes[from] ?? 0) | 32];
  if (list === undefined) return 0;
  for (const { bytes: word, code } of list)
    if (word.length === to - from && isWord(bytes, from, word)) return code;
  return 0;
};

/**
 * Level names that may also start a sentence; they count only in brackets, before a colon, or in capitals.
 */
const ofProse = /^(?:notice|alert|panic|critical|severe|emerg|emergency|verbose|Trace|Debug)$/;

/** True when a level name counts without further evidence: 'error' and 'Warning', but not 'Alert'. */
export const isUnambiguousLevel = (bytes: Uint8Array, from: number, to: number): boolean =>
  !ofProse.test(String.fromCharCode((bytes[from] ?? 0) | 32, ...bytes.subarray(from + 1, to))) &&
  !ofProse.test(String.fromCharCode(...bytes.subarray(from, to)));

const fatal = levelCode('fatal');
const error = levelCode('error');
const warn = levelCode('warn');
const info = levelCode('info');
const debug = levelCode('debug');

/** Syslog severities by number (RFC 5424, 6.2.1). */
const severities = [fatal, fatal, fatal, error, warn, info, info, debug];

/** Converts a numeric level: 10–60 of pino and bunyan, otherwise 0–7 of syslog; 0 for any other number. */
export const levelOfNumber = (value: number): number => {
  if (value >= 10 && value < 70) return Math.floor(value / 10);
  return Number.isInteger(value) ? (severities[value] ?? 0) : 0;
};

/** Creates a lookup table from bytes to levels. */
const byByte = (levels: Readonly<Record<string, number>>): Uint8Array => {
  const table = new Uint8Array(256);
  for (const [sign, level] of Object.entries(levels)) table[sign.charCodeAt(0)] = level;
  return table;
};

const letters = byByte({ F: fatal, E: error, W: warn, I: info, D: debug });
const marks = byByte({ '.': debug, '-': debug, '*': info, '#': warn });

/** Level letters of MongoDB and klog; MongoDB's debug has a digit appended. */
export const levelOfLetter = (letter: number): number => letters[letter] ?? 0;

/** Redis: debug, verbose, notice, warning. */
export const levelOfRedisMark = (mark: number): number => marks[mark] ?? 0;

/** Level of an HTTP status. */
export const levelOfHttpStatus = (status: number): number =>
  status >= 500 ? error : status >= 400 ? warn : status >= 100 ? info : 0;
