import type { Millis } from '../../../domain/base/fault.ts';
import type { LogKeys } from '../../../domain/profile/profile.ts';
import { ascii, byteAt, isBlankByte, isDigitByte, isLetterByte, parseTwoDigits } from './ascii.ts';
import { inferYear, isPlausibleLogTime, midnightOf, utcOffsetOf, ZoneParser } from './calendar.ts';
import { numberAt } from './json-pairs.ts';

/**
 * Layout of a timestamp: 'iso' also with slashes or dots, 'clock' without a date, 'syslog' without a year, 'java' that of
 * java.util.logging, 'epoch' a number of seconds or milliseconds.
 */
export type TimestampLayout =
  | 'iso'
  | 'clock'
  | 'clf'
  | 'day-first'
  | 'syslog'
  | 'ctime'
  | 'java'
  | 'twelve-hours'
  | 'epoch';

export interface TimestampOptions {
  /** Zone of times without one. */
  readonly zone: 'utc' | 'local';
  /** Their zone by its name, such as Europe/Berlin, instead of `zone`. */
  readonly timeZone?: string;
  /** Wall clock, used for times without a year; absent: such times are unknown. */
  readonly now?: (() => Millis) | undefined;
  /** Keys of JSON lines that the profile adds. */
  readonly keys?: LogKeys | undefined;
  /** Number of envelopes that the line is in. Absent: none. */
  readonly depth?: number;
}

/** Placeholder for an unknown date. */
const someMidnight: Millis = 2 * 86_400_000;

/** Packs three letters into one number, in lower case. */
const packed = (a: number, b: number, c: number): number => ((a | 32) << 16) | ((b | 32) << 8) | (c | 32);

const months: ReadonlyMap<number, number> = new Map(
  'jan feb mar apr may jun jul aug sep oct nov dec'
    .split(' ')
    .map((name, index) => [packed(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)), index + 1]),
);

/** Returns 1–12, or -1. */
const monthAt = (bytes: Uint8Array, from: number): number =>
  months.get(packed(bytes[from] ?? 0, bytes[from + 1] ?? 0, bytes[from + 2] ?? 0)) ?? -1;

/** 'A' or 'P' of a clock of twelve hours. */
const isHalf = (byte: number): boolean => (byte | 32) === 97 || (byte | 32) === 112;

/** True for ':123' behind the seconds, as WebSphere writes milliseconds. */
const isColonOfMillis = (bytes: Uint8Array, from: number, end: number): boolean =>
  bytes[from] === ascii.colon &&
  from + 4 <= end &&
  isDigitByte(bytes[from + 1] ?? 0) &&
  isDigitByte(bytes[from + 2] ?? 0) &&
  isDigitByte(bytes[from + 3] ?? 0) &&
  !isDigitByte(byteAt(bytes, from + 4, end));

/** Parses a timestamp from bytes without creating strings. */
export class TimestampParser {
  /** Wall clock; NaN for a timestamp without a date or year. */
  at: Millis = Number.NaN;
  /** Offset after the timestamp, including its zone. */
  end = 0;
  layout: TimestampLayout = 'iso';
  readonly #options: TimestampOptions;
  readonly #zone = new ZoneParser();
  #ms: Millis = 0;
  #day = { key: -1, midnight: 0 };
  #yearless = { month: 0, day: 0, now: 0, year: Number.NaN };
  #local = { hour: -1, lag: 0 };
  readonly #offsetOf: (wall: Millis) => Millis;
  readonly #isUtc: boolean;

  constructor(options: TimestampOptions) {
    this.#options = options;
    this.#isUtc = options.zone === 'utc' && options.timeZone === undefined;
    this.#offsetOf = utcOffsetOf(options.timeZone ?? options.zone);
  }

