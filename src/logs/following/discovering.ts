import type { Fault, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/fault.ts';
import type { Source } from '../../sources/source.ts';
import type { Tail } from '../reading/tail.ts';

/** What is asked of one source: everything, or what `of` selects. */
export interface ScopePart {
  readonly source: string;
  readonly of?: string | undefined;
}

interface DiscoverParts {
  readonly clock: Clock;
  sources(): ReadonlyMap<string, Source>;
  /** All that it has now. True: something came or went. */
  found(part: ScopePart, tails: readonly Tail[]): boolean;
  /** It could not say which streams it has: those that are known stay. */
  failed(part: ScopePart, fault: Fault): void;
}

export interface Discovering {
  /** Looks once. Never rejects. */
  first(part: ScopePart, signal: AbortSignal): Promise<void>;
  /** Looks again and again until the signal aborts. Never rejects. */
  goOn(parts: readonly ScopePart[], signal: AbortSignal): Promise<void>;
  askNow(): void;
}

const everyMs: Millis = 5000;
/** As long as nothing changes. */
const calmMs: Millis = 15_000;
const capMs: Millis = 60_000;
const timeoutMs: Millis = 15_000;

/** Asks sources again and again which streams they have. */
export const createDiscovering = ({ clock, sources, found, failed }: DiscoverParts): Discovering => {
  let asking = new AbortController();

  const look = async (part: ScopePart, signal: AbortSignal): Promise<boolean> => {
    const deadline = clock.deadline(timeoutMs);
    try {
      const source = sources().get(part.source);
      const tails = await source?.tails?.(part.of, AbortSignal.any([signal, deadline.signal]));
      return tails !== undefined && found(part, tails);
    } finally {
      deadline.clear();
    }
  };

  const losses = new Map<ScopePart, number>();

  /** Returns how long to wait before the next look. */
  const guarded = async (part: ScopePart, signal: AbortSignal): Promise<Millis> => {
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

  const goOn = async (part: ScopePart, signal: AbortSignal): Promise<void> => {
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
    goOn: async (parts, signal) => {
      await Promise.all(parts.map((part) => goOn(part, signal)));
    },
    askNow: () => {
      asking.abort();
      asking = new AbortController();
    },
  };
};
