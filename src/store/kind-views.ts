import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { Limits } from '../domain/facts/level.ts';
import type { ExpectedHealth, FeedState } from '../domain/facts/reading.ts';
import { isStale, type LastReading } from '../domain/facts/reading.ts';
import type { KindView, Row } from '../domain/facts/snapshot.ts';
import type { PossibleStart } from '../domain/facts/state-start.ts';
import type { Health } from '../kinds/health/fact.ts';
import { factKey, kindOf, levelOf } from '../kinds/registry/registry.ts';
import { reuseList, sameFields, sameList } from './copy-on-write.ts';
import type { FactsState, FrameSource } from './facts.ts';
import { feedIndex } from './feed-index.ts';
import { type JudgedRow, type KeyedFact, keyedFacts } from './keyed-facts.ts';

/** Removes duplicates: the same message from several feeds of a source is one fault. */
const distinct = (faults: Iterable<Fault>): readonly Fault[] => {
  const seen = new Map<string, Fault>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.source, fault.kind, fault.message]);
    if (!seen.has(key)) seen.set(key, fault);
  }
  return [...seen.values()];
};

/** True for a feed that is polled or was read at least once. One that was never requested hides nothing. */
export const isPolled = ({ feed, known }: FeedState): boolean => feed.everyMs > 0 || known !== undefined;

const givers = (kind: FactKind, state: FactsState): readonly string[] =>
  feedIndex(state)
    .ofKind(kind)
    .map((feedState) => feedState.feed.source);

/**
 * True when a source provides the kind or might. A source whose kinds are unknown is assumed to provide the
 * kinds of other sources of its type, or any kind that no source provides.
 */
const mayGive = (source: FrameSource, kind: FactKind, state: FactsState): boolean => {
  if (source.kinds !== undefined) return source.kinds.includes(kind);
  const giving = givers(kind, state);
  return giving.length === 0 || giving.some((id) => state.frame.sources[id]?.type === source.type);
};

/**
 * Returns the faults of a feed that hide data. A probe that is down reports it in a row and hides nothing; only
 * a denied probe could not check.
 */
const hiding = ({ feed, known, faults }: FeedState): readonly Fault[] =>
  feed.probe === true && known !== undefined && known.items.length > 0
    ? faults.filter((fault) => fault.kind === 'denied')
    : faults;

/** The fault under the source that it hides data of: a filter by source relies on it. */
const faultOf = (fault: Fault, source: string): Fault =>
  fault.source === source ? fault : { ...fault, source };

/** Returns the faults of the kind's feeds, and of unopened sources that would or might provide the kind. */
const hidingFaults = (kind: FactKind, state: FactsState): readonly Fault[] =>
  distinct([
    ...Object.entries(state.frame.sources).flatMap(([id, source]) =>
      source.problem !== undefined && mayGive(source, kind, state) ? [faultOf(source.problem, id)] : [],
    ),
    ...feedIndex(state)
      .ofKind(kind)
      .flatMap((feedState) =>
        isPolled(feedState) ? hiding(feedState).map((fault) => faultOf(fault, feedState.feed.source)) : [],
      ),
  ]);

/** Returns every fault of every source, without duplicates. */
export const allFaults = ({ frame, feeds }: FactsState): readonly Fault[] =>
  distinct(
    [
      ...Object.values(frame.sources).map((source) => source.problem),
      ...frame.signals.map((signal) => signal.problem),
      ...Object.values(feeds).flatMap((feed) => feed.faults),
    ].filter((fault) => fault !== undefined),
  );

const isSameStart = (was: PossibleStart, is: PossibleStart = {}): boolean =>
  was.since === is.since && was.seenSince === is.seenSince;

const isStill = (
  { row, limits }: Pick<JudgedRow, 'limits'> & { readonly row: Omit<Row, 'fact'> },
  key: string,
  stale: boolean,
  start: PossibleStart | undefined,
  feed: string,
  nowLimits: Limits,
): boolean =>
  row.stale === stale &&
  isSameStart(row, start) &&
  row.key === key &&
  row.feed === feed &&
  limits === nowLimits;

interface Made {
  readonly stale: boolean;
  readonly since: FactsState['since'];
  readonly limits: Limits;
  readonly rows: readonly Row[];
}
/** Caches the rows of a reading: they stay the same objects until something they display changes. */
const cache = new WeakMap<LastReading, Made>();

