import type {
  CloudWatchLogEvent,
  CloudWatchLogsReader,
  LogEventPage,
} from '../../../clients/aws/logs-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type {
  LogEvent,
  OlderLines,
  OlderLinesRequest,
  ResumePoint,
  Tail,
} from '../../../logs/reading/tail.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { splitPatterns } from '../../kit/values/name-pattern.ts';
import type { AwsContext } from '../account/context.ts';

const minuteMs: Millis = 60_000;
/** Lookback of successive searches for the last lines: FilterLogEvents returns the oldest first. */
const lookbackSteps: readonly Millis[] = [1, 10, 60, 6 * 60, 24 * 60].map((minutes) => minutes * minuteMs);
const defaultBackMs: Millis = 10 * minuteMs;
/** Pages per search: a page has at most 1 MB or 10,000 events. */
const maxPages = 20;
/** Events may arrive this much later than their time. */
const latenessMs: Millis = 30_000;
/** The quota of FilterLogEvents is 5 requests per second in an account and region. */
const pollEveryMs: Millis = 2000;
const tailsPerPoll = 4;

/** The position after an event: its time and its id. */
const markOf = ({ at, id }: CloudWatchLogEvent): string => `${at} ${id}`;

const parseMark = (mark: string): { readonly at: number; readonly id: string } | undefined => {
  const [, at, id] = /^(\d+) (.+)$/.exec(mark) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Number(at), id };
};

/** A message may have several lines; all of them have its mark, so that a resumed stream repeats none. */
const linesOf = ({ toClock }: AwsContext, event: CloudWatchLogEvent): readonly LogEvent[] =>
  event.message
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((text) => ({ is: 'line', text, at: toClock(event.at), mark: markOf(event) }));

/** A search ended before its range did. */
const truncated = (count: number): LogEvent => ({
  is: 'gap',
  why: `there are more than ${maxPages} pages of events, so opsdeck read only ${count} events`,
});

interface Found {
  readonly events: readonly CloudWatchLogEvent[];
  readonly isTruncated: boolean;
}

/** Beginning of a stream: the lines to show, and all events that are not new. */
interface Backlog extends Found {
  readonly seen: readonly CloudWatchLogEvent[];
}

/** Reads all events of a range, oldest first. Throws WireError. */
const readRange = async (
  logs: CloudWatchLogsReader,
  group: string,
  { from, to }: { readonly from: number; readonly to?: number },
  signal: AbortSignal,
): Promise<Found> => {
  const events: CloudWatchLogEvent[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const found: LogEventPage = await logs.events(group, { from, ...defined({ to, token }) }, signal);
    events.push(...found.events);
    token = found.next;
    if (token === undefined) break;
  }
  return { events: events.toSorted((a, b) => a.at - b.at), isTruncated: token !== undefined };
};

/** Reads the last `count` events before `to`, extending the range while it has too few. Throws WireError. */
const readLast = async (
  logs: CloudWatchLogsReader,
  group: string,
  { to, count }: { readonly to: number; readonly count: number },
  signal: AbortSignal,
): Promise<Backlog & { readonly isStart: boolean }> => {
  let found: Found = { events: [], isTruncated: false };
  for (const back of lookbackSteps) {
    found = await readRange(logs, group, { from: to - back, to }, signal);
    if (found.events.length >= count || found.isTruncated) break;
  }
  return {
    events: count === 0 ? [] : found.events.slice(-count),
    seen: found.events,
    isTruncated: found.isTruncated,
    isStart: found.events.length < count && !found.isTruncated,
  };
};

/** Passes each event once: overlapping ranges contain the late ones again. */
const deduplicate = (): ((events: readonly CloudWatchLogEvent[]) => readonly CloudWatchLogEvent[]) => {
  let seen = new Map<string, number>();
  return (events) => {
    const fresh = events.filter(({ id }) => !seen.has(id));
    for (const { id, at } of events) seen.set(id, at);
    const newest = Math.max(0, ...seen.values());
    seen = new Map([...seen].filter(([, time]) => time >= newest - 2 * latenessMs));
    return fresh;
  };
};

/** The events after the one with the mark; all of a later time if it is gone. */
const afterMark = (
  events: readonly CloudWatchLogEvent[],
  mark: { readonly at: number; readonly id: string },
): readonly CloudWatchLogEvent[] => {
  const index = events.findIndex(({ id }) => id === mark.id);
  return index < 0 ? events.filter(({ at }) => at > mark.at) : events.slice(index + 1);
};

