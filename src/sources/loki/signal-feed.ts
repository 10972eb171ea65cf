import type { Sample } from '../../domain/facts.ts';
import type { LogView } from '../../domain/profile.ts';
import type { Batch } from '../../domain/reading.ts';
import { staleAfter } from '../connection.ts';
import { limitSeries } from '../endpoint.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { measurePath } from './client.ts';
import { lokiReads } from './config.ts';
import { countLines } from './count-lines.ts';
import type { LokiParts } from './parts.ts';
import { samplesOf } from './samples.ts';

/** More than Loki gives by itself: its own limit is 500 series. */
const mostSeries = 10_000;

/** A signal: a metric query, or how many lines a view shows, counted by Loki. */
export const signalFeed = (parts: LokiParts, signal: WantedSignal, views: readonly LogView[]): Feed => {
  const { source, config, client } = parts;
  const read = lokiReads.parse(signal.read);
  const measure =
    'query' in read
      ? async (aborted: AbortSignal) => samplesOf(await client.measure(read.query, aborted), read.fold)
      : async (aborted: AbortSignal) => [{ labels: {}, ...(await countLines(parts, read, views, aborted)) }];
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
    read: async (aborted): Promise<Batch<Sample>> => {
      try {
        const samples = await measure(aborted);
        const stamp = { source, at: client.clock.now(), signal: signal.id };
        const remedy = 'aggregate in the query (sum by, topk) or give it a fold';
        const { kept, faults } = limitSeries(client.endpoint, signal.id, samples, mostSeries, remedy);
        return { items: kept.map((sample) => ({ ...stamp, ...sample })), faults };
      } catch (error) {
        return { items: [], faults: [client.fault(measurePath, error)] };
      }
    },
  };
};
