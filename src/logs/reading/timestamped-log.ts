import { stripControls } from '../../domain/controls.ts';
import type { Millis } from '../../domain/fault.ts';
import type { LogEvent, ResumePoint } from './tail.ts';

/** A line of a log that was asked for with timestamps. */
export interface TimestampedLine {
  /** '2026-03-04T10:15:07.123456789Z': of one length and one zone, so that stamps compare as texts; '' for a line that bears none. */
  readonly stamp: string;
  /** The same as ms since the epoch, the writer's clock. */
  readonly at?: Millis;
  readonly text: string;
}

/** The longest form, nanoseconds and a zone: '2026-03-04T10:15:07.123456789+01:00'. */
const zonedLength = 35;
const stampLength = 30;
const zulu = 90;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Any of RFC 3339: with fewer decimals, or none. */
const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)(?: |$)/;

/** Where the zone of a time with nine decimals begins and ends; undefined when the line begins with none. */
const zoneEnd = (line: string): number | undefined => {
  if (line[10] !== 'T' || line[19] !== '.' || line[4] !== '-' || line[16] !== ':') return undefined;
  if (!isDigit(line.charCodeAt(28)) || !isDigit(line.charCodeAt(20))) return undefined;
  const zone = line.charCodeAt(29);
  const end = zone === zulu ? stampLength : zone === 43 || zone === 45 ? zonedLength : 0;
  return end > 0 && (line.length === end || line[end] === ' ') ? end : undefined;
};

/**
 * Splits '2026-03-04T10:15:07.123456789Z text' into time and text. A reader serves one log: it remembers the second that
 * it has met last, so that most lines cost no parsing of a date. Times in another zone are told in UTC.
 */
