import type { Millis } from '../../domain/fault.ts';

/** A line of a log that was asked for with timestamps. */
export interface StampedLine {
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
export const createStampReader = (): ((line: string) => StampedLine) => {
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
  const stamped = (nanos: string, text: string): StampedLine => ({
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
