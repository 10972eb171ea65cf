import { dirname, resolve } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { FeedKind, Reading } from '../../domain/facts/reading.ts';
import type { Profile, SourceEntry } from '../../domain/profile/profile.ts';
import type { Trace, TracedFault } from '../../domain/runs/trace.ts';
import type { ReadIo, ReadIoOptions } from '../../doors/io.ts';
import type { LogEvent, Tail } from '../../logs/reading/tail.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { callWithDeadline } from '../../scheduler/call-with-deadline.ts';
import type { Feed, Source, SourceModule, SourceOutput } from '../../sources/kit/contract/source.ts';

const mostFaults = 20;

/** The result of a stream. */
class StreamCounter {
  lines = 0;
  bytes = 0;
  readonly faults: TracedFault[] = [];

  add(event: LogEvent): void {
    if (event.is === 'line') {
      this.lines += 1;
      this.bytes += event.text.length;
    } else if (event.is === 'chunk') this.bytes += event.bytes.length;
    else if (event.is === 'fault' && this.faults.length < mostFaults) {
      const { kind, source, message } = event.fault;
      this.faults.push({ kind, source, message });
    }
  }
}

const tracedTail = (tail: Tail, source: string, trace: Trace, clock: Clock): Tail => {
  const { stream } = tail;
  const older = tail.older?.bind(tail);
  return {
    ...tail,
    ...defined({ older }),
    open: async function* (from, signal) {
      const counted = new StreamCounter();
      const began = clock.now();
      trace({ what: 'stream-open', source, stream, follow: from.follow });
      try {
        for await (const event of tail.open(from, signal)) {
          counted.add(event);
          yield event;
        }
      } finally {
        const { lines, bytes, faults } = counted;
        trace({ what: 'stream-close', source, stream, ms: clock.now() - began, lines, bytes, faults });
      }
    },
  };
};

/** Wraps a source with a trace event for each log stream that is opened or closed. */
const tracedSource = (source: Source, id: string, trace: Trace, clock: Clock): Source => {
  const tails = source.tails?.bind(source);
  if (tails === undefined) return source;
  return {
    ...source,
    close: () => source.close(),
    tails: async (of, signal) => (await tails(of, signal)).map((tail) => tracedTail(tail, id, trace, clock)),
  };
};

/** A source of the profile: open, or with the reason why it is not. */
export interface OpenedSource {
  readonly entry: SourceEntry;
  readonly source?: Source;
  /** The feeds to read, as far as this engine needs them. */
  readonly feeds: readonly Feed[];
  readonly io?: ReadIo;
  readonly problem?: Fault;
  /** Its type, for commands that read its rows by hand; absent for an unknown one. */
  readonly module?: Pick<SourceModule, 'rowCommand' | 'routeConfig' | 'tunnelCommand' | 'viaTransport'>;
  /** The kinds that it would provide, while it has a problem or is not yet reached. */
  readonly gives?: SourceOutput;
}

export interface OpenOptions {
  readonly modules: readonly SourceModule[];
  readonly clock: Clock;
  readonly openIo: (clock: Clock, options?: ReadIoOptions) => ReadIo;
  readonly only?: readonly FeedKind[];
  readonly everyAtLeastMs?: Millis;
  readonly trace?: Trace | undefined;
}

/** The most early reads of a slowed feed until its first reading is complete: a list grows, usage arrives later. */
const mostEarlyReads = 10;

const isComplete = ({ faults, samples = [] }: Reading<unknown>): boolean =>
  faults.length === 0 && samples.every(({ value }) => value !== undefined);

/**
 * The same feed at a lower rate; staleness scales with the interval. Its watch is kept, because it costs the system less
 * than complete reads, but changes start no reads once a reading was complete.
 */
const slowedTo = (feed: Feed, everyMs: Millis): Feed => {
  if (feed.everyMs === 0) return feed;
  const slowest = Math.max(feed.everyMs, everyMs);
  const watch = feed.watch?.bind(feed);
  let earlyReads = mostEarlyReads;
  return {
    ...feed,
    everyMs: slowest,
    staleMs: (feed.staleMs / feed.everyMs) * slowest,
    read: async (signal) => {
      const reading = await feed.read(signal);
      if (isComplete(reading)) earlyReads = 0;
      return reading;
    },
    ...(watch === undefined
      ? {}
      : {
          watch: (wake: () => void) =>
            watch(() => {
              if (earlyReads > 0) wake();
              earlyReads -= 1;
            }),
        }),
  };
};

