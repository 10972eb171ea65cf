import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { LogView } from '../../domain/profile/profile.ts';
import type { ReadIo } from '../../doors/io.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { limitSeries } from '../kit/contract/endpoint.ts';
import { identityFault } from '../kit/contract/identity.ts';
import type { Feed, SignalRequest, Source, SourceOptions } from '../kit/contract/source.ts';
import { instantQueryPath, openLokiClient } from './client.ts';
import type { LokiConfig, LokiSeriesAggregation } from './config.ts';
import { lokiReadSchema } from './config.ts';
import type { LokiContext } from './context.ts';
import { diagnoseLoki } from './doctor.ts';
import { lokiFingerprint } from './fingerprint.ts';
import { countViewLines } from './logql.ts';
import { createLokiPager } from './pager.ts';
import type { MetricQuerySample } from './parse.ts';
import { logPartsFeed } from './parts.ts';
import { formatStreamSelector, parseStreamSelector } from './selector.ts';
import { createSharedTail, type SharedTail } from './shared-tail.ts';
import { lokiTails } from './tails.ts';

type SignalValue = Pick<Sample, 'labels' | 'value' | 'why'>;

/**
 * Converts a query result to samples of a signal: one per series, or one aggregated over all. An empty result has no
 * value, never 0.
 */
const querySamples = (
  measured: readonly MetricQuerySample[],
  fold: LokiSeriesAggregation | undefined,
): readonly SignalValue[] => {
  if (measured.length === 0) return [{ labels: {}, why: 'no line in Loki matches the query of the signal' }];
  return fold === undefined ? measured : [{ labels: {}, ...foldSamples(measured, fold) }];
};

/** An aggregate with an unknown part is unknown. */
const foldSamples = (
  measured: readonly MetricQuerySample[],
  fold: LokiSeriesAggregation,
): Pick<Sample, 'value' | 'why'> => {
  const lost = measured.find(({ value }) => value === undefined);
  if (lost !== undefined) return { why: lost.why ?? 'a series of the result has no value: check the query' };
  const values = measured.flatMap(({ value }) => value ?? []);
  const sum = values.reduce((all, value) => all + value, 0);
  switch (fold) {
    case 'sum':
      return { value: sum };
    case 'avg':
      return { value: sum / values.length };
    case 'min':
      return { value: values.reduce((least, value) => Math.min(least, value)) };
    case 'max':
      return { value: values.reduce((most, value) => Math.max(most, value)) };
    case 'count':
      return { value: values.length };
  }
};

/** Above Loki's own default limit of 500 series. */
const maxSeries = 10_000;

/** Feed of a signal: a metric query, or the number of lines of a view, counted by Loki. */
const signalFeed = (parts: LokiContext, signal: SignalRequest, views: readonly LogView[]): Feed => {
  const { source, config, client } = parts;
  const read = lokiReadSchema.parse(signal.read);
  const measure =
    'query' in read
      ? async (aborted: AbortSignal) =>
          querySamples(await client.queryInstant(read.query, aborted), read.fold)
      : async (aborted: AbortSignal) => [
          { labels: {}, ...(await countViewLines(parts, read, views, aborted)) },
        ];
  const name = 'query' in read ? 'query' : 'lines';
  return {
    id: `${source}/${name}:${signal.id}`,
    source,
    name,
    kind: 'samples',
    signals: [signal.id],
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (aborted): Promise<Reading<Sample>> => {
      try {
        const samples = await measure(aborted);
        const stamp = { source, at: client.clock.now(), signal: signal.id };
        const remedy = 'aggregate in the query (sum by, topk), or set fold';
        const { kept, faults } = limitSeries(client.endpoint, signal.id, samples, maxSeries, remedy);
        return { items: kept.map((sample) => ({ ...stamp, ...sample })), faults };
      } catch (error) {
        return { items: [], faults: [client.fault(instantQueryPath, error)] };
      }
    },
  };
};

export const openLoki = (
  { id, config, signals, views = [] }: SourceOptions<LokiConfig>,
  io: ReadIo,
): Source => {
  const client = openLokiClient(id, config, io);
  const pager = createLokiPager(client, config.page);
  const sharedTails = new Map<string, SharedTail>();
  const parts: LokiContext = {
    source: id,
    config,
    client,
    pager,
    deduplicators: new Map(),
    matchers: parseStreamSelector(config.query) ?? [],
    sharedTail: (matchers, names, filter) => {
      for (const [key, table] of sharedTails) if (table.isEmpty()) sharedTails.delete(key);
      const key = JSON.stringify([formatStreamSelector(matchers), names, filter]);
      const table =
        sharedTails.get(key) ?? createSharedTail({ client, pager, matchers, labelNames: names, filter });
      sharedTails.set(key, table);
      return table;
    },
  };
  const { identity } = config;
  return {
    id,
    feeds: [
      ...signals.map((signal) => signalFeed(parts, signal, views)),
      ...signals.flatMap((signal) => logPartsFeed(parts, signal, views) ?? []),
    ],
    operations: [],
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    fingerprint: (signal) => lokiFingerprint(client.endpoint, signal),
    doctor: (signal) => diagnoseLoki(parts, { signals, views }, signal),
    tails: (of, signal) => lokiTails(parts, of, signal),
    close: () => io.close(),
  };
};
