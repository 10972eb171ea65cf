import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { FeedState } from '../../domain/facts/reading.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { ValueSeries } from '../../domain/facts/value-series.ts';
import type { Checklist, SignalSpec } from '../../domain/profile/profile.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import { kindsOf, signalIdsOf } from '../../expressions/rows/mentions.ts';
import { type Expression, parseExpression } from '../../expressions/rows/parse.ts';
import { nameLastingPods } from '../../expressions/witness/replaced-object.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import { dependentSignalKeys } from '../../store/derived-signals.ts';
import type { FactsState } from '../../store/facts.ts';
import { feedsAnswering, seriesOf } from '../../store/signal-series.ts';

/**
 * Waits until the clock has passed `moment`. The clock has whole ms: a reading that begins in the same ms cannot be
 * distinguished from an earlier one.
 */
export const untilAfter = async (moment: Millis, clock: Clock, signal: AbortSignal): Promise<void> => {
  while (clock.now() <= moment && !signal.aborted) await clock.sleep(1, signal);
};

const unread = (state: FeedState, now: Millis, message: string): FeedState => {
  const { known: _, ...rest } = state;
  const fault: Fault = { kind: 'missing', source: state.feed.source, message, at: now };
  return { ...rest, faults: state.faults.length > 0 ? state.faults : [fault] };
};

const notRead = 'the source has not reported this value since the action';
const storedText = 'the answer comes from a cache that was filled before the action';

/** The series keys of a feed's signals, with and without its last reading. */
const keysOf = ({ feed, known }: FeedState, feeds: FactsState['feeds']): readonly string[] =>
  (feed.signals ?? []).flatMap((signal) => {
    const alone = feedsAnswering(feeds, signal).length < 2;
    return [known, undefined].flatMap((seen) => seriesOf(feed, seen, signal, alone).map(({ key }) => key));
  });

/** True when the last reading is that of another process. */
const isTaken = ({ known }: FeedState): boolean => known?.reader !== undefined;

/**
 * The facts without readings of other processes: these are unknown, and their verdicts and history are removed. A run relies
 * on nothing else.
 */
export const ownState = (state: FactsState, now: Millis): FactsState => {
  const taken = Object.values(state.feeds).filter(isTaken);
  if (taken.length === 0) return state;
  const keys = new Set([
    ...taken.flatMap((feed) => keysOf(feed, state.feeds)),
    ...dependentSignalKeys(taken, state),
  ]);
  const kept = <T>(all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !keys.has(key)));
  const feeds = { ...state.feeds };
  for (const feed of taken)
    feeds[feed.feed.id] = unread(
      feed,
      now,
      'another opsdeck has read this value, but this one has not yet: wait for the next reading',
    );
  return { ...state, feeds, verdicts: kept(state.verdicts), history: kept(state.history) };
};

/**
 * The facts that verification may use: readings that began before the action completed, or that another process made, become
 * unknown, and their verdicts and history points are removed. `mayBeStored`: false: so do
 * answers that a cache had stored by then.
 */
export const freshState = (all: FactsState, actedAt: Millis, now: Millis, mayBeStored = true): FactsState => {
  const state = ownState(all, now);
  const isStored = ({ known }: FeedState): boolean =>
    !mayBeStored && known?.ageMs !== undefined && known.at - known.ageMs <= actedAt;
  const old = Object.values(state.feeds).filter(
    (feed) => feed.known !== undefined && (feed.known.began <= actedAt || isStored(feed)),
  );
  const restingOnOld = new Set(dependentSignalKeys(old, state));
  const oldKeys = new Set([...old.flatMap((feed) => keysOf(feed, state.feeds)), ...restingOnOld]);
  const feeds = { ...state.feeds };
  for (const feed of old) feeds[feed.feed.id] = unread(feed, now, isStored(feed) ? storedText : notRead);
  const verdicts = Object.entries(state.verdicts).filter(([key]) => !oldKeys.has(key));
  const history = Object.entries(state.history).map(([key, points]) => [
    key,
    restingOnOld.has(key) ? ValueSeries.empty : points.slice(points.indexAfter(actedAt)),
  ]);
  return {
    ...state,
    feeds,
    verdicts: Object.fromEntries(verdicts),
    history: Object.fromEntries(history),
  };
};

interface Needs {
  readonly kinds: Set<string>;
  readonly signals: Set<string>;
}

/** Adds a signal, its input signals, and the kind of facts that it aggregates. */
const addSignal = (id: string, specs: readonly SignalSpec[], needs: Needs): void => {
  if (needs.signals.has(id)) return;
  needs.signals.add(id);
  const read = specs.find((spec) => spec.id === id)?.read ?? {};
  const { of, fact } = read;
  if (typeof fact === 'string') needs.kinds.add(fact);
  if (typeof of !== 'object' || of === null) return;
  for (const inner of Object.values(of)) if (typeof inner === 'string') addSignal(inner, specs, needs);
};

