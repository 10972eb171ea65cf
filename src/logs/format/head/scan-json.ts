import type { Millis } from '../../../domain/base/fault.ts';
import { ascii, asciiBytes, byteAt, isBlankByte, isDigitByte, isLetterByte, skipBlanks } from './ascii.ts';
import { isPlausibleLogTime } from './calendar.ts';
import type { HeadScan } from './head-scan.ts';
import { afterString, afterValue, isSameKey, numberAt, PairCursor } from './json-pairs.ts';
import {
  levelOfHttpStatus,
  levelOfKeyword,
  levelOfLetter,
  levelOfNumber,
  levelOfSeverityNumber,
} from './level-words.ts';
import { takeOwnKey } from './own-keys.ts';

/** Meaning of a key's value. */
export const KeyMeaning = {
  other: 0,
  time: 1,
  level: 2,
  /** A level unless another key has one. */
  weakLevel: 3,
  /** The same, in the letters of MongoDB. */
  letter: 4,
  severityNumber: 5,
  /** An object that has the time or the level. */
  nested: 6,
  /** A priority of syslog, unless another key has a level. */
  priority: 7,
  /** A time unless another key has one. */
  weakTime: 8,
  /** The HTTP status of a request. */
  status: 9,
  /** A request: beside it, a status is that of HTTP. */
  request: 10,
} as const;

/**
 * Keys of time and level in zap, slog, pino, bunyan, logstash, ECS, Serilog's compact format, .NET, GELF,
 * journald, structlog, loguru, log4j 2, HashiCorp, PostgreSQL, MySQL and OpenTelemetry. Of several, the first one counts.
 */
const names: Readonly<Record<Exclude<keyof typeof KeyMeaning, 'other'>, string>> = {
  time: 'time ts t @t timestamp @timestamp datetime date_time date asctime eventtime event_time log_time logtime timemillis timeunixnano observedtimeunixnano __realtime_timestamp',
  level:
    'level lvl severity log.level loglevel log_level levelname level_name @l @level severitytext severity_text error_severity errorseverity severitylevel',
  // MySQL; elsewhere a label may be anything.
  weakLevel: 'label l',
  // journald, MySQL.
  priority: 'priority prio',
  // Access logs, the audit log of Kubernetes, Google Cloud.
  weakTime:
    'start_time starttime startutc dt created created_at createdat logged_at occurred_at requestreceivedtimestamp timestampseconds',
  status: 'status status_code statuscode response_code responsecode downstreamstatus http_status',
  request: 'request method path uri url request_method requestmethod requestpath request_uri',
  letter: 's',
  severityNumber: 'severitynumber severity_number',
  // ECS, log4j 2, loguru.
  nested: 'log instant record',
};

interface Name {
  readonly bytes: Uint8Array;
  readonly is: number;
  /** Its first letter, small. */
  readonly first: number;
}

const byLength: Name[][] = [];
for (const [is, list] of Object.entries(names) as [keyof typeof names, string][])
  for (const name of list.split(' ')) {
    byLength[name.length] ??= [];
    byLength[name.length]?.push({
      bytes: asciiBytes(name),
      is: KeyMeaning[is],
      first: name.charCodeAt(0) | 32,
    });
  }

const table: readonly (readonly Name[])[] = Array.from(byLength, (list) => list ?? []);

/** Returns the meaning of a key, ignoring case. */
export const keyMeaning = (bytes: Uint8Array, from: number, to: number): number => {
  const candidates = table[to - from];
  if (candidates === undefined) return KeyMeaning.other;
  const first = (bytes[from] ?? 0) | 32;
  for (let index = 0; index < candidates.length; index++) {
    const name = candidates[index];
    if (name !== undefined && name.first === first && isSameKey(bytes, from, name.bytes)) return name.is;
  }
  return KeyMeaning.other;
};

/**
 * Converts seconds, milli-, micro- or nanoseconds since 1970, distinguished by size, from 1973 on; NaN for
 * any other number.
 */
const timeOfNumber = (value: number): Millis => {
  const ms =
    value >= 1e17
      ? value / 1e6
      : value >= 1e14
        ? value / 1e3
        : value >= 1e11
          ? value
          : value >= 1e8
            ? value * 1e3
            : -1;
  // Fractional seconds are doubles with a precision of a quarter of a microsecond.
  const time = Math.floor(ms + 1e-3);
  return isPlausibleLogTime(time) ? time : Number.NaN;
};

/** Unwraps MongoDB's `{"$date":"…"}`. */
const inDate = (bytes: Uint8Array, from: number, end: number): number => {
  const key = skipBlanks(bytes, from + 1, end);
  if (byteAt(bytes, key, end) !== ascii.quote || byteAt(bytes, key + 1, end) !== 36) return from;
  const colon = skipBlanks(bytes, afterString(bytes, key, end), end);
  return byteAt(bytes, colon, end) === ascii.colon ? skipBlanks(bytes, colon + 1, end) : from;
};

