import type { Sample } from '../domain/facts.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { SignalSpec } from '../domain/profile.ts';
import { ageOf, type FeedInfo, type FeedState } from '../domain/reading.ts';
import { signalKey } from '../domain/snapshot.ts';
import type { Threshold } from '../domain/threshold.ts';
import type { FactsState } from './facts.ts';

/** One series of a signal in a feed's last reading. No `sample`: the reading had none, or there is no reading. */
export interface SignalSeries {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sample?: Sample;
}

/** The feeds that answer a signal. */
export const feedsAnswering = (feeds: FactsState['feeds'], signal: string): readonly FeedState[] =>
  Object.values(feeds).filter(({ feed }) => feed.signals?.includes(signal) === true);

/**
 * The series of a signal that a feed holds. When it holds none: one without a sample, told apart by the feed's instance
 * where it is not `alone` in answering the signal.
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

/** True when a signal's last reading is older than the signal (or else its feed) allows. */
export const isSeriesStale = (spec: SignalSpec, state: FeedState, now: Millis): boolean => {
  const age = ageOf(state, now);
  return age !== undefined && age > (spec.threshold.staleMs ?? state.feed.staleMs);
};

const silences: ReadonlySet<Fault['kind']> = new Set(['timeout', 'unreachable', 'missing']);

/** The threshold for a lost reading: nobody answered is silence (`noData`); that we could not ask is unknown, whatever silence means. */
export const lossThreshold = (threshold: Threshold, faults: readonly Fault[]): Threshold =>
  faults.every((fault) => silences.has(fault.kind)) ? threshold : { ...threshold, noData: 'unknown' };
