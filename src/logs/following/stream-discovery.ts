import type { Fault, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/to-fault.ts';
import type { Source } from '../../sources/source.ts';
import type { Tail } from '../reading/tail.ts';

/** What is asked of one source: everything, or what `of` selects. */
export interface SourceScope {
  readonly source: string;
  readonly of?: string | undefined;
}

interface DiscoverParts {
  readonly clock: Clock;
  sources(): ReadonlyMap<string, Source>;
  /** All that it has now. True: something came or went. */
  found(part: SourceScope, tails: readonly Tail[]): boolean;
  /** It could not say which streams it has: those that are known stay. */
  failed(part: SourceScope, fault: Fault): void;
}

interface StreamDiscovery {
  /** Looks once. Never rejects. */
  first(part: SourceScope, signal: AbortSignal): Promise<void>;
  /** Looks again and again until the signal aborts. Never rejects. */
  resume(parts: readonly SourceScope[], signal: AbortSignal): Promise<void>;
  discoverNow(): void;
}

const everyMs: Millis = 5000;
/** As long as nothing changes. */
const calmMs: Millis = 15_000;
const capMs: Millis = 60_000;
const timeoutMs: Millis = 15_000;

/** Asks sources again and again which streams they have. */
export const createStreamDiscovery = ({ clock, sources, found, failed }: DiscoverParts): StreamDiscovery => {
  let asking = new AbortController();

  const look = async (part: SourceScope, signal: AbortSignal): Promise<boolean> => {
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

  /** Returns how long to wait before the next look. */
  const guarded = async (part: SourceScope, signal: AbortSignal): Promise<Millis> => {
    try {
      const isChanged = await look(part, signal);
      losses.delete(part);
      return isChanged ? everyMs : calmMs;
    } catch (error) {
      const fault = toFault(part.source, 'streams', error, clock.now());
      if (signal.aborted) return everyMs;
      // That there are none is an answer, too.
      if (fault.kind === 'missing') found(part, []);
      failed(part, fault);
      const before = losses.get(part) ?? 0;
      losses.set(part, before + 1);
      return Math.min(capMs, everyMs * 2 ** before);
    }
  };

  const goOn = async (part: SourceScope, signal: AbortSignal): Promise<void> => {
    let pause = everyMs;
    for (;;) {
      await clock.sleep(pause, AbortSignal.any([signal, asking.signal]));
      if (signal.aborted) return;
      pause = await guarded(part, signal);
    }
  };

  return {
    first: async (part, signal) => {
      await guarded(part, signal);
    },
    resume: async (parts, signal) => {
      await Promise.all(parts.map((part) => goOn(part, signal)));
    },
    discoverNow: () => {
      asking.abort();
      asking = new AbortController();
    },
  };
};
