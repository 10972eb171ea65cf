import { distinctFaults, type Fault, type Millis } from '../../../domain/base/fault.ts';
import type { LoggerLines, Sample } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { LogSettings, LogView } from '../../../domain/profile/profile.ts';
import type { Tail } from '../../../logs/reading/tail.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { staleAfter } from '../contract/connection.ts';
import type { Feed, Source } from '../contract/source.ts';
import { mapConcurrently } from '../values/concurrency.ts';
import type { LineSignal } from './line-count.ts';
import { countLinesInWindow, headOptions, type LineCountResult, usualInfoLines } from './line-count.ts';

/** Reads at least four times per window, so that a burst shows early. */
const readsPerWindow = 4;
const leastEveryMs = 10_000;
const mostEveryMs = 60_000;
const timeoutMs: Millis = 10_000;
/** Streams read concurrently. */
const atOnce = 6;

interface LineCountContext {
  readonly source: string;
  readonly clock: Clock;
  readonly logs?: LogSettings | undefined;
  readonly views: readonly LogView[];
  readonly signals: readonly LineSignal[];
  readonly tails: NonNullable<Source['tails']>;
}

/** A stream, and the signals that count its lines. */
interface CountedStream {
  readonly tail: Tail;
  readonly signals: LineSignal[];
}

const keyOf = ({ stream, uid = '' }: Tail): string => `${stream} ${uid}`.trim();

interface StreamCount {
  /** The name of the stream, and what tells it from an earlier one of its name. */
  readonly stream: string;
  readonly key: string;
  readonly signals: readonly LineSignal[];
  readonly count: LineCountResult;
}

const partOf = ({ stream }: StreamCount): string => JSON.stringify({ stream });

type KnownCount = Extract<LineCountResult, { is: 'counts' }>;

/** The times of last lines by stream: several of one name are one part. */
const lastLinesOf = (
  counts: readonly StreamCount[],
  timeOf: (count: KnownCount) => Millis | undefined,
): Readonly<Record<string, Millis>> => {
  const last: Record<string, Millis> = {};
  for (const counted of counts) {
    const { count } = counted;
    const time = count.is === 'counts' ? timeOf(count) : undefined;
    if (time === undefined) continue;
    const part = partOf(counted);
    last[part] = Math.max(time, last[part] ?? time);
  }
  return last;
};

/** The streams of which lines at info or below are usual. */
const informing = (counts: readonly StreamCount[]): readonly string[] => [
  ...new Set(
    counts.flatMap((counted) =>
      counted.count.is === 'counts' && counted.count.info >= usualInfoLines ? [partOf(counted)] : [],
    ),
  ),
];

/** The loggers of a signal by stream: several of one name are one part. */
const loggersOf = (
  counts: readonly StreamCount[],
  lineSignal: LineSignal,
): Readonly<Record<string, LoggerLines>> => {
  const loggers: Record<string, LoggerLines> = {};
  for (const counted of counts) {
    const { count, signals } = counted;
    const own = count.is === 'counts' ? count.loggers[signals.indexOf(lineSignal)] : undefined;
    if (own === undefined) continue;
    const { usual, last } = loggers[partOf(counted)] ?? { usual: [], last: {} };
    const times = Object.entries(own.last).map(([name, time]) => [name, Math.max(time, last[name] ?? time)]);
    loggers[partOf(counted)] = {
      usual: [...new Set([...usual, ...own.usual])],
      last: { ...last, ...Object.fromEntries(times) },
    };
  }
  return loggers;
};

/** The streams behind a count, and the time over which they were counted: those of a replaced pod have lines of that time only. */
const partsOf = (counts: readonly StreamCount[], lineSignal: LineSignal): Pick<Sample, 'computed'> => ({
  computed: {
    addsUp: true,
    lastLines: lastLinesOf(counts, ({ lastAt }) => lastAt),
    plainLines: {
      usual: informing(counts),
      last: lastLinesOf(counts, ({ lastPlainAt }) => lastPlainAt),
      loggers: loggersOf(counts, lineSignal),
    },
    targets: Object.fromEntries(counts.map(({ key }) => [`lines ${key}`, 'unknown' as const])),
    windowMs: lineSignal.perMs,
  },
});

/** Streams of a signal: `of` of its read, otherwise the view's selection for this source; [undefined]: all streams. */
const streamSelectors = (
  { of }: LineSignal,
  view: LogView | undefined,
  source: string,
): readonly (string | undefined)[] => {
  if (view === undefined) return [];
  if (of !== undefined) return [of];
  const named = view.of?.filter((entry) => entry.source === source) ?? [];
  return named.length === 0 ? [undefined] : named.map((entry) => entry.of);
};

