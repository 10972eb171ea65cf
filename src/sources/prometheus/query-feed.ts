import type { Sample } from '../../domain/facts.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { prometheusReads } from './config.ts';
import { type FeedParts, feedOf, warningFaults } from './feed.ts';
import { samplesOf } from './samples.ts';

/** A signal's query, evaluated now: a sample per series. Faults: those of the call, and what the answer says it lacks. */
export const queryFeed = (parts: FeedParts, signal: WantedSignal): Feed => {
  const { source, client } = parts;
  const { query, fold } = prometheusReads.parse(signal.read);
  const words = { name: 'query', kind: 'samples', part: signal.id, signals: [signal.id] } as const;
  return feedOf(parts, words, async (aborted): Promise<Batch<Sample>> => {
    try {
      const answer = await client.query(query, aborted);
      const stamp = { source, at: client.now(), signal: signal.id };
      return {
        items: samplesOf(answer.value, fold).map((read) => ({ ...stamp, ...read })),
        faults: warningFaults(client, answer.warnings),
      };
    } catch (error) {
      return { items: [], faults: [client.queryFault(query, error)] };
    }
  });
};