export const createTimestampSplitter = (): ((line: string) => TimestampedLine) => {
  let seen = '';
  let secondMs = 0;
  let secondText = '';
  const learn = (second: string, zone: string): boolean => {
    const key = second + zone;
    if (key === seen) return true;
    const at = Date.parse(key);
    if (Number.isNaN(at)) return false;
    seen = key;
    secondMs = at;
    secondText = zone === 'Z' ? second : new Date(at).toISOString().slice(0, 19);
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

/** A line of a log as an event. `ahead`: ms that the writer's clock is before the engine's. */
export const lineEvent = (
  { at, text }: TimestampedLine,
  mark: string | undefined,
  ahead: Millis,
): LogEvent => ({
  is: 'line',
  text: stripControls(text),
  ...(at === undefined ? {} : { at: at - ahead }),
  ...(mark === undefined ? {} : { mark }),
});

/** Makes events of the raw lines of a log, those left out that were told up to the mark that it resumes behind. */
export interface LogEventReader {
  read(raw: string): readonly LogEvent[];
  /** Which run of its container the next lines are of. */
  run: string | undefined;
  /** True: it was told already that lines may be missing behind the mark. */
  hasReportedGap: boolean;
  /** A note that stands in front of the first line of this moment or later (the writer's clock), and whose run it begins. */
  ahead: { readonly at: Millis; readonly note: LogEvent; readonly run: string } | undefined;
}

/** `ahead`: ms that the writer's clock is before the engine's. */
export const createLogEventReader = (from: ResumePoint, ahead: Millis): LogEventReader => {
  const after = parseLogMark(from.after);
  const since = after === undefined && from.since !== undefined ? from.since + ahead : undefined;
  const place = new LogPosition({ after, isMidway: from.lines !== undefined && after === undefined });
  const stamped = createTimestampSplitter();
  let isEarly = false;

  const told = (line: TimestampedLine): LogEvent => lineEvent(line, place.mark(teller.run), ahead);
  const beginsAnew = ({ at = 0 }: TimestampedLine): readonly LogEvent[] => {
    const { ahead: next } = teller;
    if (next === undefined || at < next.at) return nothing;
    teller.ahead = undefined;
    teller.run = next.run;
    return [next.note];
  };

  const teller: LogEventReader = {
    run: undefined,
    hasReportedGap: false,
    ahead: undefined,
    read: (raw) => {
      const line = stamped(raw);
      // Who is asked for a moment may give all of its second. A line without a time belongs to the one in front.
      if (since !== undefined && line.at !== undefined) isEarly = line.at < since;
      if (isEarly) return nothing;
      const standing = place.take(line);
      if (standing === 'told') return nothing;
      if (standing === 'new' && teller.ahead === undefined) return [told(line)];
      return [
        ...(standing === 'new' || teller.hasReportedGap ? nothing : [rotated]),
        ...beginsAnew(line),
        told(line),
      ];
    },
  };
  return teller;
};

/**
 * Where a reader is in a log: the newest time that it has met, and how many lines have come from there on, that one
 * counted. The two outputs of a container are stamped apart, so a log is not quite in the order of its times.
 */
export interface LogMark {
  readonly stamp: string;
  readonly nth: number;
  /**
   * Present where reading began in the middle (the last 200 lines, say), and is near there yet: `nth` counts from the
   * line of this hash and of the time `stamp`, since nobody knows what of that time stood in front of it.
   */
  readonly from?: string;
  /** Of which run of a container; absent where that is not known. */
  readonly run?: string;
}

/** '2026-03-04T10:15:07.123456789Z#3', then '~HASH' and '@RUN'. */
export const formatLogMark = ({ stamp, nth, from, run }: LogMark): string =>
  `${stamp}#${nth}${from === undefined ? '' : `~${from}`}${run === undefined ? '' : `@${run}`}`;

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)#(\d{1,12})(?:~([0-9a-z]+))?(?:@([\w-]+))?$/;

export const parseLogMark = (text: string | undefined): LogMark | undefined => {
  const [, stamp, nth, from, run] = (text === undefined ? null : form.exec(text)) ?? [];
  if (stamp === undefined) return undefined;
  return {
    stamp,
    nth: Number(nth),
    ...(from === undefined ? {} : { from }),
    ...(run === undefined ? {} : { run }),
  };
};

/** The moment of a mark, on the writer's clock. */
export const logMarkTime = ({ stamp }: LogMark): Millis => Date.parse(stamp);

/** FNV-1a: enough to tell lines of one nanosecond apart. */
const hashOf = (text: string): string => {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
};

/** So far may the times of neighbours be out of order. */
const disorderMs: Millis = 2000;
const farBehind = (stamp: string): string =>
  new Date(Date.parse(stamp) + disorderMs).toISOString().replace('Z', '000000Z');

/** What a reader makes of the next line: told before, new, or new with lines missing in front of it. */
type LineNovelty = 'told' | 'new' | 'behind-a-gap';

/** Follows a log line by line, and passes over what was told up to the mark that it resumes behind. */
export class LogPosition {
  readonly #after: LogMark | undefined;
  readonly #gapAt: string;
  readonly #isMidway: boolean;
  /** Lines since the one that bears the mark's hash, that one counted. */
  #sinceFrom = 0;
  #stamp = '';
  #nth = 0;
  #count = 0;
  #first: { readonly stamp: string; readonly from: string; readonly until: string } | undefined;
  #hasMet: boolean;

  /** `isMidway`: reading begins somewhere, not at the first line of a moment (the last N lines). */
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

  /** True: the line of the mark, or a later one, has been taken. */
  get hasSeen(): boolean {
    return this.#hasMet;
  }

  /** Behind the line that was taken last; undefined while none bore a time. */
  mark(run?: string): string | undefined {
    if (this.#stamp === '') return undefined;
    const first = this.#first;
    if (first !== undefined && this.#stamp > first.until) this.#first = undefined;
    const at =
      this.#first === undefined
        ? { stamp: this.#stamp, nth: this.#nth }
        : { stamp: this.#first.stamp, nth: this.#count, from: this.#first.from };
    return formatLogMark(run === undefined ? at : { ...at, run });
  }

  #judge({ stamp, nth, from }: LogMark, line: TimestampedLine): LineNovelty {
    if (this.#stamp > this.#gapAt && this.#sinceFrom === 0) {
      this.#hasMet = true;
      return 'behind-a-gap';
    }
    if (from === undefined) this.#hasMet = this.#stamp === stamp && this.#nth >= nth;
    else {
      const isThere = this.#sinceFrom > 0 || (line.stamp === stamp && hashOf(line.text) === from);
      if (isThere) this.#sinceFrom += 1;
      this.#hasMet = this.#sinceFrom >= nth;
    }
    return 'told';
  }
}
