import type { Snapshot } from '../../domain/snapshot.ts';
import { factKinds } from '../../kinds/registry.ts';
import type { Standing } from './standing.ts';

/** Sources of which something was read that still counts. */
const seenSources = ({ kinds, signals }: Snapshot): ReadonlySet<string> => {
  const seen = new Set<string>();
  for (const kind of factKinds())
    for (const { fact, stale } of kinds[kind].rows) if (!stale) seen.add(fact.source);
  for (const { source, stale, value } of signals) if (!stale && value !== undefined) seen.add(source);
  seen.delete('');
  return seen;
};

/** Every source that has answered or failed: seen, partly seen, or not seen, and what it said. */
export const sourceStandings = (snapshot: Snapshot): readonly Standing[] => {
  const seen = seenSources(snapshot);
  const faults = new Map(snapshot.faults.toReversed().map((fault) => [fault.source, fault]));
  return [...new Set([...seen, ...faults.keys()])].map((source): Standing => {
    const fault = faults.get(source);
    const word = fault === undefined ? 'seen' : seen.has(source) ? 'partly seen' : 'not seen';
    return {
      id: `source ${source}`,
      kind: 'source',
      noun: 'source',
      what: `source ${source}`,
      word,
      ...(fault === undefined ? {} : { why: fault.message }),
      level: fault === undefined ? 'ok' : 'unknown',
      source,
    };
  });
};
