import { createStore, type StoreApi } from 'zustand/vanilla';
import { defined } from '../domain/base/defined.ts';
import type { Fault, Millis } from '../domain/base/fault.ts';
import type { AnyFact, FactKind, FactTypes, Note, Sample } from '../domain/facts/facts.ts';
import { type Limits, limitsOf } from '../domain/facts/level.ts';
import type { FeedInfo, FeedState } from '../domain/facts/reading.ts';
import { isStale, isTotalLoss, type LastReading, type Reading } from '../domain/facts/reading.ts';
import type { Verdict } from '../domain/facts/threshold.ts';
import { ValueSeries } from '../domain/facts/value-series.ts';
import { conditionWords, kindOf } from '../kinds/registry/registry.ts';
import type { CopyOnWriteRecord } from './copy-on-write.ts';
import { copyOnWrite } from './copy-on-write.ts';
import { deriveHistory } from './derived-history.ts';
import type { FactsChange, FactsFrame, FactsState, FrameSource, StateSince } from './facts.ts';
import { judgeDerivedSignals, judgeFeed, type SignalUpdates, updateFeedSet } from './judge-feed.ts';
import { isFactKind, type KeyedFact, keyedFacts } from './keyed-facts.ts';
import { recordLatencies } from './latency-history.ts';
import { mergeHistory } from './signal-history.ts';
import { withRecalledStart } from './start-in-history.ts';

/** Changes of a feed's rows according to its readings. */
interface Continuity {
  /** Time of the reading. */
  readonly at: Millis;
  /** True: the reading before was stale, so rows may have changed in between, even twice. */
  readonly isGap: boolean;
  /** True: the reading before was complete, so a row that it lacks did not exist. */
  readonly showsArrivals: boolean;
  readonly limits: Limits;
}

const continuityOf = (was: FeedState, known: LastReading | undefined, limits: Limits): Continuity => {
  const time = known?.at ?? 0;
  const isGap = isStale(was, time);
  const isComplete =
    was.known !== undefined && was.faults.length === 0 && (was.known.unavailable ?? []).length === 0;
  return { at: time, isGap, showsArrivals: isComplete && !isGap, limits };
};

/**
 * Returns the start of a row's state, as observed. States that its kind treats as one problem share one start; a state
 * that was unknown before has an unobserved one.
 */
const sinceAfter = <K extends FactKind>(
  was: StateSince | undefined,
  kind: K,
  fact: FactTypes[K],
  { at, isGap, showsArrivals, limits }: Continuity,
): StateSince => {
  const words = conditionWords(kind, fact, limitsOf(limits, kind));
  const word = was !== undefined && words.includes(was.word) ? was.word : (words[0] ?? '');
  if (was?.word === word) return isGap ? { ...was, seenSince: at } : was;
  if (was !== undefined && kindOf(kind).goesOn?.(was.word, word) === true)
    return { ...was, word, ...(isGap ? { seenSince: at } : {}) };
  const isObserved = was === undefined ? showsArrivals : !isGap && was.word.toLowerCase() !== 'unknown';
  return { word, since: at, ...(isObserved ? {} : { seenSince: at }) };
};

/** Returns the rows of a reading that are not identical to rows of the previous reading. */
const newIn = (
  now: readonly KeyedFact<FactKind>[],
  before: readonly KeyedFact<FactKind>[],
): readonly KeyedFact<FactKind>[] => {
  if (now.length === before.length) {
    // Most readings keep their order, so comparing by position avoids the lookup.
    const differing = now.filter((keyedFact, index) => keyedFact !== before[index]);
    if (differing.length < now.length / 2) return differing;
  }
  const had = new Set(before);
  return now.filter((keyedFact) => !had.has(keyedFact));
};

/** Returns the rows that differ from those before them; undefined if a row was added, removed or moved. */
const changedInPlace = (
  now: readonly KeyedFact<FactKind>[],
  before: readonly KeyedFact<FactKind>[],
): readonly KeyedFact<FactKind>[] | undefined =>
  now.length === before.length && now.every(({ key }, index) => key === before[index]?.key)
    ? now.filter((keyedFact, index) => keyedFact !== before[index])
    : undefined;

