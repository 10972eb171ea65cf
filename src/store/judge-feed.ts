import type { Millis } from '../domain/base/fault.ts';
import type { Sample } from '../domain/facts/facts.ts';
import type { FeedInfo, FeedState } from '../domain/facts/reading.ts';
import {
  judgeByRules,
  judgeThreshold,
  judgeThresholdOnce,
  noteLevelStart,
  type Threshold,
  type Verdict,
} from '../domain/facts/threshold.ts';
import type { ValueSeries } from '../domain/facts/value-series.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import type { CopyOnWriteRecord } from './copy-on-write.ts';
import type { DerivedSeries } from './derived-signals.ts';
import { derivedInOrder, derivedVerdict, feedsOfSignals, signalKeys } from './derived-signals.ts';
import type { FactsFrame, FactsState } from './facts.ts';
import { feedIndex } from './feed-index.ts';
import { createSignalRowReader } from './row-reader.ts';
import { type HistoryUpdates, maxSeriesWithHistory, recordValue } from './signal-history.ts';
import {
  feedsAnswering,
  isSeriesStale,
  lossThreshold,
  providesSignal,
  type SignalSeries,
  seriesOf,
} from './signal-series.ts';
import { withStartInHistory } from './start-in-history.ts';

/** Removes the verdict and all values of a series. */
const forgetSeries = (key: string, { verdicts, history, past, compared }: SignalUpdates): void => {
  for (const kept of [verdicts, history, past, compared]) kept.delete(key);
};

/** Removes the verdicts and values of derived series that no longer exist. */
const forgetGoneSeries = (
  spec: SignalSpec,
  series: readonly DerivedSeries[],
  drafts: SignalUpdates,
): void => {
  const kept = new Set(series.map(({ key }) => key));
  for (const key of signalKeys(spec.id, drafts.verdicts.result))
    if (!kept.has(key)) forgetSeries(key, drafts);
};

const noteDerived = (
  { key, value, newest, staleSince }: DerivedSeries,
  drafts: SignalUpdates,
  remembered: boolean,
): void => {
  if (value === undefined || newest === undefined || staleSince !== undefined) return;
  recordValue(key, { at: newest, value }, drafts, remembered);
};

/**
 * Judges the derived signals that depend on these feeds, once per tick; all of them when feeds were closed.
 * `state`: the state after the feeds' own signals were judged.
 */
export const judgeDerivedSignals = (
  touched: ReadonlySet<string> | 'all',
  state: FactsState,
  drafts: SignalUpdates,
  now: Millis,
): void => {
  const { frame } = state;
  const into = feedsOfSignals(frame);
  const feeds = feedIndex(state).all;
  for (const [index, group] of derivedInOrder(frame).entries()) {
    // The levels that a group reads are those that the groups before it have just got.
    const judged = index === 0 ? state : { ...state, verdicts: drafts.verdicts.result };
    const reader = createSignalRowReader(judged, now);
    for (const spec of group) {
      const own = feeds.filter(({ feed }) => into(feed, spec));
      if (touched !== 'all' && !own.some(({ feed }) => touched.has(feed.id))) continue;
      const series = reader.derived(spec, spec.derived);
      const faults = own.flatMap((feedState) => feedState.faults);
      const isGap = own.some(({ feed }) => drafts.gaps.has(feed.id));
      forgetGoneSeries(spec, series, drafts);
      for (const derivedSeries of series) {
        const was = drafts.verdicts.get(derivedSeries.key);
        const verdict = derivedVerdict(derivedSeries, spec, was, faults, { memory: frame.memory, now });
        if (verdict === undefined) drafts.verdicts.delete(derivedSeries.key);
        else drafts.verdicts.set(derivedSeries.key, noteLevelStart(was, verdict, isGap, now));
        noteDerived(derivedSeries, drafts, series.length <= maxSeriesWithHistory);
      }
    }
  }
};

/** State that judging a feed's samples reads and writes. */
export interface SignalUpdates extends HistoryUpdates {
  readonly frame: FactsFrame;
  readonly feeds: CopyOnWriteRecord<FeedState>;
  readonly verdicts: CopyOnWriteRecord<Verdict>;
  /** Feeds that were read again in this tick after their readings had become stale. */
  readonly gaps: Set<string>;
  readonly compared: CopyOnWriteRecord<ValueSeries>;
}

/** The series of one signal of a feed before and after a change. */
interface Change {
  readonly before: readonly SignalSeries[];
  readonly after: readonly SignalSeries[];
  readonly threshold: Threshold;
  readonly unit: string;
  /** True: the values before were stale, so levels may have changed in between. */
  readonly isGap: boolean;
  /** True: the reading before was complete and had values, so a series that it lacks did not exist. */
  readonly showsArrivals: boolean;
  readonly now: Millis;
}