/** Parses a value as a time: a timestamp, or a number since 1970, quoted or not. */
export const scanTimeValue = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  const value = byteAt(bytes, from, end) === ascii.brace ? inDate(bytes, from, end) : from;
  const begin = byteAt(bytes, value, end) === ascii.quote ? value + 1 : value;
  if (scan.takeTime(bytes, begin, end)) {
    // A time of day without a date is not a time.
    if (scan.layout === 'clock') scan.noTime();
    return;
  }
  const time = isDigitByte(byteAt(bytes, begin, end))
    ? timeOfNumber(numberAt(bytes, begin, end))
    : Number.NaN;
  if (!Number.isNaN(time)) scan.timeIs(time, from, afterValue(bytes, from, end));
};

/** Returns the offset after blanks and escaped colors, '\\u001b[31m', at the beginning of a string. */
const afterColors = (bytes: Uint8Array, from: number, end: number): number => {
  let index = skipBlanks(bytes, from, end);
  while (byteAt(bytes, index, end) === ascii.backslash && index + 8 <= end) {
    let to = index + 6;
    if (byteAt(bytes, to, end) !== ascii.open) break;
    while (to < end && !isLetterByte(bytes[to] ?? 0)) to++;
    index = skipBlanks(bytes, to + 1, end);
  }
  return index;
};

/** The end of the word of a level in a string that may go on with colors or blanks. */
const afterLevelWord = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && bytes[index] !== ascii.backslash && !isBlankByte(bytes[index] ?? 0)) index++;
  return index;
};

const levelOfValue = (bytes: Uint8Array, from: number, to: number, meaning: number): number => {
  const isText = byteAt(bytes, from, to) === ascii.quote;
  const begin = isText ? afterColors(bytes, from + 1, to - 1) : from;
  const end = isText ? afterLevelWord(bytes, begin, to - 1) : to;
  if (meaning === KeyMeaning.letter)
    return isText && end - begin <= 2 ? levelOfLetter(byteAt(bytes, begin, to)) : 0;
  if (!isDigitByte(byteAt(bytes, begin, end))) return levelOfKeyword(bytes, begin, end);
  const value = numberAt(bytes, begin, end);
  return meaning === KeyMeaning.severityNumber ? levelOfSeverityNumber(value) : levelOfNumber(value);
};

const secondKeys = ['epochsecond', 'seconds'].map(asciiBytes);
const nanoKeys = ['nanoofsecond', 'nanos'].map(asciiBytes);
const nameKey = asciiBytes('name');

/** Objects in objects that are entered: each passes over all that is below, so that deeper ones would take the square of a line's length. */
const deepestNested = 2;

/**
 * Reads the time and the level of an object inside: `{"log":{"level":…}}`, `{"instant":{"epochSecond":…}}`,
 * `{"record":{"level":{"name":…}}}`.
 */
const scanNested = (scan: HeadScan, bytes: Uint8Array, from: number, end: number, depth = 0): void => {
  const pair = new PairCursor().open(bytes, from, end);
  while (pair.next()) takeNested(scan, bytes, pair, depth);
};

/** log4j 2 and Google Cloud write the nanoseconds behind the seconds. */
const addNanos = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  const ms = Math.floor(numberAt(bytes, from, end) / 1e6);
  if (ms >= 0 && ms < 1000) scan.at += ms;
};

const takeNested = (scan: HeadScan, bytes: Uint8Array, pair: PairCursor, depth: number): void => {
  const { key, keyEnd, value, valueEnd } = pair;
  const meaning = keyMeaning(bytes, key, keyEnd);
  const isTime = meaning === KeyMeaning.time || secondKeys.some((name) => pair.isKey(name));
  const isLevel = meaning === KeyMeaning.level || pair.isKey(nameKey);
  if (pair.isObject()) {
    if ((isTime || isLevel) && depth < deepestNested) scanNested(scan, bytes, value, valueEnd, depth + 1);
  } else if (isTime && scan.timeTo === 0) scanTimeValue(scan, bytes, value, valueEnd);
  else if (scan.timeTo > 0 && nanoKeys.some((name) => pair.isKey(name)))
    addNanos(scan, bytes, value, valueEnd);
  else if (isLevel && scan.level === 0) {
    const level = levelOfValue(bytes, value, valueEnd, KeyMeaning.level);
    if (level !== 0) scan.levelIs(level, value, valueEnd);
  }
};

/** Reads the time of an own key: a value, or an object of seconds and nanoseconds. */
const takeTime = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  scanTimeValue(scan, bytes, from, end);
  if (scan.timeTo === 0 && byteAt(bytes, from, end) === ascii.brace) scanNested(scan, bytes, from, end);
};

/** Keys that gave the level of an object: none, a priority, one that may mean something else, or one that means it. */
const evidence = { none: 0, priority: 1, weak: 2, strong: 3 } as const;

