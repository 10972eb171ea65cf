import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import { RemediedError } from '../../platform/fault.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { prometheusReads } from './config.ts';
import { type FeedParts, feedOf, warningFaults } from './feed.ts';
import type { Instant } from './parse.ts';
import { samplesOf } from './samples.ts';

/** A row each: what a table can hold and history can keep. Fifty thousand took a gigabyte. */
const mostRows = 20_000;

/** A signal of more series than are shown: the cut is announced. */
const cutFaults = ({ client }: FeedParts, id: string, { series, left = 0 }: Instant): readonly Fault[] =>
  left === 0
    ? []
    : [
        client.fault(
          '/api/v1/query',
          new RemediedError(
            'unconfigured',
            `${id} reads ${series.length + left} series, of which the first ${series.length} are shown`,
            'narrow the query by labels, aggregate it (sum by …, topk), or give the signal a fold',
          ),
        ),
      ];

/**
 * A signal's query, evaluated now: a sample per series, of at most 20,000. Faults: those of the call, what the answer says it lacks, and
 * `unconfigured` for a signal of too many series. A fold is of all of them.
 */
export const queryFeed = (parts: FeedParts, signal: WantedSignal): Feed => {
  const { source, client } = parts;
  const { query, fold } = prometheusReads.parse(signal.read);
  const words = { name: 'query', kind: 'samples', part: signal.id, signals: [signal.id] } as const;
  return feedOf(parts, words, async (aborted): Promise<Batch<Sample>> => {
    try {
      const answer = await client.query(
        query,
        aborted,
        fold === undefined ? { most: mostRows } : { hasLabels: false },
      );
      const stamp = { source, at: client.now(), signal: signal.id };
      return {
        items: samplesOf(answer.value, fold).map((read) => ({ ...stamp, ...read })),
        faults: [...warningFaults(client, answer.warnings), ...cutFaults(parts, signal.id, answer.value)],
      };
    } catch (error) {
      return { items: [], faults: [client.queryFault(query, error)] };
    }
  });
};
