import type { Sample } from '../domain/facts.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { SignalSpec } from '../domain/profile.ts';
import { ageOf, type FeedInfo, type FeedState } from '../domain/reading.ts';
import { signalKey } from '../domain/snapshot.ts';
import type { Threshold } from '../domain/threshold.ts';
import type { FactsState } from './facts.ts';

/**
 * One series of a signal in a feed's last reading. `sample` is absent if the reading has none or no reading
 * exists.
 */
export interface SignalSeries {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sample?: Sample;
}

/** Returns the feeds that provide a signal. */
export const feedsAnswering = (feeds: FactsState['feeds'], signal: string): readonly FeedState[] =>
  Object.values(feeds).filter(({ feed }) => feed.signals?.includes(signal) === true);

/**
 * Returns the series of a signal in a feed's last reading. If the reading has none, returns one without a sample,
 * labeled with the feed's instance unless the feed is `alone` in providing the signal.
 */
export const seriesOf = (
  feed: FeedInfo,
  known: FeedState['known'],
  signal: string,
  alone: boolean,
): readonly SignalSeries[] => {
  const samples = known?.samples.filter((sample) => sample.signal === signal) ?? [];
  const byKey = new Map(samples.map((sample) => [signalKey(signal, sample.labels), sample]));
  if (byKey.size > 0) return [...byKey].map(([key, sample]) => ({ key, labels: sample.labels, sample }));
  const labels = alone || feed.instance === undefined ? {} : { instance: feed.instance };
  return [{ key: signalKey(signal, labels), labels }];
};

/** True when the last reading is older than the signal's `staleMs` (default: the feed's) allows. */
export const isSeriesStale = (spec: SignalSpec, state: FeedState, now: Millis): boolean => {
  const age = ageOf(state, now);
  return age !== undefined && age > (spec.threshold.staleMs ?? state.feed.staleMs);
};

const silences: ReadonlySet<Fault['kind']> = new Set(['timeout', 'unreachable', 'missing']);

/**
 * Returns the threshold for a failed reading. No response counts as silence (`noData`); a read that could not
 * be attempted is unknown, whatever `noData` says.
 */
export const lossThreshold = (threshold: Threshold, faults: readonly Fault[]): Threshold =>
  faults.every((fault) => silences.has(fault.kind)) ? threshold : { ...threshold, noData: 'unknown' };