interface LastRows extends Made {
  readonly keyed: readonly KeyedFact<FactKind>[];
}
/** The rows last made of each feed, by frame: the next reading of a large feed differs in a few of them. */
const lastRows = new WeakMap<FactsState['frame'], Map<string, LastRows>>();

/** A row while it is made. A reading may have thousands, and each spread would make an object more. */
type WritableRow<K extends FactKind> = { -readonly [P in keyof Row<K>]: Row<K>[P] };

const rowsOf = <K extends FactKind>(
  kind: K,
  feedState: FeedState,
  state: FactsState,
  now: Millis,
): readonly Row<K>[] => {
  const { known, feed } = feedState;
  if (known === undefined) return [];
  const stale = isStale(feedState, now);
  const { since, frame } = state;
  const had = cache.get(known);
  // The cache is keyed by a reading, and a reading has only one kind.
  if (had?.stale === stale && had.since === since && had.limits === frame.limits)
    return had.rows as readonly Row<K>[];
  const byFeed = lastRows.get(frame) ?? new Map<string, LastRows>();
  lastRows.set(frame, byFeed);
  const last = byFeed.get(feed.id);
  const comparable = last?.stale === stale && last.limits === frame.limits ? last : undefined;
  const facts = keyedFacts(kind, known);
  const definition = kindOf(kind);
  const rows = facts.map((keyedFact, index): Row<K> => {
    const { key, fact } = keyedFact;
    const was = comparable?.keyed[index] === keyedFact ? comparable.rows[index] : undefined;
    if (was !== undefined && comparable?.since === since) return was as Row<K>;
    const start = since[key];
    if (was !== undefined && isSameStart(was, start)) return was as Row<K>;
    const before = keyedFact.judged;
    if (before !== undefined && isStill(before, key, stale, start, feed.id, frame.limits)) return before.row;
    const level = stale ? 'unknown' : levelOf(kind, fact, frame.limits);
    // The source knows the beginning of a state, not that of an outage of the source.
    const beganAt = (stale ? undefined : definition.beganAt?.(fact)) ?? start?.beganAt;
    const row: WritableRow<K> = { key, fact, level, stale, feed: feed.id };
    if (start?.since !== undefined) row.since = start.since;
    if (start?.seenSince !== undefined) row.seenSince = start.seenSince;
    if (beganAt !== undefined) row.beganAt = beganAt;
    keyedFact.judged = { row, limits: frame.limits };
    return row;
  });
  const made = { stale, since, limits: frame.limits, rows: rows as readonly Row[] };
  cache.set(known, made);
  byFeed.set(feed.id, { ...made, keyed: facts as readonly KeyedFact<FactKind>[] });
  return rows;
};

/** Counts the sources that would provide the kind and have not opened a feed yet. */
const unopened = (kind: FactKind, state: FactsState): number => {
  const { ofSource } = feedIndex(state);
  return Object.entries(state.frame.sources).filter(
    ([id, source]) =>
      source.problem === undefined && source.kinds?.includes(kind) === true && ofSource(id).length === 0,
  ).length;
};

interface CachedKindView {
  readonly parts: readonly (readonly Row[])[];
  readonly view: KindView;
}
/** Caches the last view of each kind by frame, because most ticks change few kinds. */
const views = new WeakMap<FactsState['frame'], Map<FactKind, CachedKindView>>();

/**
 * Returns the rows of one kind in feed order, and its faults. Returns the same object while the content is
 * unchanged.
 */
const kindView = <K extends FactKind>(kind: K, state: FactsState, now: Millis): KindView<K> => {
  const feeds = feedIndex(state).ofKind(kind).filter(isPolled);
  const silent = feeds.filter((feed) => feed.known === undefined && feed.faults.length === 0).length;
  const closed = unopened(kind, state);
  const parts = feeds.map((feed) => rowsOf(kind, feed, state, now));
  const made = views.get(state.frame) ?? new Map<FactKind, CachedKindView>();
  views.set(state.frame, made);
  // The map is keyed by kind, so the view has this kind.
  const before = made.get(kind) as { readonly parts: typeof parts; readonly view: KindView<K> } | undefined;
  const [alone = []] = parts;
  const view: KindView<K> = {
    rows:
      before !== undefined && sameList(before.parts, parts)
        ? before.view.rows
        : parts.length === 1
          ? alone
          : parts.flat(),
    faults: reuseList(before?.view.faults, hidingFaults(kind, state)),
    isProvided: feeds.length + closed > 0,
    waiting: silent + closed,
  };
  if (before !== undefined && sameFields(before.view, view)) return before.view;
  made.set(kind, { parts, view } as unknown as CachedKindView);
  return view;
};