/**
 * Updates `since`: deletes rows that are gone, and sets rows that are new or changed. All other rows are
 * skipped, unless data was missing in between.
 */
const noteSince = (
  was: FeedState,
  is: FeedState,
  { since, frame }: Pick<Drafts, 'since' | 'frame'>,
): void => {
  const { kind } = is.feed;
  if (!isFactKind(kind) || was.known === is.known) return;
  const before = was.known === undefined ? [] : keyedFacts(kind, was.known);
  const now = is.known === undefined ? [] : keyedFacts(kind, is.known, was.known);
  const changed = changedInPlace(now, before);
  const added = changed ?? newIn(now, before);
  if (changed === undefined) {
    const cameKeys = new Set(added.map(({ key }) => key));
    for (const { key } of newIn(before, now)) if (!cameKeys.has(key)) since.delete(key);
  }
  const continuity = continuityOf(was, is.known, frame.limits);
  for (const { key, fact } of continuity.isGap ? now : added)
    since.set(key, sinceAfter(since.get(key), kind, fact, continuity));
};

type Learned = Extract<FactsChange, { is: 'learned' }>;
type Waiting = Extract<FactsChange, { is: 'waiting' }>;

const idle = { is: 'idle' } as const;

/** Returns the initial state of a feed; a feed that was open before keeps its readings. */
const opened = (was: FeedState | undefined, feed: FeedInfo): FeedState =>
  was === undefined ? { feed, faults: [], losses: 0, doing: idle } : { ...was, feed };

const withReadBegun = (was: FeedState, since: number): FeedState => {
  const { nextAt: _, ...rest } = was;
  return { ...rest, doing: { is: 'reading', since } };
};

const waiting = (was: FeedState, { until, backingOff }: Waiting): FeedState => ({
  ...was,
  nextAt: until,
  doing: backingOff ? { is: 'backing-off', until } : idle,
});

/** Removes NaN from a sample. An infinity is a value, and beyond every limit: so Prometheus judges it, too. */
const withoutNaN = (sample: Sample): Sample => {
  if (!Number.isNaN(sample.value)) return sample;
  const { value: _, ...rest } = sample;
  return { ...rest, why: 'the value is NaN, not a number' };
};

const knownOf = (feed: FeedInfo, reading: Reading<unknown>, { began, at, reader }: Learned): LastReading => {
  const by = defined({ reader, ageMs: reading.ageMs });
  const samples = reading.samples ?? [];
  // Casts `unknown` to the kind that the feed declares; the only place where this is done.
  if (feed.kind === 'samples')
    return {
      items: [],
      samples: [...(reading.items as readonly Sample[]), ...samples].map(withoutNaN),
      ...defined({ parts: reading.parts, partsHiddenBy: reading.partsHiddenBy }),
      began,
      at,
      ...by,
    };
  return {
    items: reading.items as readonly (AnyFact | Note)[],
    samples: samples.map(withoutNaN),
    ...defined({ alertRules: reading.alertRules, unavailable: reading.unavailable }),
    began,
    at,
    ...by,
  };
};

const wasStopped = (reading: Reading<unknown>): boolean =>
  isTotalLoss(reading) && reading.faults.every((fault) => fault.kind === 'cancelled');

/**
 * Returns the feed's state after a reading. A reading that has only faults leaves the last good one in place.
 * A reading that was canceled, or that began before the current one, changes no data.
 */
const withReading = (was: FeedState, change: Learned): FeedState => {
  const { reading, began } = change;
  if (wasStopped(reading) || (was.known !== undefined && began < was.known.began))
    return { ...was, doing: idle };
  const firstReadAt = was.firstReadAt ?? began;
  const faulty = reading.faults.length === 0 ? {} : { faultySince: was.faultySince ?? began };
  if (isTotalLoss(reading))
    return {
      ...was,
      ...faulty,
      faults: reading.faults,
      losses: was.losses + 1,
      firstReadAt,
      lostSince: was.lostSince ?? began,
      doing: idle,
    };
  const { lostSince: _, faultySince: __, ...rest } = was;
  const known = knownOf(was.feed, reading, change);
  return { ...rest, ...faulty, known, faults: reading.faults, losses: 0, firstReadAt, doing: idle };
};

