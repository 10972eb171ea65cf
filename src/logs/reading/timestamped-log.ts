import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { stripControls } from '../../domain/text/controls.ts';
import type { LogEvent, ResumePoint } from './tail.ts';

/** A line of a log that was requested with timestamps. */
export interface TimestampedLine {
  /**
   * '2026-03-04T10:15:07.123456789Z': fixed length and UTC, so that stamps compare as text; '' for a line
   * without one.
   */
  readonly stamp: string;
  /** The stamp in ms since the epoch, in the writer's clock. */
  readonly at?: Millis;
  readonly text: string;
}

/** The longest form, nanoseconds and a zone: '2026-03-04T10:15:07.123456789+01:00'. */
const zonedLength = 35;
const stampLength = 30;
const zulu = 90;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Any RFC 3339 timestamp, including fewer or no decimals. */
const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)(?: |$)/;

/** Returns the end of a timestamp with nine decimals; undefined if the line does not start with one. */
const zoneEnd = (line: string): number | undefined => {
  if (line[10] !== 'T' || line[19] !== '.' || line[4] !== '-' || line[16] !== ':') return undefined;
  if (!isDigit(line.charCodeAt(28)) || !isDigit(line.charCodeAt(20))) return undefined;
  const zone = line.charCodeAt(29);
  const end = zone === zulu ? stampLength : zone === 43 || zone === 45 ? zonedLength : 0;
  return end > 0 && (line.length === end || line[end] === ' ') ? end : undefined;
};

/**
 * Creates a function that splits '2026-03-04T10:15:07.123456789Z text' into time and text; other zones are
 * converted to UTC. Use one per log: it caches the last second, so that most lines need no date parsing.
 */
export const createTimestampSplitter = (): ((line: string) => TimestampedLine) => {
  let seen = '';
  let secondMs = 0;
  let secondText = '';
  const learn = (second: string, zone: string): boolean => {
    const key = second + zone;
    if (key === seen) return true;
    const time = Date.parse(key);
    if (Number.isNaN(time)) return false;
    seen = key;
    secondMs = time;
    secondText = zone === 'Z' ? second : new Date(time).toISOString().slice(0, 19);
    return true;
  };
  const stamped = (nanos: string, text: string): TimestampedLine => ({
    stamp: `${secondText}.${nanos}Z`,
    at: secondMs + Number(nanos) / 1e6,
    text,
  });
  return (line) => {
    const end = zoneEnd(line);
    if (end !== undefined && learn(line.slice(0, 19), line.slice(29, end)))
      return stamped(line.slice(20, 29), line.slice(end + 1));
    const [head, second = '', fraction = '', zone = ''] = rfc3339.exec(line) ?? [];
    if (head === undefined || !learn(second, zone)) return { stamp: '', text: line };
    return stamped(fraction.padEnd(9, '0'), line.slice(head.length));
  };
};

const rotated: LogEvent = { is: 'gap', why: 'the log was rotated: lines may be missing here' };
const nothing: readonly LogEvent[] = [];

/** Converts a log line to an event. `ahead`: offset in ms of the writer's clock against the engine's. */
export const lineEvent = (
  { at, text }: TimestampedLine,
  mark: string | undefined,
  ahead: Millis,
): LogEvent => ({
  is: 'line',
  text: stripControls(text),
  ...(at === undefined ? {} : { at: at - ahead }),
  ...defined({ mark }),
});

/** Converts the raw lines of a log to events; skips lines up to the mark at which it resumes. */
export interface LogEventReader {
  read(raw: string): readonly LogEvent[];
  /** Id of the container run that the next lines belong to. */
  run: string | undefined;
  /** True: the gap after the mark has already been reported. */
  hasReportedGap: boolean;
  /**
   * A note to insert before the first line at or after `at` (the writer's clock), and the run that starts
   * there.
   */
  ahead: { readonly at: Millis; readonly note: LogEvent; readonly run: string } | undefined;
}

/** `ahead`: offset in ms of the writer's clock against the engine's. */
export const createLogEventReader = (from: ResumePoint, ahead: Millis): LogEventReader => {
  const after = parseLogMark(from.after);
  const since = after === undefined && from.since !== undefined ? from.since + ahead : undefined;
  const place = new LogPosition({ after, isMidway: from.lines !== undefined && after === undefined });
  const stamped = createTimestampSplitter();
  let isEarly = false;

  const toEvent = (line: TimestampedLine): LogEvent => lineEvent(line, place.mark(reader.run), ahead);
  const startOfRun = ({ at = 0 }: TimestampedLine): readonly LogEvent[] => {
    const { ahead: next } = reader;
    if (next === undefined || at < next.at) return nothing;
    reader.ahead = undefined;
    reader.run = next.run;
    return [next.note];
  };

  const reader: LogEventReader = {
    run: undefined,
    hasReportedGap: false,
    ahead: undefined,
    read: (raw) => {
      const line = stamped(raw);
      // A source may return the whole second of the requested time. A line without a timestamp belongs to the
      // line before it.
      if (since !== undefined && line.at !== undefined) isEarly = line.at < since;
      if (isEarly) return nothing;
      const novelty = place.take(line);
      if (novelty === 'repeated') return nothing;
      if (novelty === 'new' && reader.ahead === undefined) return [toEvent(line)];
      return [
        ...(novelty === 'new' || reader.hasReportedGap ? nothing : [rotated]),
        ...startOfRun(line),
        toEvent(line),
      ];
    },
  };
  return reader;
};

