import type { AnyFact, Note, Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { FeedKind } from '../../domain/reading.ts';
import { staleAfter } from '../connection.ts';
import type { Feed } from '../source.ts';
import type { PostgresClient } from './client.ts';

/** What one question brought. */
interface Brought {
  readonly items: readonly (AnyFact | Note | Sample)[];
  readonly samples?: readonly Sample[];
  readonly faults?: readonly Fault[];
}

interface Question {
  readonly name: string;
  /** What tells it from others of its name. */
  readonly of?: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  /** 0: read only when asked. */
  readonly everyMs?: number;
  readonly requests?: number;
  read(signal: AbortSignal): Promise<Brought>;
}

/** What an answer read on demand is worth: minutes, since nobody reads it again by itself. */
const onDemandStaleMs = 300_000;

/** A question as a feed that reads: when it fails, it brings its fault and nothing else. */
export const questionFeed = (client: PostgresClient, question: Question): Feed => {
  const { source, config } = client;
  const { name, of, kind, signals, everyMs = config.every, requests } = question;
  const called = of === undefined ? name : `${name}:${of}`;
  return {
    id: `${source}/${called}`,
    source,
    name,
    kind,
    ...(signals === undefined ? {} : { signals }),
    everyMs,
    staleMs: everyMs === 0 ? onDemandStaleMs : staleAfter(everyMs),
    timeoutMs: config.timeout,
    ...(requests === undefined ? {} : { requests }),
    read: async (signal) => {
      try {
        const { items, samples, faults = [] } = await question.read(signal);
        return { items, ...(samples === undefined ? {} : { samples }), faults };
      } catch (error) {
        return { items: [], faults: [client.fault(called, error)] };
      }
    },
  };
};
