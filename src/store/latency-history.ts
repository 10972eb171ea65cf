import type { FeedState } from '../domain/facts/reading.ts';
import { ValueSeries } from '../domain/facts/value-series.ts';
import type { CopyOnWriteRecord } from './copy-on-write.ts';
import { keyedFacts } from './keyed-facts.ts';
import { recentKept } from './signal-history.ts';

/** Maximum checks of a feed whose latencies are kept, which bounds memory. */
const maxChecks = 200;

/** Adds the latencies of a reading of health checks to their series, and removes the series of checks that are gone. */
export const recordLatencies = (
  was: FeedState,
  is: FeedState,
  latencies: CopyOnWriteRecord<ValueSeries>,
): void => {
  if (is.feed.kind !== 'health' || was.known === is.known) return;
  const before = was.known === undefined ? [] : keyedFacts('health', was.known);
  const now = is.known === undefined ? [] : keyedFacts('health', is.known, was.known).slice(0, maxChecks);
  const keys = new Set(now.map(({ key }) => key));
  for (const { key } of before) if (!keys.has(key)) latencies.delete(key);
  for (const { key, fact } of now) {
    const series = latencies.get(key) ?? ValueSeries.empty;
    if (fact.latencyMs === undefined || (series.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= fact.at) continue;
    latencies.set(key, series.extend([{ at: fact.at, value: fact.latencyMs }], recentKept));
  }
};