/** The lines that were written up to now, as far as requested. */
const readBacklog = async (
  { wallNow, toClock }: AwsContext,
  logs: CloudWatchLogsReader,
  group: string,
  { lines, since, after }: ResumePoint,
  signal: AbortSignal,
): Promise<Backlog> => {
  const mark = after === undefined ? undefined : parseMark(after);
  const to = wallNow();
  const from = since === undefined ? undefined : since + (to - toClock(to));
  if (mark !== undefined || lines === undefined) {
    const start = mark?.at ?? from ?? to - defaultBackMs;
    const found = await readRange(logs, group, { from: start, to }, signal);
    const events = mark === undefined ? found.events : afterMark(found.events, mark);
    return { ...found, events, seen: found.events };
  }
  const last = await readLast(logs, group, { to, count: lines }, signal);
  return from === undefined ? last : { ...last, events: last.events.filter(({ at }) => at >= from) };
};

/** Follows new events by polling, from a little before `from`. */
async function* follow(
  context: AwsContext,
  logs: CloudWatchLogsReader,
  group: string,
  {
    fresh,
    openTails,
  }: { readonly fresh: ReturnType<typeof deduplicate>; readonly openTails: ReadonlySet<object> },
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const { wallNow, sleep } = context;
  let from = wallNow();
  for (;;) {
    await sleep(pollEveryMs * Math.max(1, Math.ceil(openTails.size / tailsPerPoll)), signal);
    if (signal.aborted) return;
    const { events, isTruncated } = await readRange(logs, group, { from: from - latenessMs }, signal);
    const added = fresh(events);
    if (isTruncated) yield truncated(events.length);
    for (const event of added) yield* linesOf(context, event);
    from = Math.max(from, events.at(-1)?.at ?? 0);
  }
}

/** One stream per log group: its events of all its log streams, in the order of their times. */
const groupTail = (
  context: AwsContext,
  logs: CloudWatchLogsReader,
  group: string,
  openTails: Set<object>,
): Tail => {
  const failed = (error: unknown): LogEvent => ({
    is: 'fault',
    fault: context.fault(`CloudWatchLogs FilterLogEvents ${group}`, error),
  });
  return {
    stream: group,
    open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
      const own = {};
      if (from.follow) openTails.add(own);
      try {
        const backlog = await readBacklog(context, logs, group, from, signal);
        const fresh = deduplicate();
        fresh(backlog.seen);
        if (backlog.isTruncated) yield truncated(backlog.events.length);
        for (const event of backlog.events) yield* linesOf(context, event);
        if (from.follow) yield* follow(context, logs, group, { fresh, openTails }, signal);
      } catch (error) {
        if (!signal.aborted) yield failed(error);
      } finally {
        openTails.delete(own);
      }
    },
    older: async ({ mark: written, at, lines }: OlderLinesRequest, signal): Promise<OlderLines> => {
      const mark = written === undefined ? undefined : parseMark(written);
      const wall = context.wallNow();
      const to = mark?.at ?? (at === undefined ? wall : at + (wall - context.toClock(wall)));
      try {
        const { events, isTruncated, isStart } = await readLast(
          logs,
          group,
          { to, count: lines + 1 },
          signal,
        );
        const index = mark === undefined ? -1 : events.findIndex(({ id }) => id === mark.id);
        const before = (index < 0 ? events : events.slice(0, index)).slice(-lines);
        const [first] = before;
        return {
          events: [
            ...(isTruncated ? [truncated(before.length)] : []),
            ...before.flatMap((event) => linesOf(context, event)),
          ],
          isStart: isStart && before.length < lines,
          ...(first === undefined ? {} : { first: markOf(first) }),
        };
      } catch (error) {
        return { events: [failed(error)], isStart: false };
      }
    },
  };
};

/** True if `of` selects a group: its name, its last part, or a prefix of that before a '-'. */
const isSelected = (of: string | undefined, group: string): boolean => {
  if (of === undefined || of.trim() === '') return true;
  const wantedPart = of.slice(of.indexOf('/') === 0 ? 0 : of.indexOf('/') + 1).trim();
  const last = group.slice(group.lastIndexOf('/') + 1);
  return group === wantedPart || last === wantedPart || last.startsWith(`${wantedPart}-`);
};

/** The log groups of the config. Throws WireError. */
export const readLogGroups = async (
  { config, cloudWatchLogs }: AwsContext,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { names, prefixes } = splitPatterns(config.logs);
  const listed: string[] = [];
  for (const prefix of prefixes) listed.push(...(await cloudWatchLogs.groups(prefix, config.limit, signal)));
  return [...new Set([...names, ...listed])].sort();
};

/** Creates `tails` of the source. Its streams share the quota of their account. Throws WireError. */
export const createLogTails = (context: AwsContext) => {
  const openTails = new Set<object>();
  return async (of: string | undefined, signal: AbortSignal): Promise<readonly Tail[]> => {
    const groups = (await readLogGroups(context, signal)).filter((group) => isSelected(of, group));
    const { limit } = context.config;
    if (groups.length > limit)
      throw new WireError(
        'unconfigured',
        `more than ${limit} log groups match logs of the source: restrict logs, or raise limit`,
      );
    return groups.map((group) => groupTail(context, context.cloudWatchLogs, group, openTails));
  };
};
