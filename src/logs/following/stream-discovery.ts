import type { Fault, Millis } from '../../domain/base/fault.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Source } from '../../sources/kit/contract/source.ts';
import type { Tail } from '../reading/tail.ts';

/** Part of a source to read: all streams, or those selected by `of`. */
export interface SourceScope {
  readonly source: string;
  readonly of?: string | undefined;
}

interface DiscoverParts {
  readonly clock: Clock;
  sources(): ReadonlyMap<string, Source>;
  /** Receives all current streams. Returns true if any were added or removed. */
  found(part: SourceScope, tails: readonly Tail[]): boolean;
  /** Called when listing failed; the known streams remain. */
  failed(part: SourceScope, fault: Fault): void;
}

interface StreamDiscovery {
  /** Lists the streams once. Never rejects. */
  first(part: SourceScope, signal: AbortSignal): Promise<void>;
  /** Lists the streams periodically until the signal aborts. Never rejects. */
  resume(parts: readonly SourceScope[], signal: AbortSignal): Promise<void>;
  discoverNow(): void;
}

const everyMs: Millis = 5000;
/** Interval while nothing changes. */
const idleMs: Millis = 15_000;
const capMs: Millis = 60_000;
const timeoutMs: Millis = 15_000;

/** Lists the streams of sources periodically. */
export const createStreamDiscovery = ({ clock, sources, found, failed }: DiscoverParts): StreamDiscovery => {
  let waiting = new AbortController();

  const listStreams = async (part: SourceScope, signal: AbortSignal): Promise<boolean> => {
    const deadline = clock.deadline(timeoutMs);
    try {
      const source = sources().get(part.source);
      const tails = await source?.tails?.(part.of, AbortSignal.any([signal, deadline.signal]));
      return tails !== undefined && found(part, tails);
    } finally {
      deadline.clear();
    }
  };

  const losses = new Map<SourceScope, number>();

  /** Lists the streams; returns the ms to wait before the next attempt. */
  const guarded = async (part: SourceScope, signal: AbortSignal): Promise<Millis> => {
    try {
      const isChanged = await listStreams(part, signal);
      losses.delete(part);
      return isChanged ? everyMs : idleMs;
    } catch (error) {
      const fault = toFault(part.source, 'streams', error, clock.now());
      if (signal.aborted) return everyMs;
      // 'missing' is a valid result: the source has no streams.
      if (fault.kind === 'missing') found(part, []);
      failed(part, fault);
      const before = losses.get(part) ?? 0;
      losses.set(part, before + 1);
      return Math.min(capMs, everyMs * 2 ** before);
    }
  };

  const repeat = async (part: SourceScope, signal: AbortSignal): Promise<void> => {
    let pause = everyMs;
    for (;;) {
      await clock.sleep(pause, AbortSignal.any([signal, waiting.signal]));
      if (signal.aborted) return;
      pause = await guarded(part, signal);
    }
  };

  return {
    first: async (part, signal) => {
      await guarded(part, signal);
    },
    resume: async (parts, signal) => {
      await Promise.all(parts.map((part) => repeat(part, signal)));
    },
    discoverNow: () => {
      waiting.abort();
      waiting = new AbortController();
    },
  };
};
