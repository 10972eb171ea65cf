import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FeedInfo } from '../domain/facts/reading.ts';
import type { Trace } from '../domain/runs/trace.ts';
import { whenAll } from '../platform/runtime/async.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Feed, Source } from '../sources/kit/contract/source.ts';
import { createFeedLoop, type FeedLoop, type SharedPolling } from './feed-loop.ts';
import type { TickWheel } from './feed-schedule.ts';
import { createIdentityMonitor, type IdentityMonitor } from './identity.ts';
import type { ReadLimiter } from './read-limiter.ts';
import type { StoreChanges } from './store-changes.ts';

/** Returns the part of a feed that the store keeps: everything except its functions. */
export const feedInfo = ({ read: _, watch: __, readHistory: ___, ...info }: Feed): FeedInfo => info;

interface PollerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly wheel: TickWheel;
  readonly inFlight: ReadLimiter;
  readonly changes: StoreChanges;
  readonly trace?: Trace | undefined;
  /** The feeds whose readings are shared with other processes, by id. Absent: none. */
  readonly shared?: ReadonlyMap<string, SharedPolling> | undefined;
}

/** All feeds of one environment, polled on one tick wheel. */
export interface Poller {
  /** Ordered like the profile's sources and their feeds. */
  readonly loops: readonly FeedLoop[];
  /** Returns the loops of one source. */
  of(sourceId: string): readonly FeedLoop[];
  identity(sourceId: string): IdentityMonitor | undefined;
  /** Starts to poll this source, replacing what the id referred to before. */
  put(sourceId: string, opened: PolledSource): void;
  /** Stops polling this source. */
  drop(sourceId: string): void;
  start(): void;
  /** Resolves when every read has ended. */
  stop(): Promise<void>;
}

/** An open source and its feeds. */
interface PolledSource {
  readonly source: Source;
  readonly feeds: readonly Feed[];
}

/** A source of the profile by its id; without `source`, one that is not open yet. */
interface ProfileSource extends Partial<PolledSource> {
  readonly entry: { readonly id: string };
  readonly feeds: readonly Feed[];
}

/**
 * Upper limit of an identity check. A longer one would let a hanging source use up the time of its first reads.
 */
const identityTimeoutMs: Millis = 3000;

interface Watched {
  readonly identity: IdentityMonitor;
  readonly loops: readonly FeedLoop[];
}

const watch = ({ source, feeds }: PolledSource, parts: PollerOptions, started: () => boolean): Watched => {
  const identity = createIdentityMonitor(source, {
    clock: parts.clock,
    timeoutMs: Math.min(identityTimeoutMs, ...feeds.map((feed) => feed.timeoutMs)),
    onWrong: (fault: Fault) => {
      for (const loop of loops) loop.forget(fault);
    },
    onRight: () => {
      if (started()) for (const loop of loops) loop.tick(parts.clock.now());
    },
  });
  const loops = feeds.map((feed) =>
    createFeedLoop(feed, { ...parts, identity, source, shared: parts.shared?.get(feed.id) }),
  );
  return { identity, loops };
};

/**
 * Creates the poller of all open sources. Nothing is requested before `start` or an explicit read. Sources
 * that are not open yet are added later with `put`.
 */
export const createPoller = (sources: readonly ProfileSource[], parts: PollerOptions): Poller => {
  const ids = sources.map(({ entry }) => entry.id);
  const watched = new Map<string, Watched>();
  let leave: (() => void) | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const started = (): boolean => leave !== undefined;
  const loopsOf = (id: string): readonly FeedLoop[] => watched.get(id)?.loops ?? [];
  const allLoops = (): readonly FeedLoop[] => ids.flatMap(loopsOf);

  const beginDue = (now: Millis): void => {
    for (const { identity } of watched.values()) identity.tick(now);
    for (const loop of allLoops()) loop.tick(now);
  };

  const drop = (id: string): void => {
    const removed = watched.get(id);
    watched.delete(id);
    removed?.identity.stop();
    ended = whenAll([ended, ...(removed?.loops ?? []).map((loop) => loop.stop())]);
  };

  for (const { entry, source, feeds } of sources)
    if (source !== undefined) watched.set(entry.id, watch({ source, feeds }, parts, started));

  return {
    get loops() {
      return allLoops();
    },
    of: loopsOf,
    identity: (sourceId) => watched.get(sourceId)?.identity,
    put: (sourceId, opened) => {
      drop(sourceId);
      const fresh = watch(opened, parts, started);
      watched.set(sourceId, fresh);
      if (!started()) return;
      for (const loop of fresh.loops) {
        loop.listen();
        loop.tick(parts.clock.now());
      }
    },
    drop,
    start: () => {
      if (started()) return;
      leave = parts.wheel.join((now) => {
        parts.changes.flush();
        beginDue(now);
      });
      for (const loop of allLoops()) loop.listen();
      beginDue(parts.clock.now());
    },
    stop: async () => {
      leave?.();
      for (const id of ids) drop(id);
      await ended;
    },
  };
};
