import { type LogLevel, levelCode } from '../../../domain/facts/log-level.ts';
import {
  ascii,
  asciiBytes,
  isCapitalByte,
  isDigitByte,
  isLetterByte,
  prefixTable,
  startsWithAt,
} from './ascii.ts';
import type { HeadScan } from './head-scan.ts';

const errorLevel = levelCode('error');
const failMark = asciiBytes('fail: ');

/** Prefixes of errors that runtimes print without a logger: Python, Rust, the JVM, .NET and npm. */
const wrong = prefixTable([
  'Traceback (most recent call last)',
  '+ Exception Group Traceback',
  "thread '",
  'Exception in thread "',
  'Unhandled exception. ',
  'fail: ',
  'npm ERR! ',
  'npm error ',
]);

const thrown = ['Error', 'Exception', 'Throwable'].map(asciiBytes);
const warned = asciiBytes('Warning');

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

/** True when a word is the name of a warning of Python or Node.js, such as 'DeprecationWarning'. */
export const isWarningName = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from > warned.length &&
  isCapitalByte(bytes[from] ?? 0) &&
  startsWithAt(bytes, to - warned.length, to, warned);

/** Ruby ends the report of an exception with its class: "a.rb:42:in `charge': no psp (RuntimeError)". */
export const isRubyException = (bytes: Uint8Array, from: number, end: number): boolean => {
  if (bytes[end - 1] !== ascii.closeRound) return false;
  const text = new TextDecoder('latin1').decode(bytes.subarray(from, Math.min(end, from + 400)));
  return /^[^\s:]+:\d+:in ['`].*\([A-Z][\w:]*\)$/.test(text);
};

/** 'E/ActivityManager( 585): …': Android's log without times. */
const scanAndroidTag = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const level = bytes[from + 1] === ascii.slash ? levelOfAndroidLetter(bytes[from] ?? 0) : 0;
  if (level === 0) return false;
  const to = Math.min(end, from + 80);
  let index = from + 2;
  while (index < to && bytes[index] !== ascii.closeRound) index++;
  if (index === to || bytes[index + 1] !== ascii.colon || !isDigitByte(bytes[index - 1] ?? 0)) return false;
  scan.levelIs(level, from, from + 1);
  return true;
};

/** Sets the level of an error that a runtime printed without a logger. */
export const scanRuntimeError = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (scanAndroidTag(scan, bytes, from, end)) return true;
  const isError = wrong.at(bytes, from, end) >= 0 || isExceptionName(bytes, from, end);
  if (!isError && !isRubyException(bytes, from, end)) return scanPhpError(scan, bytes, from, end);
  scan.levelIs(errorLevel, from, from);
  return true;
};

/** Level names of SLF4J, zap, zerolog, slog, Python, .NET, syslog (RFC 5424) and Grafana. */
const words: Readonly<Record<LogLevel, string>> = {
  trace: 'trace trc trce trac verbose vrb finest finer',
  debug: 'debug dbg dbug debu debug1 debug2 debug3 debug4 debug5',
  info: 'info inf information informational notice noti',
  warn: 'warn warning wrn',
  error: 'error err erro eror severe',
  fatal: 'fatal ftl fata critical crit panic pani pnc dpanic emerg emergency alert',
};

/**
 * Level names that may also start a sentence; they count only in brackets, before a colon, or in capitals. `trace` and `debug` do
 * so with a capital letter.
 */
const prose = new Set(
  'notice noti alert panic pani critical severe emerg emergency verbose erro fata debu trac'.split(' '),
);
const proseWithCapital = new Set(['trace', 'debug']);

/**
 * Level names of java.util.logging, loguru, PostgreSQL, MySQL, npm, Nest and Apple that are ordinary words elsewhere. They count as
 * the value of a key for levels, and in capitals where a level stands.
 */
const ownWords: Readonly<Record<LogLevel, string>> = {
  trace: 'silly',
  debug: 'fine config http',
  info: 'success log note system default',
  warn: '',
  error: 'fault',
  fatal: '',
};

interface Word {
  readonly bytes: Uint8Array;
  readonly code: number;
  readonly isProse: boolean;
  readonly isProseWithCapital: boolean;
  /** True: one of `ownWords`. */
  readonly isOwn: boolean;
}