const weightOf = (meaning: number): number => {
  if (meaning === KeyMeaning.level) return evidence.strong;
  return meaning === KeyMeaning.priority ? evidence.priority : evidence.weak;
};

/** Serilog's compact format leaves out the level of information. */
const serilogTime = asciiBytes('@t');

/** The values that give a time or a level only to an object without better ones. */
class WeakValues {
  time = 0;
  status = 0;
  /** Datadog calls the level a status. */
  level = 0;
  isRequest = false;

  take(meaning: number, bytes: Uint8Array, value: number, end: number): void {
    if (meaning === KeyMeaning.weakTime) this.time = value;
    else if (meaning === KeyMeaning.request) this.isRequest = true;
    else {
      const from = bytes[value] === ascii.quote ? value + 1 : value;
      if (isDigitByte(bytes[from] ?? 0)) this.status = numberAt(bytes, from, value + 5);
      else this.level = levelOfKeyword(bytes, from, end - 1);
    }
  }

  clear(): void {
    this.time = 0;
    this.status = 0;
    this.level = 0;
    this.isRequest = false;
  }

  apply(scan: HeadScan, bytes: Uint8Array, end: number): void {
    if (scan.timeTo === 0 && this.time > 0) scanTimeValue(scan, bytes, this.time, end);
    if (scan.level > 0) return;
    if (this.isRequest && this.status >= 100 && this.status < 600)
      scan.levelIs(levelOfHttpStatus(this.status), 0, 0);
    else if (this.level > 0) scan.levelIs(this.level, 0, 0);
    else if (scan.timeTo > 0 && isSameKey(bytes, scan.timeFrom - 5, serilogTime))
      scan.levelIs(levelOfNumber(30), 0, 0);
  }
}

const weak = new WeakValues();

/** Takes the level of a key's value, unless a better key gave one. Returns the evidence for the level so far. */
const takeLevel = (
  scan: HeadScan,
  bytes: Uint8Array,
  { from, to, meaning, known }: { from: number; to: number; meaning: number; known: number },
): number => {
  if (byteAt(bytes, from, to) === ascii.brace) {
    scanNested(scan, bytes, from, to);
    return scan.level > 0 ? Math.max(known, evidence.weak) : known;
  }
  const weight = weightOf(meaning);
  if (known >= weight || meaning === KeyMeaning.nested) return known;
  const level = levelOfValue(bytes, from, to, meaning);
  if (level === 0) return known;
  scan.levelIs(level, from, to);
  return weight;
};

/** Reads the keys that the profile names. */
const takeOwnKeys = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  const object = { from, to: end };
  takeOwnKey(scan.options.keys?.time, bytes, object, ({ from: value, to }) => {
    takeTime(scan, bytes, value, to);
    return scan.timeTo > 0;
  });
  takeOwnKey(scan.options.keys?.level, bytes, object, ({ from: value, to }) => {
    const level = levelOfValue(bytes, value, to, KeyMeaning.level);
    if (level > 0) scan.levelIs(level, value, to);
    return level > 0;
  });
};

/**
 * Reads the first time and the first level among an object's own keys. Returns false if this is not an
 * object. Of a truncated object, reads what precedes the cut.
 */
export const scanJson = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let index = skipBlanks(bytes, from + 1, end);
  const first = byteAt(bytes, index, end);
  if (first !== ascii.quote && first !== ascii.endBrace) return false;
  scan.shape = 'json';
  weak.clear();
  if (scan.options.keys !== undefined) takeOwnKeys(scan, bytes, from, end);
  let known: number = scan.level > 0 ? evidence.strong : evidence.none;
  // The loop of PairCursor, in variables: it runs for every line of many services.
  while (index < end && bytes[index] === ascii.quote) {
    const key = index + 1;
    index = afterString(bytes, index, end);
    const meaning = keyMeaning(bytes, key, index - 1);
    index = skipBlanks(bytes, index, end);
    if (byteAt(bytes, index, end) !== ascii.colon) break;
    const value = skipBlanks(bytes, index + 1, end);
    index = afterValue(bytes, value, end);
    if (meaning === KeyMeaning.time) {
      if (scan.timeTo === 0) takeTime(scan, bytes, value, index);
    } else if (meaning >= KeyMeaning.weakTime) weak.take(meaning, bytes, value, index);
    else if (meaning !== KeyMeaning.other)
      known = takeLevel(scan, bytes, { from: value, to: index, meaning, known });
    if (scan.timeTo > 0 && known === evidence.strong) break;
    index = skipBlanks(bytes, index, end);
    if (byteAt(bytes, index, end) !== ascii.comma) break;
    index = skipBlanks(bytes, index + 1, end);
  }
  scan.isPriority = known === evidence.priority;
  if (scan.level === 0 || scan.timeTo === 0) weak.apply(scan, bytes, end);
  return true;
};