/**
 * Position in a log: the newest timestamp so far, and the number of lines since then, including that line.
 * The two outputs of a container are timestamped separately, so a log is not strictly ordered by time.
 */
export interface LogMark {
  readonly stamp: string;
  readonly nth: number;
  /**
   * Set near a start in the middle of a log (such as the last 200 lines): `nth` then counts from the line
   * with this hash and the time `stamp`, because the number of earlier lines with that time is unknown.
   */
  readonly from?: string;
  /** Container run; absent if unknown. */
  readonly run?: string;
}

/** Formats a mark: '2026-03-04T10:15:07.123456789Z#3', optionally followed by '~HASH' and '@RUN'. */
export const formatLogMark = ({ stamp, nth, from, run }: LogMark): string =>
  `${stamp}#${nth}${from === undefined ? '' : `~${from}`}${run === undefined ? '' : `@${run}`}`;

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)#(\d{1,12})(?:~([0-9a-z]+))?(?:@([\w-]+))?$/;

export const parseLogMark = (text: string | undefined): LogMark | undefined => {
  const [, stamp, nth, from, run] = (text === undefined ? null : form.exec(text)) ?? [];
  if (stamp === undefined) return undefined;
  return {
    stamp,
    nth: Number(nth),
    ...defined({ from, run }),
  };
};

/** Returns the time of a mark in the writer's clock. */
export const logMarkTime = ({ stamp }: LogMark): Millis => Date.parse(stamp);

/** FNV-1a; sufficient to distinguish lines with the same nanosecond. */
const hashOf = (text: string): string => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
};

/** Maximum disorder in ms between the times of neighboring lines. */
const disorderMs: Millis = 2000;
const farBehind = (stamp: string): string =>
  new Date(Date.parse(stamp) + disorderMs).toISOString().replace('Z', '000000Z');

/** The novelty of a line: already received, new, or new after a possible gap. */
type LineNovelty = 'repeated' | 'new' | 'after-gap';

/** Tracks the position in a log line by line, and identifies the lines up to the mark at which it resumes. */
export class LogPosition {
  readonly #after: LogMark | undefined;
  readonly #gapAt: string;
  readonly #isMidway: boolean;
  /** Number of lines since the line with the mark's hash, including it. */
  #sinceFrom = 0;
  #stamp = '';
  #nth = 0;
  #count = 0;
  #first: { readonly stamp: string; readonly from: string; readonly until: string } | undefined;
  #hasMet: boolean;

  /** `isMidway`: reading starts in the middle (the last N lines), not at the first line of a time. */
  constructor({
    after,
    isMidway = false,
  }: { readonly after?: LogMark | undefined; isMidway?: boolean } = {}) {
    this.#after = after;
    this.#gapAt = after?.from === undefined ? (after?.stamp ?? '') : farBehind(after.stamp);
    this.#isMidway = isMidway;
    this.#hasMet = after === undefined;
  }

  take(line: TimestampedLine): LineNovelty {
    const { stamp, text } = line;
    if (this.#isMidway && this.#stamp === '' && stamp !== '')
      this.#first = { stamp, from: hashOf(text), until: farBehind(stamp) };
    if (stamp > this.#stamp) {
      this.#stamp = stamp;
      this.#nth = 1;
    } else if (this.#stamp !== '') this.#nth += 1;
    if (this.#first !== undefined) this.#count += 1;
    return this.#hasMet || this.#after === undefined ? 'new' : this.#judge(this.#after, line);
  }

  /** True when the line of the mark, or a later one, has been read. */
  get hasSeen(): boolean {
    return this.#hasMet;
  }

  /** Returns the mark after the last line; undefined while no line had a timestamp. */
  mark(run?: string): string | undefined {
    if (this.#stamp === '') return undefined;
    const first = this.#first;
    if (first !== undefined && this.#stamp > first.until) this.#first = undefined;
    const position =
      this.#first === undefined
        ? { stamp: this.#stamp, nth: this.#nth }
        : { stamp: this.#first.stamp, nth: this.#count, from: this.#first.from };
    return formatLogMark(run === undefined ? position : { ...position, run });
  }

  #judge({ stamp, nth, from }: LogMark, line: TimestampedLine): LineNovelty {
    if (this.#stamp > this.#gapAt && this.#sinceFrom === 0) {
      this.#hasMet = true;
      return 'after-gap';
    }
    if (from === undefined) this.#hasMet = this.#stamp === stamp && this.#nth >= nth;
    else {
      const isThere = this.#sinceFrom > 0 || (line.stamp === stamp && hashOf(line.text) === from);
      if (isThere) this.#sinceFrom += 1;
      this.#hasMet = this.#sinceFrom >= nth;
    }
    return 'repeated';
  }
}