/** A signal with those that it is calculated from, and the kinds of facts that they aggregate. */
export const signalNeeds = (
  id: string,
  specs: readonly SignalSpec[],
): Readonly<Record<'kinds' | 'signals', ReadonlySet<string>>> => {
  const needs: Needs = { kinds: new Set(), signals: new Set() };
  addSignal(id, specs, needs);
  return needs;
};

/** The feeds that a signal comes from, with those of what it is calculated from. */
export const signalFeeds = (
  id: string,
  feeds: readonly Feed[],
  specs: readonly SignalSpec[],
): readonly Feed[] => {
  const needs = signalNeeds(id, specs);
  return feeds.filter((feed) => feed.everyMs > 0 && isNeeded(feed, needs));
};

const isNeeded = ({ kind, signals = [] }: Feed, needs: ReturnType<typeof signalNeeds>): boolean =>
  needs.kinds.has(kind) || signals.some((id) => needs.signals.has(id));

/** The kinds and signals that an expression reads, with what its signals are calculated from. */
const needsOf = (expression: Expression, specs: readonly SignalSpec[]): Needs => {
  const needs: Needs = { kinds: new Set(kindsOf(expression)), signals: new Set() };
  for (const id of signalIdsOf(expression)) addSignal(id, specs, needs);
  return needs;
};

/**
 * The feeds that decide an expression: those of the kinds and signals it names. Feeds without an interval are read on
 * demand only. Their failures hide nothing, so they prove nothing either.
 */
export const checkFeeds = (
  expression: Expression,
  feeds: readonly Feed[],
  specs: readonly SignalSpec[],
): readonly Feed[] => {
  const needs = needsOf(expression, specs);
  return feeds.filter((feed) => feed.everyMs > 0 && isNeeded(feed, needs));
};

/**
 * The feeds that a verification reads besides, for its evidence: the rules of the alerts that an expression names decide whether one is
 * resolved, and the parts of a signal whether it has lost some.
 */
export const evidenceFeeds = (
  expression: Expression,
  feeds: readonly Feed[],
  specs: readonly SignalSpec[],
): readonly Feed[] => {
  const { kinds, signals } = needsOf(expression, specs);
  return feeds.filter(
    ({ readsAlertRules, partsOf }) =>
      (readsAlertRules === true && kinds.has('alerts')) || (partsOf !== undefined && signals.has(partsOf)),
  );
};

/** The feeds of the parts of these signals, and of those that they are calculated from. */
export const partsFeeds = (
  ids: Iterable<string>,
  feeds: readonly Feed[],
  specs: readonly SignalSpec[],
): readonly Feed[] => {
  const needs: Needs = { kinds: new Set(), signals: new Set() };
  for (const id of ids) addSignal(id, specs, needs);
  return feeds.filter(({ partsOf }) => partsOf !== undefined && needs.signals.has(partsOf));
};

/** The feeds of the kinds that an action ends or replaces, in the sources where it does. */
export const effectFeeds = (effects: readonly DeclaredEffect[], feeds: readonly Feed[]): readonly Feed[] =>
  feeds.filter(
    ({ kind, source, everyMs }) =>
      everyMs > 0 &&
      effects.some((effect) => effect.kind === kind && (effect.where.source ?? source) === source),
  );

/**
 * Returns whether an expression is about rows or series that name a pod of a StatefulSet: another pod gets its name, which only its own row
 * tells. `known`: all that was known before the action.
 */
export const isAboutLastingPods = (
  expression: Expression,
  specs: readonly SignalSpec[],
  { before, known = before }: Readonly<Record<'before' | 'known', Snapshot | undefined>>,
): boolean =>
  before !== undefined && known !== undefined && nameLastingPods(needsOf(expression, specs), before, known);

/** The feeds of pods, and of other workloads. */
export const workloadFeeds = (feeds: readonly Feed[]): readonly Feed[] =>
  feeds.filter(({ kind, everyMs }) => everyMs > 0 && kind === 'workloads');

/** The feeds that decide the conditions of checklists, by id. */
export const checklistFeeds = (
  lists: readonly Checklist[],
  feeds: readonly Feed[],
  specs: readonly SignalSpec[],
): readonly string[] => {
  const ids = lists.flatMap(({ items }) =>
    items.flatMap(({ that }) => {
      const parsed = that === undefined ? undefined : parseExpression(that);
      return parsed?.ok === true ? checkFeeds(parsed.expression, feeds, specs).map(({ id }) => id) : [];
    }),
  );
  return [...new Set(ids)];
};

const shortestMs: Millis = 250;

/**
 * Poll interval of a check on facts: the shortest of its feeds' intervals, a quarter of `for` and a tenth of `within`,
 * and at least 250 ms.
 */
export const checkEveryMs = (
  feeds: readonly Pick<Feed, 'everyMs'>[],
  { withinMs, forMs }: { readonly withinMs: Millis; readonly forMs: Millis },
): Millis => {
  // Without `for` there is no holding time to sample.
  const polled = feeds.flatMap(({ everyMs }) => (everyMs > 0 ? [everyMs] : []));
  const intervals = [...polled, ...(forMs > 0 ? [forMs / 4] : [])];
  return Math.max(shortestMs, Math.min(...intervals, withinMs / 10));
};