const byFirst: readonly (readonly Word[] | undefined)[] = (() => {
  const table: Word[][] = [];
  for (const [level, list] of Object.entries(words) as [LogLevel, string][])
    for (const word of `${list} ${ownWords[level]}`.trim().split(' ')) {
      const bytes = asciiBytes(word);
      const first = bytes[0] ?? 0;
      table[first] ??= [];
      table[first].push({
        ...{ bytes, code: levelCode(level) },
        ...{ isProse: prose.has(word), isProseWithCapital: proseWithCapital.has(word) },
        isOwn: ownWords[level].split(' ').includes(word),
      });
    }
  return Array.from({ length: 256 }, (_, first) => table[first]);
})();

/** Words that count in capitals alone do not begin with a small letter. */
const firsts = Uint8Array.from({ length: 256 }, (_, byte) => {
  const list = byFirst[byte | 32] ?? [];
  return list.some(({ isOwn }) => !isOwn || isCapitalByte(byte)) ? 1 : 0;
});

const isWord = (bytes: Uint8Array, from: number, word: Uint8Array): boolean => {
  for (let index = 1; index < word.length; index++)
    if (((bytes[from + index] ?? 0) | 32) !== (word[index] ?? 0)) return false;
  return true;
};

/** True when a level name may start with this letter. */
export const canStartLevel = (byte: number): boolean => firsts[byte] === 1;

/** Returns the end of a level without the distance of slog's own levels: 'ERROR+2', 'INFO-4'. */
const withoutDistance = (bytes: Uint8Array, from: number, to: number): number => {
  let index = to;
  while (index > from && isDigitByte(bytes[index - 1] ?? 0)) index--;
  const sign = bytes[index - 1];
  return index < to && (sign === ascii.plus || sign === ascii.minus) ? index - 1 : to;
};

/** Returns the `levelCode` of the value of a key for levels, ignoring case; 0 if it is not a level. */
export const levelOfKeyword = (bytes: Uint8Array, from: number, to: number): number => {
  if (to - from === 1) return levelOfLetter(bytes[from] ?? 0);
  const level = wordAt(bytes, from, to)?.code ?? 0;
  if (level !== 0 || to - from < 5 || !isDigitByte(bytes[to - 1] ?? 0)) return level;
  return wordAt(bytes, from, withoutDistance(bytes, from, to))?.code ?? 0;
};

/** Returns the `levelCode` of a word in a text, ignoring case; 0 if it is not a level. */
export const levelAt = (bytes: Uint8Array, from: number, to: number): number => {
  const found = wordAt(bytes, from, to);
  if (found !== undefined) return found.isOwn ? 0 : found.code;
  if (!isDigitByte(bytes[to - 1] ?? 0) || !isCapitalByte(bytes[from] ?? 0)) return 0;
  // slog writes its own levels in capitals; 'http-1' and 'debug-2' are threads.
  const own = withoutDistance(bytes, from, to);
  const base = own < to && isCapitalByte(bytes[own - 1] ?? 0) ? wordAt(bytes, from, own) : undefined;
  return base === undefined || base.isOwn ? 0 : base.code;
};

/** Returns the `levelCode` of a word in capitals that is a level only where a level stands; 0 for any other. */
export const levelOfOwnWord = (bytes: Uint8Array, from: number, to: number): number => {
  if (!isCapitalByte(bytes[from] ?? 0) || !isCapitalByte(bytes[to - 1] ?? 0)) return 0;
  const found = wordAt(bytes, from, to);
  return found?.isOwn === true ? found.code : 0;
};

const wordAt = (bytes: Uint8Array, from: number, to: number): Word | undefined => {
  if (to - from < 3 || to - from > 13) return undefined;
  const list = byFirst[(bytes[from] ?? 0) | 32];
  if (list === undefined) return undefined;
  for (const word of list)
    if (word.bytes.length === to - from && isWord(bytes, from, word.bytes)) return word;
  return undefined;
};

/** True when a level name counts without further evidence: 'error' and 'Warning', but not 'Alert'. */
export const isUnambiguousLevel = (bytes: Uint8Array, from: number, to: number): boolean => {
  const found = wordAt(bytes, from, to);
  if (found === undefined || found.isProse || found.isOwn) return false;
  return !(found.isProseWithCapital && isCapitalByte(bytes[from] ?? 0));
};

