import type { Millis } from '../../../domain/fault.ts';
import { markAt, parseMark } from '../../../logs/reading/log-place.ts';
import type { Resume } from '../../../logs/reading/tail.ts';

/** A moment of the API: seconds, and nine decimals of them. */
const secondsText = (wallMs: Millis): string => {
  const whole = Math.floor(wallMs / 1000);
  return `${whole}.${String(Math.floor(wallMs - 1000 * whole)).padStart(3, '0')}000000`;
};

/** So much is read again in front of a mark: what was written at the same time is in no certain order. */
const overlapMs: Millis = 1000;

/** Which part of a log; moments on the daemon's clock. */
interface Part {
  readonly since?: Millis;
  /** Included. */
  readonly until?: Millis;
  readonly tail?: number;
  readonly follow?: boolean;
}

/** The path of a container's log. Source: Docker Engine API, ContainerLogs. */
export const partPath = (id: string, { since, until, tail, follow = false }: Part): string => {
  const query = new URLSearchParams({
    stdout: '1',
    stderr: '1',
    timestamps: '1',
    tail: tail === undefined ? 'all' : String(tail),
    ...(since === undefined ? {} : { since: secondsText(since) }),
    ...(until === undefined ? {} : { until: secondsText(until) }),
    ...(follow ? { follow: '1' } : {}),
  });
  return `/containers/${id}/logs?${query}`;
};

/** The same for taking it up somewhere. `ahead`: of the daemon's clock. */
export const logPath = (id: string, { lines, since, after, follow }: Resume, ahead: Millis): string => {
  const mark = parseMark(after);
  const from = mark === undefined ? since && since + ahead : markAt(mark) - overlapMs;
  return partPath(id, {
    follow,
    ...(from === undefined ? {} : { since: from }),
    ...(lines === undefined || mark !== undefined ? {} : { tail: lines }),
  });
};
