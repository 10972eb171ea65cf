import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { FeedKind } from '../../domain/facts/reading.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { type Feed, onDemandStaleMs } from '../kit/contract/source.ts';
import type { PrometheusClient } from './client.ts';
import type { PrometheusConfig } from './config.ts';

/** The shared parts of one Prometheus source's feeds. */
export interface PrometheusContext {
  readonly source: string;
  readonly config: PrometheusConfig;
  readonly client: PrometheusClient;
}

interface PrometheusFeedOptions {
  readonly name: string;
  readonly kind: FeedKind;
  /** Distinguishes feeds of the same name. */
  readonly part?: string;
  readonly signals?: readonly string[];
  /** Read on demand only. */
  readonly onDemand?: boolean;
  /** Number of requests per read. */
  readonly requests?: number;
}

export const prometheusFeed = (
  { source, config }: PrometheusContext,
  words: PrometheusFeedOptions,
  read: Feed['read'],
): Feed => ({
  id: `${source}/${words.name}${words.part === undefined ? '' : `:${words.part}`}`,
  source,
  name: words.name,
  kind: words.kind,
  ...defined({ signals: words.signals, requests: words.requests }),
  ...(words.onDemand === true
    ? { everyMs: 0, staleMs: onDemandStaleMs }
    : { everyMs: config.every, staleMs: staleAfter(config.every) }),
  timeoutMs: config.timeout,
  read,
});

/** Faults for warnings of Prometheus that its data is incomplete; they accompany the rows. */
export const warningFaults = (client: PrometheusClient, warnings: readonly string[]): readonly Fault[] =>
  [...new Set(warnings)].map((warning) =>
    client.fault('/api/v1/query', new WireError('malformed', `warning: ${warning}`)),
  );