const isRequestedItself = (feed: Feed, only: readonly FeedKind[]): boolean =>
  only.includes(feed.kind) || (only.includes('samples') && (feed.signals?.length ?? 0) > 0);

/** A feed that fills the rows of another one is of use only where that one is read. */
const isRequested = (feed: Feed, all: readonly Feed[], only: readonly FeedKind[]): boolean =>
  feed.fills === undefined
    ? isRequestedItself(feed, only)
    : all.some((other) => other.name === feed.fills && isRequestedItself(other, only));

const requestedFeeds = ({ feeds }: Source, { only, everyAtLeastMs }: OpenOptions): readonly Feed[] =>
  feeds
    .filter((feed) => only === undefined || isRequested(feed, feeds, only))
    .map((feed) => (everyAtLeastMs === undefined ? feed : slowedTo(feed, everyAtLeastMs)));

const off = (entry: SourceEntry, problem: Fault, module?: SourceModule): OpenedSource => {
  const gives = module?.gives?.(entry.config);
  return { entry, feeds: [], problem, ...defined({ gives }) };
};

/** Parts for opening a tunneled source. */
interface TunnelOptions {
  readonly config: unknown;
  readonly by: ReadIoOptions;
}

/** Opens one source with a separate ReadIo. A failure is a fault. */
export const openProfileSource = async (
  entry: SourceEntry,
  profile: Profile,
  options: OpenOptions,
  through?: TunnelOptions,
): Promise<OpenedSource> => {
  const { clock } = options;
  const { id, type } = entry;
  const module = options.modules.find((sourceModule) => sourceModule.type === type);
  if (entry.problem !== undefined) return off(entry, entry.problem, module);
  if (module === undefined) {
    const message = `opsdeck has no source type ${type}`;
    return off(entry, { kind: 'unconfigured', source: id, message, at: clock.now() });
  }
  const signals = profile.signals
    .filter((signal) => signal.source === id && signal.problem === undefined)
    .map((signal) => ({ id: signal.id, read: signal.read }));
  const io = options.openIo(clock, through?.by);
  try {
    const dir = dirname(resolve(profile.file));
    const { logViews: views, logs } = profile;
    const logOptions = logs === undefined ? { views } : { views, logs };
    const config = through === undefined ? entry.config : through.config;
    const opened = await module.open({ id, env: profile.env, config, signals, dir, ...logOptions }, io);
    const source = options.trace === undefined ? opened : tracedSource(opened, id, options.trace, clock);
    return {
      entry,
      source,
      feeds: requestedFeeds(source, options),
      io,
      module,
    };
  } catch (error) {
    await io.close();
    return off(entry, toFault(id, 'open', error, clock.now()), module);
  }
};

/** A tunneled source opens when its endpoints are known. */
const notYet = (entry: SourceEntry, { modules }: OpenOptions): OpenedSource => {
  const module = modules.find((sourceModule) => sourceModule.type === entry.type);
  const gives = module?.gives?.(entry.config);
  return {
    entry,
    feeds: [],
    ...defined({ module, gives }),
  };
};

/**
 * Opens every directly reachable source of the profile with a separate ReadIo. A failure is a fault and does not
 * affect the others.
 */
export const openProfileSources = (
  profile: Profile,
  options: OpenOptions,
): Promise<readonly OpenedSource[]> =>
  Promise.all(
    profile.sources.map((entry) =>
      entry.via === undefined || entry.problem !== undefined
        ? openProfileSource(entry, profile, options)
        : notYet(entry, options),
    ),
  );

/** The time limit for closing a source. */
const closingMs: Millis = 1000;

/** Closes a source and its connections; does not wait for one that hangs. */
export const closeSource = async ({ source, io }: OpenedSource, clock: Clock): Promise<void> => {
  // Failures while closing are ignored: connections are ended in any case.
  for (const part of [source, io])
    if (part !== undefined)
      await callWithDeadline(() => part.close(), clock, closingMs, new AbortController()).outcome;
};