const fatal = levelCode('fatal');
const error = levelCode('error');
const warn = levelCode('warn');
const info = levelCode('info');
const debug = levelCode('debug');

/** Levels of Monolog: 100 debug, 200 info, 250 notice, 300 warning, 400 error, 500 critical, 550 alert, 600 emergency. */
const monologLevels = [debug, info, warn, error, fatal, fatal];

/** True: .NET's mark of an error, 'fail: ', which is a word of sentences elsewhere. */
export const isFailMark = (bytes: Uint8Array, from: number, end: number): boolean =>
  bytes[from] === 102 && startsWithAt(bytes, from, end, failMark);

/** Syslog severities by number (RFC 5424, 6.2.1). */
const severities = [fatal, fatal, fatal, error, warn, info, info, debug];

/**
 * Converts a numeric level: 10–60 of pino, bunyan and Python, 100–600 of Monolog, 5000–50000 of Logback, otherwise 0–7 of syslog; 0 for
 * any other number.
 */
export const levelOfNumber = (value: number): number => {
  if (value >= 10 && value < 70) return Math.floor(value / 10);
  if (value >= 100 && value <= 600) return monologLevels[Math.floor(value / 100) - 1] ?? 0;
  if (value >= 5000 && value <= 50_000) return Math.floor(value / 10_000) + 1;
  return Number.isInteger(value) ? (severities[value] ?? 0) : 0;
};

/** Words of MySQL that are no problem, in brackets: '[Note]', '[System]'. */
const mysqlWords = ['note', 'system'].map(asciiBytes);

/** Returns the level of a word that is a level in MySQL alone; 0 for any other. */
export const levelOfMysqlWord = (bytes: Uint8Array, from: number, to: number): number =>
  mysqlWords.some(
    (word) => word.length === to - from && ((bytes[from] ?? 0) | 32) === word[0] && isWord(bytes, from, word),
  )
    ? info
    : 0;

/** Beginnings of PHP's own messages. */
const phpErrors = prefixTable([
  ...['PHP Fatal error:', 'PHP Parse error:', 'PHP Recoverable fatal error:', 'PHP Core error:'],
  ...['PHP Warning:', 'PHP Deprecated:', 'PHP Notice:', 'PHP Strict Standards:'],
]);
const phpLevels = [error, error, error, error, warn, warn, info, info];

/** Reads the level of a message of PHP: 'PHP Fatal error:  …'. */
export const scanPhpError = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  // Runs for every line with a time.
  if (bytes[from] !== 80) return false;
  const level = phpLevels[phpErrors.at(bytes, from, end)] ?? 0;
  if (level !== 0) scan.levelIs(level, from, from);
  return level !== 0;
};

/** Creates a lookup table from bytes to levels. */
const byByte = (levels: Readonly<Record<string, number>>): Uint8Array => {
  const table = new Uint8Array(256);
  for (const [sign, level] of Object.entries(levels)) table[sign.charCodeAt(0)] = level;
  return table;
};

const letters = byByte({ F: fatal, E: error, W: warn, I: info, N: info, D: debug });
const androidLetters = byByte({ F: fatal, E: error, W: warn, I: info, D: debug, V: levelCode('trace') });
const marks = byByte({ '.': debug, '-': debug, '*': info, '#': warn });

/** Level letters of MongoDB and klog; MongoDB's debug has a digit appended. */
export const levelOfLetter = (letter: number): number => letters[letter] ?? 0;

/** Level letters of logs for Android. */
export const levelOfAndroidLetter = (letter: number): number => androidLetters[letter] ?? 0;

/** Converts a severity of OpenTelemetry (1–24, in steps of four); 0 for any other number. */
export const levelOfSeverityNumber = (value: number): number =>
  value >= 1 && value <= 24 ? Math.floor((value - 1) / 4) + 1 : 0;

/** Redis: debug, verbose, notice, warning. */
export const levelOfRedisMark = (mark: number): number => marks[mark] ?? 0;

/** Level of an HTTP status. */
export const levelOfHttpStatus = (status: number): number =>
  status >= 500 ? error : status >= 400 ? warn : status >= 100 ? info : 0;