/** The sample of a signal: the sum of its streams, or why it is unknown. */
const sampleOf = (
  source: string,
  lineSignal: LineSignal,
  view: LogView | undefined,
  seen: readonly StreamCount[],
  time: Millis,
): Sample => {
  const stamp = { source, at: time, signal: lineSignal.id, labels: {} };
  if (view === undefined)
    return { ...stamp, why: `no log view is called "${lineSignal.view}". Add the view under logs.views` };
  const counts = seen.filter((place) => place.signals.includes(lineSignal));
  const behind = partsOf(counts, lineSignal);
  if (counts.length === 0)
    return {
      ...stamp,
      ...behind,
      why: 'no log stream is open whose lines could be counted: check the sources under logs',
    };
  let value = 0;
  const values: Record<string, number> = {};
  for (const counted of counts) {
    const { count: countResult, signals: counting } = counted;
    if (countResult.is === 'fault') return { ...stamp, why: countResult.fault.message };
    if (countResult.is === 'unknown') return { ...stamp, why: countResult.why };
    const lines = countResult.counts[counting.indexOf(lineSignal)] ?? 0;
    value += lines;
    const part = partOf(counted);
    values[part] = (values[part] ?? 0) + lines;
  }
  return { ...stamp, value, ...behind, parts: values, fold: 'sum' };
};

/**
 * The feed that counts the lines of a log view in the last `per`, for all signals of a source, by reading the ends of
 * the streams. None, or one. An unreadable stream makes the count unknown, never 0.
 */
export const lineCountFeeds = (parts: LineCountContext): readonly Feed[] => {
  const { source, clock, views, signals } = parts;
  if (signals.length === 0) return [];
  const heads = headOptions(parts.logs, clock);
  const shortest = Math.min(...signals.map(({ perMs }) => perMs));
  const everyMs = Math.min(mostEveryMs, Math.max(leastEveryMs, shortest / readsPerWindow));
  const viewOf = (name: string): LogView | undefined => views.find((view) => view.name === name);

  const faultOf = (error: unknown): Fault => toFault(source, 'count lines', error, clock.now());

  /** Resolves the streams, and the signals whose streams could not be found. */
  const resolveStreams = async (
    signal: AbortSignal,
  ): Promise<{
    readonly places: readonly CountedStream[];
    readonly lost: ReadonlyMap<LineSignal, Fault>;
  }> => {
    const listed = new Map<string | undefined, Promise<readonly Tail[]>>();
    const places = new Map<string, CountedStream>();
    const lost = new Map<LineSignal, Fault>();
    const place = (tail: Tail, lineSignal: LineSignal): void => {
      const key = keyOf(tail);
      const counted = places.get(key) ?? { tail, signals: [] };
      places.set(key, counted);
      if (!counted.signals.includes(lineSignal)) counted.signals.push(lineSignal);
    };
    for (const lineSignal of signals)
      for (const target of streamSelectors(lineSignal, viewOf(lineSignal.view), source))
        try {
          const tails = listed.get(target) ?? parts.tails(target, signal);
          listed.set(target, tails);
          for (const tail of await tails) place(tail, lineSignal);
        } catch (error) {
          lost.set(lineSignal, faultOf(error));
        }
    return {
      places: [...places.values()].filter((countedStream) =>
        countedStream.signals.some((each) => !lost.has(each)),
      ),
      lost,
    };
  };

  const countLines = async (
    { tail, signals: counting }: CountedStream,
    now: Millis,
    signal: AbortSignal,
  ): Promise<StreamCount> => {
    const requests = counting.flatMap(({ view: name, perMs }) => {
      const view = viewOf(name);
      return view === undefined ? [] : [{ view, from: now - perMs }];
    });
    return {
      stream: tail.stream,
      key: keyOf(tail),
      signals: counting,
      count: await countLinesInWindow(tail, requests, { now, heads, wallOffset: clock.wallOffset() }, signal),
    };
  };

  const read = async (signal: AbortSignal): Promise<Reading<Sample>> => {
    const now = clock.now();
    const { places, lost } = await resolveStreams(signal);
    const seen = await mapConcurrently(places, atOnce, (place) => countLines(place, now, signal));
    if (signal.aborted) return { items: [], faults: [faultOf(signal.reason)] };
    const faults = [
      ...lost.values(),
      ...seen.flatMap(({ count: countResult }) => (countResult.is === 'fault' ? [countResult.fault] : [])),
    ];
    // A failed read keeps the last value while it is fresh.
    const counted = signals.filter((lineSignal) => !lost.has(lineSignal));
    return {
      items: counted.map((lineSignal) => sampleOf(source, lineSignal, viewOf(lineSignal.view), seen, now)),
      faults: distinctFaults(faults),
    };
  };

  const ids = signals.map(({ id }) => id);
  const staleMs = staleAfter(everyMs);
  return [
    {
      id: `${source}/lines`,
      source,
      name: 'lines',
      kind: 'samples',
      signals: ids,
      everyMs,
      staleMs,
      timeoutMs,
      read,
    },
  ];
};
