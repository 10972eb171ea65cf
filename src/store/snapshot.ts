import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { AlertRulesView } from '../domain/facts/alert-rules.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import { type Level, worseLevel, worstLevel } from '../domain/facts/level.ts';
import { type FeedState, isStale } from '../domain/facts/reading.ts';
import type { KindView, SignalRow, Snapshot } from '../domain/facts/snapshot.ts';
import { derivedFromKinds, factKinds, kindOf, perKind } from '../kinds/registry/registry.ts';
import { reuseList, sameFields, sameNestedFields } from './copy-on-write.ts';
import type { FactsState } from './facts.ts';
import { feedIndex } from './feed-index.ts';
import { allFaults, kindViewOf } from './kind-views.ts';
import { signalRows } from './row-reader.ts';

/** The kinds whose rows count toward the total level. */
const counted = derivedFromKinds((): readonly FactKind[] =>
  factKinds().filter((kind) => kindOf(kind).inTotal !== false),
);

const isScheduled = ({ feed }: FeedState): boolean => feed.everyMs > 0;
const gaveNothing = (feedState: FeedState, now: Millis): boolean =>
  feedState.known === undefined || isStale(feedState, now);

/**
 * True for a feed of a counted kind without data. A resource that does not exist (`missing`) counts as data,
 * unless its source returns nothing else.
 */
const isUnanswered = (feedState: FeedState, now: Millis): boolean =>
  counted().some((kind) => kind === feedState.feed.kind) &&
  gaveNothing(feedState, now) &&
  !(feedState.faults.length > 0 && feedState.faults.every((fault) => fault.kind === 'missing'));

const isSilentSource = (id: string, state: FactsState, now: Millis): boolean => {
  const source = state.frame.sources[id];
  if (source?.problem !== undefined) return true;
  const scheduled = feedIndex(state).ofSource(id).filter(isScheduled);
  if (scheduled.length === 0) return (source?.kinds?.length ?? 0) > 0;
  return scheduled.every((feedState) => gaveNothing(feedState, now));
};

/** Cached by environment, because a kind may have rows of other environments. */
const worstMade = new WeakMap<KindView, Map<string, Level>>();

/**
 * Returns the worst level of this environment's rows. Cached per view, because many snapshots share a view.
 */
const worstOf = (kind: FactKind, view: KindView, env: string): Level => {
  const made = worstMade.get(view) ?? new Map<string, Level>();
  worstMade.set(view, made);
  const had = made.get(env);
  if (had !== undefined) return had;
  const { isOf } = kindOf(kind);
  let level: Level = 'ok';
  // Most of thousands of rows are OK, and change nothing.
  for (const row of view.rows)
    if (row.level !== 'ok' && isOf?.(row.fact, env) !== false) level = worseLevel(level, row.level);
  made.set(env, level);
  return level;
};

/**
 * Returns the worst level of the signals and of this environment's rows of all counted kinds. A source
 * without data counts as unknown, and so does a profile without sources.
 */
const totalLevel = (
  state: FactsState,
  { kinds, signals }: Pick<Snapshot, 'kinds' | 'signals'>,
  now: Millis,
): Level => {
  const sources = Object.keys(state.frame.sources);
  const isBlind =
    sources.length === 0 ||
    sources.some((id) => isSilentSource(id, state, now)) ||
    feedIndex(state).all.some((feedState) => isScheduled(feedState) && isUnanswered(feedState, now));
  const rows = counted().map((kind) => worstOf(kind, kinds[kind], state.frame.env));
  return worstLevel([isBlind ? 'unknown' : 'ok', ...signals.map((row) => row.level), ...rows]);
};

/** The last result, with its state and time. */
interface Taken {
  readonly state: FactsState;
  readonly lookedAt: Millis;
  readonly snapshot: Snapshot;
}

/**
 * The last two per frame, newest first: an unchanged snapshot is the same object, and so are its rows. Two, because keys are
 * still handled with the visible one while the next is prepared.
 */
const latest = new WeakMap<FactsState['frame'], readonly Taken[]>();

/** Reuses the previous row objects where the content is unchanged. */
const keepRows = (
  before: readonly SignalRow[] | undefined,
  now: readonly SignalRow[],
): readonly SignalRow[] => {
  if (before === undefined) return now;
  const had = new Map(before.map((row) => [row.key, row]));
  const rows = now.map((row) => {
    const was = had.get(row.key);
    return was !== undefined && sameNestedFields(was, row) ? was : row;
  });
  return reuseList(before, rows);
};

/** The alerting rules of each source, as last read: stale ones count as not read. */
const alertRuleViews = (state: FactsState, now: Millis): readonly AlertRulesView[] =>
  feedIndex(state)
    .all.filter(({ feed }) => feed.readsAlertRules === true)
    .map((feedState) => {
      const read = isStale(feedState, now) ? undefined : feedState.known?.alertRules;
      return {
        source: feedState.feed.source,
        ...defined({ read }),
        faults: feedState.faults,
      };
    });

/** Reuses the previous views where the content is unchanged. */
const keepViews = (
  before: readonly AlertRulesView[] | undefined,
  now: readonly AlertRulesView[],
): readonly AlertRulesView[] =>
  reuseList(
    before,
    now.map((view) => before?.find((was) => sameFields(was, view)) ?? view),
  );

const take = (state: FactsState, now: Millis, before: Snapshot | undefined): Snapshot => {
  // Each view is stored under its kind, so it has that kind.
  const fresh = perKind((kind) => kindViewOf(kind, state, now)) as unknown as Snapshot['kinds'];
  const kinds = before !== undefined && sameFields(before.kinds, fresh) ? before.kinds : fresh;
  const signals = keepRows(before?.signals, signalRows(state, now));
  const faults = reuseList(before?.faults, allFaults(state));
  const alertRules = keepViews(before?.alertRules, alertRuleViews(state, now));
  const { system, env } = state.frame;
  const level = totalLevel(state, { kinds, signals }, now);
  const rules = alertRules.length === 0 ? {} : { alertRules };
  const snapshot: Snapshot = { at: before?.at ?? now, system, env, kinds, signals, ...rules, faults, level };
  return before !== undefined && sameFields(before, snapshot) ? before : { ...snapshot, at: now };
};

/** Time in ms for which a result is reused for the same state: a smaller change of an age is not visible. */
const sameMomentMs: Millis = 100;

/**
 * Returns the snapshot of one environment. Returns the same object while the content is unchanged; `at` is
 * the time since when that has been so.
 */
export const buildSnapshot = (state: FactsState, now: Millis): Snapshot => {
  const taken = latest.get(state.frame) ?? [];
  const same = taken.find(
    (other) => other.state === state && now >= other.lookedAt && now - other.lookedAt < sameMomentMs,
  );
  if (same !== undefined) return same.snapshot;
  const snapshot = take(state, now, taken[0]?.snapshot);
  latest.set(state.frame, [{ state, lookedAt: now, snapshot }, ...taken.slice(0, 1)]);
  return snapshot;
};