/** Returns the state of a feed whose source turned out to be another system: its readings are discarded. */
const forgotten = (was: FeedState, fault: Fault): FeedState => {
  const { known: _, ...rest } = was;
  return {
    ...rest,
    faults: [fault],
    losses: was.losses + 1,
    firstReadAt: was.firstReadAt ?? fault.at,
    lostSince: was.lostSince ?? fault.at,
    doing: idle,
  };
};

interface Drafts extends SignalUpdates {
  frame: FactsFrame;
  readonly since: CopyOnWriteRecord<StateSince>;
  readonly latencies: CopyOnWriteRecord<ValueSeries>;
  /** Feeds whose readings changed in this tick. */
  readonly touched: Set<string>;
  /** Series that the history of a source filled in this tick. */
  readonly backfilled: Set<string>;
  /** Series that were read for a comparison in this tick. */
  readonly newlyCompared: Set<string>;
  /** True when feeds were closed or a source became unreachable. */
  lost: boolean;
}

type FeedChange = Exclude<FactsChange, { is: 'opened' | 'closed' | 'reached' | 'recalled' | 'compared' }>;

const feedAfter = (was: FeedState, change: FeedChange): FeedState => {
  switch (change.is) {
    case 'reading':
      return withReadBegun(was, change.at);
    case 'learned':
      return withReading(was, change);
    case 'waiting':
      return waiting(was, change);
    case 'forgotten':
      return forgotten(was, change.fault);
  }
};

const openFeeds = (infos: readonly FeedInfo[], drafts: Drafts): void => {
  const { feeds } = drafts;
  updateFeedSet(infos, drafts, () => {
    for (const feed of infos) feeds.set(feed.id, opened(feeds.get(feed.id), feed));
  });
};

const closeFeeds = (ids: readonly string[], drafts: Drafts): void => {
  const { feeds } = drafts;
  const removed = ids.flatMap((id) => feeds.get(id) ?? []);
  const infos = removed.map(({ feed }) => feed);
  updateFeedSet(infos, drafts, () => {
    for (const was of removed) {
      const { known: _, ...is } = was;
      noteSince(was, is, drafts);
      recordLatencies(was, is, drafts.latencies);
      feeds.delete(was.feed.id);
    }
  });
  drafts.lost ||= removed.length > 0;
};

/** Keeps the time of the first fault while a source stays unreachable, however often it was retried. */
const firstAt = (fault: Fault, before: Fault | undefined): Fault =>
  before?.kind === fault.kind ? { ...fault, at: Math.min(before.at, fault.at) } : fault;

const noteReached = (source: string, problem: Fault | undefined, drafts: Drafts): void => {
  const was = drafts.frame.sources[source];
  if (was === undefined) return;
  const { problem: before, ...rest } = was;
  const is: FrameSource =
    problem === undefined ? { ...rest, wasReached: true } : { ...rest, problem: firstAt(problem, before) };
  drafts.frame = { ...drafts.frame, sources: { ...drafts.frame.sources, [source]: is } };
  drafts.lost ||= problem !== undefined;
};

const foldFeed = (drafts: Drafts, change: FeedChange, now: number): void => {
  const { feeds } = drafts;
  const was = feeds.get(change.feed);
  if (was === undefined) return;
  const is = feedAfter(was, change);
  feeds.set(change.feed, is);
  if (change.is !== 'learned' && change.is !== 'forgotten') return;
  if (is.known !== was.known && isStale(was, is.known?.at ?? now)) drafts.gaps.add(change.feed);
  noteSince(was, is, drafts);
  recordLatencies(was, is, drafts.latencies);
  judgeFeed(was, is, drafts, now);
  if (is.known !== was.known || is.faults !== was.faults) drafts.touched.add(change.feed);
};