const noteSample = (
  key: string,
  sample: Sample | undefined,
  drafts: SignalUpdates,
  remembered: boolean,
): void => {
  if (typeof sample?.value !== 'number') return;
  recordValue(key, { at: sample.at, value: sample.value }, drafts, remembered);
};

const judgeSeries = (
  { after, threshold, unit, isGap, showsArrivals, now }: Change,
  drafts: SignalUpdates,
): void => {
  const { frame, verdicts } = drafts;
  for (const { key, sample } of after) {
    const value = sample?.value;
    const was = verdicts.get(key);
    const byRules = sample?.byRules;
    const verdict =
      byRules !== undefined && value !== undefined
        ? judgeByRules(was, value, byRules, threshold, now, unit)
        : frame.memory
          ? judgeThreshold(was, value, threshold, now, unit)
          : judgeThresholdOnce(value, threshold, now, unit);
    const isArrival = was === undefined && showsArrivals;
    const started = isArrival ? verdict : noteLevelStart(was, verdict, isGap, now);
    const isNew = started.seenSince !== undefined && started.seenSince !== was?.seenSince;
    const since = byRules?.since;
    if (isNew && since !== undefined) verdicts.set(key, { ...started, beganAt: since });
    else verdicts.set(key, isNew ? withStartInHistory(key, started, threshold, drafts) : started);
  }
};

/**
 * Removes the verdicts and values of series that no longer exist; all of them if the source was another
 * system.
 */
const forgetGone = ({ before, after }: Change, isForgotten: boolean, drafts: SignalUpdates): void => {
  const kept = new Set(isForgotten ? [] : after.map(({ key }) => key));
  for (const { key } of before) if (!kept.has(key)) forgetSeries(key, drafts);
};

const seriesKeys = (signals: ReadonlySet<string>, { feeds }: SignalUpdates): ReadonlySet<string> => {
  const keys = new Set<string>();
  for (const signal of signals) {
    const answering = feedsAnswering(feeds.result, signal);
    for (const { feed, known } of answering)
      for (const { key } of seriesOf(feed, known, signal, answering.length === 1)) keys.add(key);
  }
  return keys;
};

/**
 * Opens or closes feeds and removes the data of series that no feed has afterwards. These are the series of
 * closed feeds, and series keyed by instance that are no longer ambiguous.
 */
export const updateFeedSet = (moved: readonly FeedInfo[], drafts: SignalUpdates, move: () => void): void => {
  const signals = new Set(moved.flatMap((feed) => feed.signals ?? []));
  const before = seriesKeys(signals, drafts);
  move();
  const after = seriesKeys(signals, drafts);
  for (const key of before) if (!after.has(key)) forgetSeries(key, drafts);
};

const judgeSignal = (
  was: FeedState,
  is: FeedState,
  spec: SignalSpec,
  drafts: SignalUpdates,
  now: Millis,
): void => {
  const alone = feedsAnswering(drafts.feeds.result, spec.id).length === 1;
  const series = ({ feed, known }: FeedState): readonly SignalSeries[] =>
    seriesOf(feed, known, spec.id, alone);
  const before = series(was);
  const isGap = isSeriesStale(spec, was, now);
  const hadValues = before.some(({ sample }) => sample?.value !== undefined);
  const change = {
    before,
    after: series(is),
    threshold: spec.threshold,
    unit: spec.unit,
    isGap,
    showsArrivals: hadValues && was.faults.length === 0 && !isGap,
    now,
  };
  // The loss itself is observed.
  const lost = { ...change, threshold: lossThreshold(spec.threshold, is.faults), isGap: false };
  if (is.known !== was.known) {
    const isForgotten = is.known === undefined;
    forgetGone(change, isForgotten, drafts);
    judgeSeries(isForgotten ? lost : change, drafts);
    const remembered = change.after.length <= maxSeriesWithHistory;
    for (const { key, sample } of change.after) noteSample(key, sample, drafts, remembered);
  } else if (is.losses > was.losses && (is.known === undefined || isSeriesStale(spec, is, now))) {
    // The last good reading applies until it is stale; after that, silence is judged.
    judgeSeries({ ...lost, after: lost.after.map(({ key, labels }) => ({ key, labels })) }, drafts);
  }
};

/** Judges the signals of a feed after a successful or failed read. */
export const judgeFeed = (was: FeedState, is: FeedState, drafts: SignalUpdates, now: Millis): void => {
  for (const spec of drafts.frame.signals)
    if (providesSignal(is.feed, spec.id)) judgeSignal(was, is, spec, drafts, now);
};