const expectedOf = ({ feed, known }: FeedState): readonly ExpectedHealth[] => {
  if (feed.expects !== undefined) return feed.expects;
  if (known !== undefined) return [];
  return [{ service: feed.name === 'health' ? feed.source : feed.name, instance: feed.instance ?? '' }];
};

const unseen = (
  env: string,
  source: string,
  feed: string,
  { service, instance }: ExpectedHealth,
  { fault, isAwaited, now }: { fault: Fault | undefined; isAwaited: boolean; now: Millis },
): Row<'health'> => {
  const fact: Health = {
    source,
    env,
    service,
    instance,
    status: 'unknown',
    detail: fault?.message ?? 'not read yet',
    components: [],
    at: fault?.at ?? now,
  };
  return {
    ...{ key: factKey('health', fact), fact, level: 'unknown', stale: false, feed, isUnread: true },
    ...(isAwaited ? { isAwaited } : {}),
  };
};

interface CachedHealthView {
  readonly seen: KindView<'health'>;
  readonly view: KindView<'health'>;
}
/** Caches the last view by frame. */
const latest = new WeakMap<FactsState['frame'], CachedHealthView>();

/**
 * Keeps the row of an unread check while the reason is unchanged, because an unknown state has no newer
 * reading.
 */
const keepUnseen = (
  before: CachedHealthView | undefined,
  rows: readonly Row<'health'>[],
): readonly Row<'health'>[] => {
  const had = new Map(before?.view.rows.map((row) => [row.key, row]));
  return rows.map((row) => {
    const was = had.get(row.key);
    const isSame =
      was?.feed === row.feed &&
      was.level === row.level &&
      was.fact.detail === row.fact.detail &&
      was.isAwaited === row.isAwaited;
    return isSame ? was : row;
  });
};

/**
 * Returns the health view, plus a row of unknown status with a reason for every check that could not be read.
 */
const healthView = (state: FactsState, now: Millis): KindView<'health'> => {
  const view = kindView('health', state, now);
  const { env, sources } = state.frame;
  const seen = new Set(
    view.rows.map(({ fact }) => JSON.stringify([fact.source, fact.service, fact.instance])),
  );
  const missing = (source: string, expected: readonly ExpectedHealth[]) =>
    expected.filter(({ service, instance }) => !seen.has(JSON.stringify([source, service, instance])));
  const probes = feedIndex(state)
    .ofKind('health')
    .filter(({ feed }) => feed.probe === true);
  const ofProbes = probes.flatMap((probe) =>
    missing(probe.feed.source, expectedOf(probe)).map((e) =>
      unseen(env, probe.feed.source, probe.feed.id, e, {
        fault: probe.faults[0],
        isAwaited: probe.known === undefined && probe.faults.length === 0,
        now,
      }),
    ),
  );
  const ofSources = Object.entries(sources).flatMap(([id, source]) => {
    if (source.problem === undefined) return [];
    const whole = source.kinds?.includes('health') === true ? [{ service: id, instance: '' }] : [];
    return missing(id, source.expects ?? whole).map((e) =>
      unseen(env, id, '', e, { fault: source.problem, isAwaited: false, now }),
    );
  });
  const before = latest.get(state.frame);
  const rows = [...view.rows, ...keepUnseen(before, [...ofProbes, ...ofSources])];
  if (before?.seen === view && sameList(before.view.rows, rows)) return before.view;
  const whole = { ...view, rows };
  latest.set(state.frame, { seen: view, view: whole });
  return whole;
};

interface ViewsAt {
  readonly now: Millis;
  readonly views: Map<FactKind, KindView>;
}
/** The views of a state at the time at which it was read last: each derived signal that counts a kind reads its view. */
const viewsAt = new WeakMap<FactsState, ViewsAt>();

/** Returns the rows of a kind and the faults that hide part of it. */
export const kindViewOf = (kind: FactKind, state: FactsState, now: Millis): KindView => {
  const last = viewsAt.get(state);
  const { views } = last?.now === now ? last : { views: new Map<FactKind, KindView>() };
  if (last?.now !== now) viewsAt.set(state, { now, views });
  const had = views.get(kind);
  if (had !== undefined) return had;
  // The health view is the view of its kind.
  const view = (kind === 'health' ? healthView(state, now) : kindView(kind, state, now)) as KindView;
  views.set(kind, view);
  return view;
};
