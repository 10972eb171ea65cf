import type { Sample } from '../../domain/facts.ts';
import type { Batch } from '../../domain/reading.ts';
import { limitSeries } from '../series-limit.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { prometheusReads } from './config.ts';
import { type FeedParts, feedOf, warningFaults } from './feed.ts';
import { samplesOf } from './samples.ts';

/** One for each pod of a large cluster; of more, the query has to say which. */
const mostSeries = 10_000;

/** A signal's query, evaluated now: a sample per series. Faults: those of the call, and what the answer says it lacks. */
export const queryFeed = (parts: FeedParts, signal: WantedSignal): Feed => {
  const { source, client } = parts;
  const { query, fold } = prometheusReads.parse(signal.read);
  const words = { name: 'query', kind: 'samples', part: signal.id, signals: [signal.id] } as const;
  return feedOf(parts, words, async (aborted): Promise<Batch<Sample>> => {
    try {
      const answer = await client.query(query, aborted);
      const stamp = { source, at: client.now(), signal: signal.id };
      const { kept, faults } = limitSeries(
        client.endpoint,
        signal.id,
        samplesOf(answer.value, fold),
        mostSeries,
        'aggregate in the query (sum by, topk) or give it a fold',
      );
      return {
        items: kept.map((read) => ({ ...stamp, ...read })),
        faults: [...faults, ...warningFaults(client, answer.warnings)],
      };
    } catch (error) {
      return { items: [], faults: [client.queryFault(query, error)] };
    }
  });
};
