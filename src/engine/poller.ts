import type { Fault, Millis } from '../domain/fault.ts';
import type { Clock } from '../io/io.ts';
import type { Source } from '../sources/source.ts';
import type { Changes } from './changes.ts';
import { createFeedLoop, type FeedLoop } from './feed-loop.ts';
import { createIdentity, type Identity } from './identity.ts';
import type { InFlight } from './in-flight.ts';
import type { OpenedSource } from './open-sources.ts';
import type { Wheel } from './wheel.ts';

export interface PollerParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly wheel: Wheel;
  readonly inFlight: InFlight;
  readonly changes: Changes;
}

/** All feeds of one environment, read on one wheel. */
export interface Poller {
  /** In the order of the profile's sources and their feeds. */
  readonly loops: readonly FeedLoop[];
  identity(sourceId: string): Identity | undefined;
  start(): void;
  /** Resolves when every read has ended. */
  stop(): Promise<void>;
}

/** Longer, and a hanging source would use up the time of its own first reads. */
const identityTimeoutMs: Millis = 3000;

interface Watched {
  readonly identity: Identity;
  readonly loops: readonly FeedLoop[];
}

const watch = (opened: OpenedSource, source: Source, parts: PollerParts, started: () => boolean): Watched => {
  const identity = createIdentity(source, {
    clock: parts.clock,
    timeoutMs: Math.min(identityTimeoutMs, ...opened.feeds.map((feed) => feed.timeoutMs)),
    onWrong: (fault: Fault) => {
      for (const loop of loops) loop.forget(fault);
    },
    onRight: () => {
      if (started()) for (const loop of loops) loop.tick(parts.clock.now());
    },
  });
  const loops = opened.feeds.map((feed) => createFeedLoop(feed, { ...parts, identity, source }));
  return { identity, loops };
};

/** Sets up the reading of all opened sources; nothing is asked before `start`, or before a loop is asked. */
export const createPoller = (sources: readonly OpenedSource[], parts: PollerParts): Poller => {
  const watched = new Map<string, Watched>();
  let leave: (() => void) | undefined;
  const started = (): boolean => leave !== undefined;
  for (const opened of sources)
    if (opened.source !== undefined)
      watched.set(opened.entry.id, watch(opened, opened.source, parts, started));
  const loops = [...watched.values()].flatMap((one) => one.loops);

  const beginDue = (now: Millis): void => {
    for (const { identity } of watched.values()) identity.tick(now);
    for (const loop of loops) loop.tick(now);
  };

  return {
    loops,
    identity: (sourceId) => watched.get(sourceId)?.identity,
    start: () => {
      if (started()) return;
      leave = parts.wheel.join((now) => {
        parts.changes.flush();
        beginDue(now);
      });
      beginDue(parts.clock.now());
    },
    stop: async () => {
      leave?.();
      for (const { identity } of watched.values()) identity.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
};
