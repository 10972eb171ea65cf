import type { Millis } from '../../domain/base/fault.ts';
import type { LogEvent, OlderLines, OlderLinesRequest, ResumePoint, Tail } from '../../logs/reading/tail.ts';
import { queryRangePath } from './client.ts';
import type { LokiContext } from './context.ts';
import { EntryDeduplicator } from './entry-deduplicator.ts';
import { pushDownFilter } from './logql.ts';
import { truncationText } from './pager.ts';
import type { LokiEntry } from './parse.ts';
import { formatLokiMark, millisToNanos, parseLokiMark } from './parse.ts';
import { formatStreamSelector } from './selector.ts';
import { clockSkewAllowanceNs, maxLatenessNs, type SharedTail } from './shared-tail.ts';
import { groupStreams, parseStreamFilter, type StreamGroup, streamGroupMatchers } from './streams.ts';

const hourMs: Millis = 3_600_000;
/**
 * Lookback of successive searches, extended while too few lines are found. Loki limits a query to 30 days and an hour
 * by default.
 */
const lookbackSteps: readonly Millis[] = [1, 6, 24, 7 * 24, 30 * 24].map((hours) => hours * hourMs);

/** Reads lines of a selector before a mark or a time. Never throws. */
const readOlderLines = async (
  { client, pager }: LokiContext,
  selector: string,
  { mark: markWords, at, lines }: OlderLinesRequest,
  signal: AbortSignal,
): Promise<OlderLines> => {
  const mark = markWords === undefined ? undefined : parseLokiMark(markWords);
  const offset = client.wallNow() - client.clock.now();
  const until = mark === undefined ? millisToNanos((at ?? client.clock.now()) + offset) : mark.ns + 1n;
  /** For the mark's own timestamp: the entries before the mark. */
  const isBefore = (entry: LokiEntry, index: number, all: readonly LokiEntry[]): boolean =>
    mark === undefined ||
    entry.ns < mark.ns ||
    index - all.findIndex(({ ns }) => ns === mark.ns) < mark.nth - 1;
  let olderEntries: readonly LokiEntry[] = [];
  let isStart = true;
  let isTruncated = false;
  let end = until;
  try {
    for (const lookback of lookbackSteps) {
      const start = until - millisToNanos(lookback);
      const limit = lines - olderEntries.length + (mark?.nth ?? 0);
      const page = await pager.last(selector, { start, end }, limit, signal);
      olderEntries = [...page.entries, ...olderEntries].filter(isBefore);
      isTruncated ||= page.isTruncated === true;
      isStart = page.isComplete;
      end = start;
      if (!isStart || olderEntries.length >= lines) break;
    }
  } catch (error) {
    if (olderEntries.length === 0)
      return { events: [{ is: 'fault', fault: client.fault(queryRangePath, error) }], isStart: false };
    isStart = false;
  }
  const deduplicator = new EntryDeduplicator({ after: undefined, from: 0n, toClock: client.toClock });
  const gap: readonly LogEvent[] = isTruncated
    ? [{ is: 'gap', why: truncationText(olderEntries.length) }]
    : [];
  const [first] = olderEntries;
  return {
    events: [...gap, ...deduplicator.acceptNew(olderEntries)],
    isStart: isStart && end <= until - millisToNanos(lookbackSteps.at(-1) ?? 0),
    ...(first === undefined ? {} : { first: formatLokiMark({ ns: first.ns, nth: 1 }) }),
  };
};

/** Returns the streams with recent lines, restricted to `of`. Throws WireError. */
export const lokiTails = async (
  parts: LokiContext,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const { client, config, matchers: selected } = parts;
  const streamFilter = parseStreamFilter(of);
  const matchers = [...selected, ...streamFilter.matchers];
  const all = await client.series(formatStreamSelector(matchers), config.lookback, signal);
  const { labelNames: names, groups } = groupStreams(
    all.filter(streamFilter.matches),
    config.stream,
    config.limit,
  );
  return groups.map((group) => {
    const own = [...matchers, ...streamGroupMatchers([group], names)];
    return groupTail(parts, group, formatStreamSelector(own), (filter) =>
      parts.sharedTail(matchers, names, filter),
    );
  });
};

const noFilter = { include: [], exclude: [] };

