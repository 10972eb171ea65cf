import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { LogEvent, OlderLines, OlderLinesRequest } from './tail.ts';
import type { TimestampedLine } from './timestamped-log.ts';
import { type LogMark, LogPosition, logMarkTime, parseLogMark } from './timestamped-log.ts';

const minute: Millis = 60_000;
/** Time ranges to read backward, in order, until there are enough lines; the last one is unlimited. */
const windows: readonly (Millis | undefined)[] = [5 * minute, 30 * minute, 240 * minute, undefined];
/** Tolerance for lines out of order: a line up to this much after the requested time may belong before it. */
const disorderMs: Millis = 2000;
const maxBytes = 16 * 1024 * 1024;

/** Reads a log for older lines. Times are in the writer's clock. */
export interface PastLogReader {
  /**
   * Yields all lines since a time (absent: since the log began), oldest first; may stop at `until`. Throws
   * WireError.
   */
  read(span: { readonly since?: Millis; readonly until: Millis }): AsyncIterable<TimestampedLine>;
  /** Converts a line to an event. */
  event(line: TimestampedLine, mark: string | undefined): LogEvent;
  /** Converts engine time to the writer's clock. */
  toWriter(time: Millis): Millis;
  /** Current time in the writer's clock. */
  now(): Millis;
}

interface Kept {
  readonly event: LogEvent;
  readonly mark: string | undefined;
  readonly size: number;
}

/** Returns the newest lines before a position. Throws WireError. */
export const olderLogLines = async (log: PastLogReader, before: OlderLinesRequest): Promise<OlderLines> => {
  const mark = parseLogMark(before.mark);
  const time = before.at === undefined ? Number.POSITIVE_INFINITY : log.toWriter(before.at);
  const until = mark === undefined ? Math.min(time, log.now() + disorderMs) : logMarkTime(mark) + disorderMs;
  for (const back of windows) {
    const span = { until, ...(back === undefined ? {} : { since: until - back }) };
    const { kept, isAll } = await newest(log, span, { mark, at: time, until, lines: before.lines });
    if (isAll && back !== undefined) continue;
    const first = kept[0]?.mark;
    return {
      events: kept.map(({ event }) => event),
      isStart: isAll,
      ...defined({ first }),
    };
  }
  return { events: [], isStart: true };
};

interface Wanted {
  readonly mark: LogMark | undefined;
  /** Only lines before this time, if there is no mark. */
  readonly at: Millis;
  readonly until: Millis;
  readonly lines: number;
}

/** `isAll`: no line was omitted. */
const newest = async (
  log: PastLogReader,
  span: Parameters<PastLogReader['read']>[0],
  { mark, at, until, lines }: Wanted,
): Promise<{ readonly kept: readonly Kept[]; readonly isAll: boolean }> => {
  const place = new LogPosition();
  const judge = mark === undefined ? undefined : new LogPosition({ after: mark });
  const kept: Kept[] = [];
  let begin = 0;
  let size = 0;
  let isAll = true;
  for await (const line of log.read(span)) {
    place.take(line);
    judge?.take(line);
    const written = line.at ?? 0;
    if (judge?.hasSeen === true || written > until + disorderMs) break;
    if (judge === undefined && written >= at) continue;
    const own = place.mark();
    kept.push({ event: log.event(line, own), mark: own, size: line.text.length });
    size += line.text.length;
    while (kept.length - begin > lines || size > maxBytes) {
      size -= kept[begin]?.size ?? 0;
      begin += 1;
      isAll = false;
    }
    if (begin > 2 * lines) begin -= kept.splice(0, begin).length;
  }
  return { kept: kept.slice(begin), isAll };
};