/** Adds the start of a level and of its timers that was not observed, now that earlier values are known. */
const noteRecalledStart = (key: string, drafts: Drafts): void => {
  const verdict = drafts.verdicts.get(key);
  const spec = drafts.frame.signals.find(({ id }) => id === key || key.startsWith(`${id}{`));
  if (verdict?.seenSince === undefined || spec === undefined) return;
  drafts.verdicts.set(key, withRecalledStart(key, verdict, spec.threshold, drafts));
};

const foldOne = (drafts: Drafts, change: FactsChange, now: number): void => {
  switch (change.is) {
    case 'opened':
      openFeeds(change.feeds, drafts);
      break;
    case 'closed':
      closeFeeds(change.feeds, drafts);
      break;
    case 'reached':
      noteReached(change.source, change.fault, drafts);
      break;
    case 'recalled':
      for (const [key, points] of change.points) {
        const series = ValueSeries.of(points);
        mergeHistory(key, series, drafts);
        if (series.hasSteps) drafts.backfilled.add(key);
        noteRecalledStart(key, drafts);
      }
      break;
    case 'compared':
      for (const [key, points] of change.points) {
        drafts.compared.set(key, ValueSeries.of(points));
        drafts.newlyCompared.add(key);
      }
      break;
    default:
      foldFeed(drafts, change, now);
  }
};

const stateOf = ({
  frame,
  feeds,
  verdicts,
  since,
  history,
  past,
  latencies,
  compared,
}: Drafts): FactsState => ({
  frame,
  feeds: feeds.result,
  verdicts: verdicts.result,
  since: since.result,
  history: history.result,
  past: past.result,
  latencies: latencies.result,
  compared: compared.result,
});

/** Returns the state after all changes of one tick, applied in order. Unchanged parts keep their identity. */
const fold = (state: FactsState, changes: readonly FactsChange[], now: number): FactsState => {
  const drafts: Drafts = {
    frame: state.frame,
    feeds: copyOnWrite(state.feeds),
    verdicts: copyOnWrite<Verdict>(state.verdicts),
    since: copyOnWrite(state.since),
    history: copyOnWrite(state.history),
    past: copyOnWrite(state.past),
    latencies: copyOnWrite(state.latencies),
    compared: copyOnWrite(state.compared),
    gaps: new Set(),
    touched: new Set(),
    backfilled: new Set(),
    newlyCompared: new Set(),
    lost: false,
  };
  for (const change of changes) foldOne(drafts, change, now);
  const isWorkedOut =
    (drafts.lost || drafts.touched.size > 0) &&
    state.frame.signals.some(({ derived }) => derived !== undefined);
  if (isWorkedOut) judgeDerivedSignals(drafts.lost ? 'all' : drafts.touched, stateOf(drafts), drafts, now);
  if (drafts.backfilled.size > 0)
    deriveHistory(
      drafts.backfilled,
      stateOf(drafts),
      { get: drafts.past.get, put: (key, points) => mergeHistory(key, points, drafts) },
      now,
    );
  if (drafts.newlyCompared.size > 0)
    deriveHistory(
      drafts.newlyCompared,
      stateOf(drafts),
      { get: drafts.compared.get, put: (key, points) => drafts.compared.set(key, ValueSeries.of(points)) },
      now,
    );
  return stateOf(drafts);
};

/** The facts of one environment, independent of React. */
export type FactsStore = StoreApi<FactsState> & {
  /** Applies all changes of one tick to the state, with one notification. */
  apply(changes: readonly FactsChange[], now: Millis): void;
};

/** Creates the store of an environment before its first reading. */
export const createFactsStore = (frame: FactsFrame): FactsStore => {
  const store = createStore<FactsState>()(() => ({
    frame,
    feeds: {},
    verdicts: {},
    since: {},
    history: {},
    past: {},
    latencies: {},
    compared: {},
  }));
  return {
    ...store,
    apply: (changes, now) => {
      if (changes.length > 0) store.setState((state) => fold(state, changes, now), true);
    },
  };
};