const groupTail = (
  parts: LokiContext,
  group: StreamGroup,
  selector: string,
  tailFor: (filter: string) => SharedTail,
): Tail => ({
  stream: group.name,
  filters: true,
  open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
    const { logql, left } = pushDownFilter(from.filter ?? noFilter);
    for (const { text } of left)
      yield {
        is: 'note',
        text: `Loki (RE2) does not support /${text}/: all lines are fetched and filtered locally`,
      };
    try {
      const query = `${selector}${logql}`;
      const tracker = deduplicatorFor(parts, selector, from);
      yield* readBacklog(parts, { query, from, deduplicator: tracker }, signal);
      if (!from.follow || signal.aborted) return;
      yield* followStream(parts, { query, group, deduplicator: tracker, sharedTail: tailFor(logql) }, signal);
    } catch (error) {
      if (!signal.aborted) yield { is: 'fault', fault: parts.client.fault(queryRangePath, error) };
    }
  },
  older: (before, signal): Promise<OlderLines> => readOlderLines(parts, selector, before, signal),
});

const maxDeduplicators = 2000;

/** Delivered entries are remembered for any filter: a new filter may pass what the previous one hid. */
const deduplicatorFor = (
  { client, config, deduplicators: trackers }: LokiContext,
  selector: string,
  { after: words, since }: ResumePoint,
): EntryDeduplicator => {
  const offset = client.wallNow() - client.clock.now();
  const from =
    since === undefined ? client.serverNow() - millisToNanos(config.lookback) : millisToNanos(since + offset);
  const after = words === undefined ? undefined : parseLokiMark(words);
  const before = trackers.get(selector);
  const tracker = new EntryDeduplicator({
    after,
    from,
    toClock: client.toClock,
    ...(before && { previous: before }),
  });
  trackers.delete(selector);
  trackers.set(selector, tracker);
  for (const key of [...trackers.keys()].slice(0, -maxDeduplicators)) trackers.delete(key);
  return tracker;
};

interface BacklogRequest {
  readonly query: string;
  readonly from: ResumePoint;
  readonly deduplicator: EntryDeduplicator;
}

/** Reads lines written up to now, as far as requested. */
async function* readBacklog(
  parts: LokiContext,
  { query, from, deduplicator: tracker }: BacklogRequest,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const { client, pager } = parts;
  const { lines } = from;
  if (lines === undefined || from.after !== undefined) return yield* catchUp(parts, query, tracker, signal);
  const now = client.serverNow();
  const span = { start: tracker.floor, end: now + clockSkewAllowanceNs };
  if (lines === 0) return tracker.advanceTo(now, 0n);
  const { entries } = await pager.last(query, span, lines, signal);
  tracker.startAt(entries);
  const events = tracker.acceptNew(entries);
  tracker.advanceTo(now, maxLatenessNs);
  yield* events.slice(-lines);
}

/** Reads pages from the deduplicator's position on, at the reader's pace. */
async function* catchUp(
  { client, pager }: LokiContext,
  query: string,
  tracker: EntryDeduplicator,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  const began = client.serverNow();
  const span = { start: tracker.floor, end: began + clockSkewAllowanceNs };
  for await (const { entries, isTruncated: isCut } of pager.forward(query, span, signal)) {
    yield* tracker.acceptNew(entries);
    if (isCut === true) yield { is: 'gap', why: truncationText(entries.length) };
  }
  tracker.advanceTo(began, maxLatenessNs);
}

interface FollowRequest {
  readonly query: string;
  readonly group: StreamGroup;
  readonly deduplicator: EntryDeduplicator;
  readonly sharedTail: SharedTail;
}

/** Follows new lines. A reader that is too slow for the live tail reads page by page until it has caught up. */
async function* followStream(
  parts: LokiContext,
  { query, group, deduplicator: tracker, sharedTail }: FollowRequest,
  signal: AbortSignal,
): AsyncGenerator<LogEvent, void, undefined> {
  for (;;) {
    const subscription = sharedTail.subscribe(group, tracker);
    signal.addEventListener('abort', subscription.unsubscribe, { once: true });
    try {
      if (!signal.aborted) yield* subscription.events;
    } finally {
      signal.removeEventListener('abort', subscription.unsubscribe);
      subscription.unsubscribe();
    }
    if (signal.aborted || !subscription.isLagging()) return;
    yield* catchUp(parts, query, tracker, signal);
  }
}
