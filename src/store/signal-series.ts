import type { Fault, Millis } from '../domain/base/fault.ts';
import type { Sample } from '../domain/facts/facts.ts';
import type { Level } from '../domain/facts/level.ts';
import { ageOf, type FeedInfo, type FeedState } from '../domain/facts/reading.ts';
import { signalKey } from '../domain/facts/snapshot.ts';
import type { Threshold, Verdict } from '../domain/facts/threshold.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
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

/** A value that is made once per object, which never changes. */
const oncePer = <T extends object, V>(make: (thing: T) => V): ((thing: T) => V) => {
  const made = new WeakMap<T, V>();
  return (thing) => {
    const had = made.get(thing);
    if (had !== undefined) return had;
    const value = make(thing);
    made.set(thing, value);
    return value;
  };
};

const signalSet = oncePer((signals: readonly string[]): ReadonlySet<string> => new Set(signals));
/** The series of each signal of a reading, which several steps ask for: of samples with the same labels the last. */
const seriesBySignal = oncePer(
  (samples: readonly Sample[]): ReadonlyMap<string, readonly SignalSeries[]> =>
    new Map(
      [...Map.groupBy(samples, ({ signal }) => signal)].map(([signal, ofSignal]) => {
        const byKey = new Map(ofSignal.map((sample) => [signalKey(signal, sample.labels), sample]));
        return [signal, [...byKey].map(([key, sample]) => ({ key, labels: sample.labels, sample }))] as const;
      }),
    ),
);

/** Returns whether a feed provides a signal. */
export const providesSignal = ({ signals }: FeedInfo, signal: string): boolean =>
  signals !== undefined && signalSet(signals).has(signal);

/** Returns the feeds that provide a signal. */
export const feedsAnswering = (feeds: FactsState['feeds'], signal: string): readonly FeedState[] =>
  Object.values(feeds).filter(({ feed }) => providesSignal(feed, signal));

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
  const series = known === undefined ? undefined : seriesBySignal(known.samples).get(signal);
  if (series !== undefined) return series;
  const labels = alone || feed.instance === undefined ? {} : { instance: feed.instance };
  return [{ key: signalKey(signal, labels), labels }];
};

/** True when the last reading is older than the signal's `staleMs` (default: the feed's) allows. */
export const isSeriesStale = (spec: SignalSpec, state: FeedState, now: Millis): boolean => {
  const age = ageOf(state, now);
  return age !== undefined && age > (spec.threshold.staleMs ?? state.feed.staleMs);
};

const silences: ReadonlySet<Fault['kind']> = new Set(['timeout', 'unreachable', 'missing']);
/** The source responded without a value. */
const absences: ReadonlySet<Fault['kind']> = new Set(['missing']);

/**
 * Returns the threshold for a failed reading. No response counts as silence (`noData`); a read that could not
 * be attempted, or that the time limit of the command cut off, is unknown, whatever `noData` says. `noData: ok` needs a response: without one nothing is known to be absent.
 */
export const lossThreshold = (threshold: Threshold, faults: readonly Fault[]): Threshold => {
  const judged = threshold.noData === 'ok' ? absences : silences;
  return faults.every(({ kind, isCutOff }) => judged.has(kind) && isCutOff !== true)
    ? threshold
    : { ...threshold, noData: 'unknown' };
};

/** Returns the level of a value that is too old; `faults`: those of the reads since. It is never ok. */
export const staleLevel = (threshold: Threshold, faults: readonly Fault[]): Level => {
  const level = lossThreshold(threshold, faults).noData ?? 'unknown';
  return level === 'ok' && faults.length === 0 ? 'unknown' : level;
};

/** True when the source has responded without a value since, and the profile expects that: the old value is over. */
export const isOver = (verdict: Verdict | undefined): boolean =>
  verdict?.silent === true && verdict.level === 'ok';