  /** Parses a timestamp at `from`; returns false if none starts there. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    const first = bytes[from] ?? 0;
    if (isDigitByte(first)) {
      const third = bytes[from + 2] ?? 0;
      if (isDigitByte(third))
        return bytes[from + 6] === ascii.blank
          ? this.#compactDay(bytes, from, end)
          : this.#iso(bytes, from, end) || this.#basic(bytes, from, end) || this.#epoch(bytes, from, end);
      if (third === ascii.colon) return this.#clockAlone(bytes, from, end);
      if (third === ascii.minus && bytes[from + 5] === ascii.blank) return this.#monthDay(bytes, from, end);
      if (third === ascii.slash && bytes[from + 5] === ascii.slash)
        return this.#shortYear(bytes, from, end) || this.#twelveHours(bytes, from, end);
      if (third === ascii.dot && bytes[from + 5] === ascii.dot) return this.#dotted(bytes, from, end);
      return this.#dayFirst(bytes, from, end);
    }
    return isLetterByte(first) && from + 15 <= end && this.#monthFirst(bytes, from, end);
  }

  /** Parses 'hh:mm:ss.fff' of a date without a year, as in klog and syslog. */
  ofDay(bytes: Uint8Array, from: number, end: number, month: number, day: number): boolean {
    const { now } = this.#options;
    const year = now === undefined ? Number.NaN : this.#year(month, day, now());
    if (!Number.isNaN(year)) return this.#clock(bytes, from, end, this.#midnight(year, month, day));
    if (!this.#clock(bytes, from, end, someMidnight)) return false;
    this.at = Number.NaN;
    return true;
  }

  #iso(bytes: Uint8Array, from: number, end: number): boolean {
    if (from + 19 > end) return false;
    const dash = bytes[from + 4];
    if (dash !== ascii.minus && dash !== ascii.slash && dash !== ascii.dot) return false;
    if (bytes[from + 7] !== dash) return false;
    const between = bytes[from + 10] ?? 0;
    // Airflow writes ', ' between date and time, Gin ' - '.
    const isComma = between === ascii.comma && bytes[from + 11] === ascii.blank;
    if (between !== ascii.blank && (between | 32) !== 116 && !isComma) return false;
    const isDash = bytes[from + 11] === ascii.minus && bytes[from + 12] === ascii.blank;
    const clock = from + (isComma ? 12 : isDash ? 13 : 11);
    const century = parseTwoDigits(bytes, from);
    const years = parseTwoDigits(bytes, from + 2);
    const month = parseTwoDigits(bytes, from + 5);
    const day = parseTwoDigits(bytes, from + 8);
    this.layout = 'iso';
    return (
      (century | years | month | day) >= 0 &&
      this.#clock(bytes, clock, end, this.#midnight(century * 100 + years, month, day))
    );
  }

