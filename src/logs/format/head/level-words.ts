import { type LogLevel, levelCode } from '../../../domain/log-level.ts';
import { ascii, asciiBytes, isDigitByte, isLetterByte, prefixTable, startsWithAt } from './ascii.ts';
import type { HeadScan } from './head-scan.ts';

const errorLevel = levelCode('error');

/** What runtimes write by themselves, past every logger: Python, Rust, the JVM; .NET's console. */
const wrong = prefixTable([
  'Traceback (most recent call last)',
  "thread '",
  'Exception in thread "',
  'fail: ',
]);

const thrown = ['Error', 'Exception', 'Throwable'].map(asciiBytes);

/** Behind the name of a class or a package: 'java.lang.IllegalStateException', 'io.github.resilience4j…'. */
const afterClass = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (
    at < end &&
    (isLetterByte(bytes[at] ?? 0) ||
      isDigitByte(bytes[at] ?? 0) ||
      bytes[at] === ascii.dot ||
      bytes[at] === 36 ||
      bytes[at] === 95)
  )
    at++;
  return at;
};

/** Whether the line begins with the name of something that is thrown, and a colon or nothing behind it. */
export const isExceptionName = (bytes: Uint8Array, from: number, end: number): boolean => {
  const to = afterClass(bytes, from, Math.min(end, from + 200));
  if (to < from + 5 || (to < end && bytes[to] !== ascii.colon && bytes[to] !== 13)) return false;
  return thrown.some((word) => startsWithAt(bytes, to - word.length, to, word));
};

/** Takes the level of a line that a runtime wrote because something went wrong. */
export const scanRuntimeError = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (wrong.at(bytes, from, end) < 0 && !isExceptionName(bytes, from, end)) return false;
  scan.levelIs(errorLevel, from, from);
  return true;
};

/** What loggers call their levels: those of SLF4J, zap, zerolog, slog, Python, .NET, syslog (RFC 5424), Grafana. */
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

/** Whether a level may begin with this letter. */
export const canStartLevel = (byte: number): boolean => firsts[byte] === 1;

/** `levelCode` of a word, in any case of letters; 0 when it is none. */
export const levelAt = (bytes: Uint8Array, from: number, to: number): number => {
  if (to - from < 3 || to - from > 13) return 0;
  const list = byFirst[(bytes[from] ?? 0) | 32];
  if (list === undefined) return 0;
  for (const { bytes: word, code } of list)
    if (word.length === to - from && isWord(bytes, from, word)) return code;
  return 0;
};

/** Words that a sentence may begin with, too: they count with a bracket, a colon or in capitals. */
const ofProse = /^(?:notice|alert|panic|critical|severe|emerg|emergency|verbose|Trace|Debug)$/;

/** Whether a word that is a level may be one without any sign that it is: 'error', 'Warning', not 'Alert'. */
export const isUnambiguousLevel = (bytes: Uint8Array, from: number, to: number): boolean =>
  !ofProse.test(String.fromCharCode((bytes[from] ?? 0) | 32, ...bytes.subarray(from + 1, to))) &&
  !ofProse.test(String.fromCharCode(...bytes.subarray(from, to)));

const fatal = levelCode('fatal');
const error = levelCode('error');
const warn = levelCode('warn');
const info = levelCode('info');
const debug = levelCode('debug');

/** Severities of syslog (RFC 5424, 6.2.1), by number. */
const severities = [fatal, fatal, fatal, error, warn, info, info, debug];

/** A level as a number: pino's and bunyan's 10–60, else syslog's 0–7; 0 for any other. */
export const levelOfNumber = (value: number): number => {
  if (value >= 10 && value < 70) return Math.floor(value / 10);
  return Number.isInteger(value) ? (severities[value] ?? 0) : 0;
};

/** A level for each of some bytes, none for all others. */
const byByte = (levels: Readonly<Record<string, number>>): Uint8Array => {
  const table = new Uint8Array(256);
  for (const [sign, level] of Object.entries(levels)) table[sign.charCodeAt(0)] = level;
  return table;
};

const letters = byByte({ F: fatal, E: error, W: warn, I: info, D: debug });
const marks = byByte({ '.': debug, '-': debug, '*': info, '#': warn });

/** MongoDB's severities, and klog's: one letter, MongoDB's debug with a digit. */
export const levelOfLetter = (letter: number): number => letters[letter] ?? 0;

/** Redis: debug, verbose, notice, warning. */
export const levelOfRedisMark = (mark: number): number => marks[mark] ?? 0;

/** Of an answer over HTTP. */
export const levelOfHttpStatus = (status: number): number =>
  status >= 500 ? error : status >= 400 ? warn : status >= 100 ? info : 0;
