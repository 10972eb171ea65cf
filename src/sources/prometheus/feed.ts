import type { Fault } from '../../domain/fault.ts';
import type { FeedKind } from '../../domain/reading.ts';
import { WireError } from '../../platform/wire-error.ts';
import { staleAfter } from '../connection.ts';
import type { Feed } from '../source.ts';
import type { PrometheusClient } from './client.ts';
import type { PrometheusConfig } from './config.ts';

/** What every feed of one Prometheus shares. */
export interface PrometheusContext {
  readonly source: string;
  readonly config: PrometheusConfig;
  readonly client: PrometheusClient;
}

interface PrometheusFeedOptions {
  readonly name: string;
  readonly kind: FeedKind;
  /** Tells several feeds of one name apart. */
  readonly part?: string;
  readonly signals?: readonly string[];
  /** Read only when somebody asks. */
  readonly onDemand?: boolean;
  /** How many requests one read makes. */
  readonly requests?: number;
}

/** What an answer read on demand is worth: minutes, since nobody reads it again by itself. */
const onDemandStaleMs = 300_000;

export const prometheusFeed = (
  { source, config }: PrometheusContext,
  words: PrometheusFeedOptions,
  read: Feed['read'],
): Feed => ({
  id: `${source}/${words.name}${words.part === undefined ? '' : `:${words.part}`}`,
  source,
  name: words.name,
  kind: words.kind,
  ...(words.signals === undefined ? {} : { signals: words.signals }),
  ...(words.requests === undefined ? {} : { requests: words.requests }),
  ...(words.onDemand === true
    ? { everyMs: 0, staleMs: onDemandStaleMs }
    : { everyMs: config.every, staleMs: staleAfter(config.every) }),
  timeoutMs: config.timeout,
  read,
});

/** Prometheus answered, and says itself that data is missing in it: a fault beside what it gave. */
export const warningFaults = (client: PrometheusClient, warnings: readonly string[]): readonly Fault[] =>
  [...new Set(warnings)].map((warning) =>
    client.fault('/api/v1/query', new WireError('malformed', `warning: ${warning}`)),
  );