  /** '20260304T101507Z', the basic format of ISO 8601, and '20260304-10:15:07.123'. */
  #basic(bytes: Uint8Array, from: number, end: number): boolean {
    const between = bytes[from + 8] ?? 0;
    if ((between | 32) !== 116 && between !== ascii.minus && between !== ascii.blank) return false;
    const century = parseTwoDigits(bytes, from);
    const years = parseTwoDigits(bytes, from + 2);
    const month = parseTwoDigits(bytes, from + 4);
    const day = parseTwoDigits(bytes, from + 6);
    if ((century | years | month | day) < 0 || century < 19 || century > 21) return false;
    this.layout = 'iso';
    const midnight = this.#midnight(century * 100 + years, month, day);
    return bytes[from + 11] === ascii.colon
      ? this.#clock(bytes, from + 9, end, midnight)
      : this.#digits(bytes, from + 9, end, midnight);
  }

  /** 'hhmmss', an optional fraction, an optional zone. */
  #digits(bytes: Uint8Array, from: number, end: number, midnight: Millis): boolean {
    const hours = parseTwoDigits(bytes, from);
    const minutes = parseTwoDigits(bytes, from + 2);
    const seconds = parseTwoDigits(bytes, from + 4);
    if (from + 6 > end || (hours | minutes | seconds) < 0 || hours > 23 || minutes > 59 || seconds > 60)
      return false;
    if (isDigitByte(byteAt(bytes, from + 6, end))) return false;
    const clock = hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
    return this.#placed(bytes, this.#fraction(bytes, from + 6, end), end, midnight + clock + this.#ms);
  }

  /** '04.03.2026 10:15:07' of German and other locales; with dots, the day is first. */
  #dotted(bytes: Uint8Array, from: number, end: number): boolean {
    const day = parseTwoDigits(bytes, from);
    const month = parseTwoDigits(bytes, from + 3);
    const century = parseTwoDigits(bytes, from + 6);
    const years = parseTwoDigits(bytes, from + 8);
    if ((day | month | century | years) < 0) return false;
    const comma = bytes[from + 10] === ascii.comma ? 1 : 0;
    if (bytes[from + 10 + comma] !== ascii.blank) return false;
    this.layout = 'iso';
    return this.#clock(bytes, from + 11 + comma, end, this.#midnight(century * 100 + years, month, day));
  }

  /** '1772619307.123' and '1772619307123' alone or in brackets, '1772619307: ' of Mosquitto, and '1.772619307123e+09' of zap. */
  #epoch(bytes: Uint8Array, from: number, end: number): boolean {
    // Until 2033. In JSON, a comma or a brace follows, and the number is read there.
    if (bytes[from] !== 49) return false;
    let to = from;
    while (to < end && isDigitByte(bytes[to] ?? 0)) to++;
    const digits = to - from;
    if (digits !== 1 && digits !== 10 && digits !== 13) return false;
    if (bytes[to] === ascii.dot) for (to++; to < end && isDigitByte(bytes[to] ?? 0); ) to++;
    const decimals = to - from - digits - 1;
    if (digits === 1 && (bytes[to] !== 101 || decimals < 9)) return false;
    if (digits === 1) to += 4;
    const next = byteAt(bytes, to, end);
    const isInBrackets = bytes[from - 1] === ascii.open && next === ascii.close;
    const isNamed = digits === 10 && next === ascii.colon && byteAt(bytes, to + 1, end) === ascii.blank;
    if (!isInBrackets && !isNamed && ((next !== 0 && !isBlankByte(next)) || (digits === 10 && decimals < 3)))
      return false;
    const number = numberAt(bytes, from, to);
    this.layout = 'epoch';
    this.at = Math.floor(number < 1e11 ? number * 1000 + 1e-3 : number);
    this.end = to;
    return isPlausibleLogTime(this.at);
  }

  /** '03/04/2026, 10:15:07 AM' of JavaScript in American English, so of NestJS. */
  #twelveHours(bytes: Uint8Array, from: number, end: number): boolean {
    const month = parseTwoDigits(bytes, from);
    const day = parseTwoDigits(bytes, from + 3);
    const century = parseTwoDigits(bytes, from + 6);
    const years = parseTwoDigits(bytes, from + 8);
    const comma = bytes[from + 10] === ascii.comma ? 1 : 0;
    if ((month | day | century | years) < 0 || bytes[from + 10 + comma] !== ascii.blank) return false;
    this.layout = 'twelve-hours';
    return this.#halfDay(bytes, from + 11 + comma, end, this.#midnight(century * 100 + years, month, day));
  }

  /** '03-04 10:15:07.123' of Android. */
  #monthDay(bytes: Uint8Array, from: number, end: number): boolean {
    this.layout = 'syslog';
    const month = parseTwoDigits(bytes, from);
    const day = parseTwoDigits(bytes, from + 3);
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    return this.ofDay(bytes, from + 6, end, month, day);
  }

  /** '260304 10:15:07' of Tornado and MySQL 5, '260304 101507' of HDFS. */
  #compactDay(bytes: Uint8Array, from: number, end: number): boolean {
    this.layout = 'iso';
    return this.ofShortDate(bytes, from, 0, from + 7, end);
  }

  /** '26/03/04 10:15:07' of Spark and Hadoop: the year comes first. */
  #shortYear(bytes: Uint8Array, from: number, end: number): boolean {
    this.layout = 'iso';
    if (bytes[from + 8] !== ascii.blank) return false;
    return this.ofShortDate(bytes, from, 1, from + 9, end);
  }

  /** A year of this century in two digits, month and day, `gap` bytes apart, and the time of day at `clock`. */
  ofShortDate(bytes: Uint8Array, from: number, gap: 0 | 1, clock: number, end: number): boolean {
    const year = parseTwoDigits(bytes, from);
    const month = parseTwoDigits(bytes, from + 2 + gap);
    const day = parseTwoDigits(bytes, from + 4 + 2 * gap);
    if ((year | month | day) < 0) return false;
    const midnight = this.#midnight(2000 + year, month, day);
    return bytes[clock + 2] === ascii.colon
      ? this.#clock(bytes, clock, end, midnight)
      : this.#digits(bytes, clock, end, midnight);
  }

  #clockAlone(bytes: Uint8Array, from: number, end: number): boolean {
    this.layout = 'clock';
    // '10:15AM' of zerolog.
    if ((byteAt(bytes, from + 6, end) | 32) === 109 && isHalf(byteAt(bytes, from + 5, end))) {
      this.at = Number.NaN;
      this.end = from + 7;
      return parseTwoDigits(bytes, from) >= 0 && parseTwoDigits(bytes, from + 3) >= 0;
    }
    if (!this.#clock(bytes, from, end, someMidnight)) return false;
    this.at = Number.NaN;
    return true;
  }

  /**
   * '04/Mar/2026:10:15:07 +0000', '04 Mar 2026 10:15:07.123', '04-Mar-2026 10:15:07.123', '4-Mar-2026::10:15:07' of Erlang.
   */
  #dayFirst(bytes: Uint8Array, from: number, end: number): boolean {
    const digits = isDigitByte(bytes[from + 1] ?? 0) ? 2 : 1;
    const monthFrom = from + digits + 1;
    const dash = bytes[monthFrom - 1] ?? 0;
    if (monthFrom + 17 > end || bytes[monthFrom + 3] !== dash) return false;
    if (dash !== ascii.slash && dash !== ascii.blank && dash !== ascii.minus) return false;
    const behind = bytes[monthFrom + 8] ?? 0;
    if (behind !== ascii.blank && behind !== ascii.colon) return false;
    const clock = bytes[monthFrom + 9] === ascii.colon ? monthFrom + 10 : monthFrom + 9;
    const day = digits === 2 ? parseTwoDigits(bytes, from) : (bytes[from] ?? 0) - 48;
    const month = monthAt(bytes, monthFrom);
    const century = parseTwoDigits(bytes, monthFrom + 4);
    const years = parseTwoDigits(bytes, monthFrom + 6);
    this.layout = dash === ascii.slash ? 'clf' : 'day-first';
    return (
      (day | month | century | years) >= 0 &&
      this.#clock(bytes, clock, end, this.#midnight(century * 100 + years, month, day))
    );
  }

  /** 'Mar  4 10:15:07', 'Wed Mar 04 10:15:07.123456 2026'. */
  #monthFirst(bytes: Uint8Array, from: number, end: number): boolean {
    if (bytes[from + 3] !== ascii.blank) return false;
    const month = monthAt(bytes, from);
    if (month > 0 && bytes[from + 6] === ascii.comma) return this.#withComma(bytes, from, end, month);
    if (month < 0) return from + 24 <= end && this.#ctime(bytes, from + 4, end);
    this.layout = 'syslog';
    return this.#dayWithoutYear(bytes, from, end, month);
  }

  /** 'Mar 04, 2026 10:15:07 AM' of java.util.logging. */
  #withComma(bytes: Uint8Array, from: number, end: number, month: number): boolean {
    if (from + 20 > end || bytes[from + 7] !== ascii.blank || bytes[from + 12] !== ascii.blank) return false;
    const day = parseTwoDigits(bytes, from + 4);
    const century = parseTwoDigits(bytes, from + 8);
    const years = parseTwoDigits(bytes, from + 10);
    if ((day | century | years) < 0) return false;
    this.layout = 'java';
    return this.#halfDay(bytes, from + 13, end, this.#midnight(century * 100 + years, month, day));
  }

  /** '10:15:07 AM', with an hour of one or two digits. */
  #halfDay(bytes: Uint8Array, from: number, end: number, midnight: Millis): boolean {
    const hourDigits = bytes[from + 1] === ascii.colon ? 1 : 2;
    const hours = hourDigits === 1 ? (bytes[from] ?? 0) - 48 : parseTwoDigits(bytes, from);
    const rest = from + hourDigits;
    const minutes = parseTwoDigits(bytes, rest + 1);
    const seconds = parseTwoDigits(bytes, rest + 4);
    const half = (byteAt(bytes, rest + 7, end) | 32) === 112 ? 12 : 0;
    if ((hours | minutes | seconds) < 0 || minutes > 59 || seconds > 60) return false;
    if ((byteAt(bytes, rest + 8, end) | 32) !== 109 || hours > 12) return false;
    const wall = midnight + ((hours % 12) + half) * 3_600_000 + minutes * 60_000 + seconds * 1000;
    return this.#placed(bytes, rest + 9, end, wall);
  }

  #dayWithoutYear(bytes: Uint8Array, from: number, end: number, month: number): boolean {
    const tens = bytes[from + 4] === ascii.blank ? ascii.zero : (bytes[from + 4] ?? 0);
    const day = (tens - 48) * 10 + (bytes[from + 5] ?? 0) - 48;
    if (!isDigitByte(tens) || !isDigitByte(bytes[from + 5] ?? 0) || day < 1 || day > 31) return false;
    return bytes[from + 6] === ascii.blank && this.ofDay(bytes, from + 7, end, month, day);
  }

  #ctime(bytes: Uint8Array, from: number, end: number): boolean {
    const month = monthAt(bytes, from);
    if (month < 0 || !this.#dayWithoutYear(bytes, from, end, month)) return false;
    const position = this.end + 1;
    const [century, years] =
      position + 4 <= end ? [parseTwoDigits(bytes, position), parseTwoDigits(bytes, position + 2)] : [-1, -1];
    const day =
      bytes[from + 4] === ascii.blank ? (bytes[from + 5] ?? 0) - 48 : parseTwoDigits(bytes, from + 4);
    if ((century | years) < 0) return false;
    this.layout = 'ctime';
    if (!this.#clock(bytes, from + 7, end, this.#midnight(century * 100 + years, month, day))) return false;
    this.end = position + 4;
    return true;
  }

  /** Caches the inferred year, because it is the same for most lines. */
  #year(month: number, day: number, now: Millis): number {
    const had = this.#yearless;
    if (had.month !== month || had.day !== day || Math.abs(now - had.now) > 1000)
      this.#yearless = { month, day, now, year: inferYear(month, day, now) };
    return this.#yearless.year;
  }

  #midnight(year: number, month: number, day: number): Millis {
    const key = (year * 100 + month) * 100 + day;
    if (this.#day.key !== key) this.#day = { key, midnight: midnightOf(year, month, day) };
    return this.#day.midnight;
  }

  /** 'hh:mm:ss', an optional fraction, an optional zone. */
  #clock(bytes: Uint8Array, from: number, end: number, midnight: Millis): boolean {
    if (from + 8 > end || bytes[from + 2] !== ascii.colon || bytes[from + 5] !== ascii.colon) return false;
    // MySQL 5.5 writes a blank before an hour of one digit.
    const hours = bytes[from] === ascii.blank ? (bytes[from + 1] ?? 0) - 48 : parseTwoDigits(bytes, from);
    const minutes = parseTwoDigits(bytes, from + 3);
    const seconds = parseTwoDigits(bytes, from + 6);
    if ((hours | minutes | seconds) < 0 || hours > 23 || minutes > 59 || seconds > 60) return false;
    const index = this.#fraction(bytes, from + 8, end);
    const next = index < end ? (bytes[index] ?? 0) : 0;
    if (isDigitByte(next)) return false;
    // Celery and Python end the time with a colon.
    if (next === ascii.colon && isDigitByte(byteAt(bytes, index + 1, end))) return false;
    const wall = midnight + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + this.#ms;
    return this.#placed(bytes, index, end, wall);
  }

  /** Returns the offset after '.123456' or ',123', if present; its first three digits become `#ms`. */
  #fraction(bytes: Uint8Array, from: number, end: number): number {
    this.#ms = 0;
    const mark = from < end ? (bytes[from] ?? 0) : 0;
    if (mark !== ascii.dot && mark !== ascii.comma && !isColonOfMillis(bytes, from, end)) return from;
    let index = from + 1;
    let scale = 100;
    for (; index < end && isDigitByte(bytes[index] ?? 0); index++) {
      if (scale >= 1) this.#ms += ((bytes[index] ?? 0) - 48) * scale;
      scale /= 10;
    }
    return index === from + 1 ? from : index;
  }

  #placed(bytes: Uint8Array, index: number, end: number, wall: Millis): boolean {
    const isZoned = this.#zone.read(bytes, index, end);
    this.end = isZoned ? this.#zone.end : index;
    if (isZoned) this.at = wall - this.#zone.ahead;
    else this.at = this.#isUtc ? wall : wall + this.#lag(wall);
    // Rejects invalid dates and implausible times.
    return isPlausibleLogTime(this.at);
  }

  #lag(wall: Millis): Millis {
    const hour = Math.floor(wall / 3_600_000);
    if (this.#local.hour !== hour) this.#local = { hour, lag: this.#offsetOf(wall) };
    return this.#local.lag;
  }
}
