import type { AnyFact, FactKind } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import type { Limits } from '../domain/level.ts';
import { type FeedState, isStale, type Known } from '../domain/reading.ts';
import type { KindView, Row } from '../domain/snapshot.ts';
import { levelOf } from '../kinds/registry.ts';
import type { FactsState } from './facts.ts';
import { keyedFacts } from './keyed-facts.ts';
import { blindTo, isAsked } from './known-faults.ts';
import { keepList, sameFields, sameList } from './same.ts';

interface RowMade<K extends FactKind = FactKind> {
  readonly row: Row<K>;
  readonly limits: Limits;
}
/** A fact that is the same object in the next reading keeps its row there, and whoever made something of that row keeps it, too. */
const rowMade = new WeakMap<AnyFact, RowMade>();

const isStill = (
  { row, limits }: RowMade,
  key: string,
  stale: boolean,
  since: Millis | undefined,
  feed: string,
  nowLimits: Limits,
): boolean =>
  row.stale === stale && row.since === since && row.key === key && row.feed === feed && limits === nowLimits;

interface Made {
  readonly stale: boolean;
  readonly since: FactsState['since'];
  readonly limits: Limits;
  readonly rows: readonly Row[];
}
/** Rows of a reading stay the same objects until something that they show changes. */
const cache = new WeakMap<Known, Made>();

const rowsOf = <K extends FactKind>(
  kind: K,
  one: FeedState,
  state: FactsState,
  now: Millis,
): readonly Row<K>[] => {
  const { known, feed } = one;
  if (known === undefined) return [];
  const stale = isStale(one, now);
  const { since, frame } = state;
  const had = cache.get(known);
  // The cache is keyed by a reading, and a reading is of one kind only.
  if (had?.stale === stale && had.since === since && had.limits === frame.limits)
    return had.rows as readonly Row<K>[];
  const rows = keyedFacts(kind, known).map(({ key, fact }): Row<K> => {
    const stood = since[key]?.since;
    // A fact is of one kind for as long as it lives, too.
    const before = rowMade.get(fact) as RowMade<K> | undefined;
    if (before !== undefined && isStill(before as RowMade, key, stale, stood, feed.id, frame.limits))
      return before.row;
    const level = stale ? 'unknown' : levelOf(kind, fact, frame.limits);
    const row = { key, fact, level, stale, feed: feed.id, ...(stood !== undefined && { since: stood }) };
    rowMade.set(fact, { row: row as Row, limits: frame.limits });
    return row;
  });
  cache.set(known, { stale, since, limits: frame.limits, rows: rows as readonly Row[] });
  return rows;
};

/** Sources that would give the kind and have not opened any feed yet. */
const unopened = (kind: FactKind, { frame, feeds }: FactsState): number => {
  const open = new Set(Object.values(feeds).map((one) => one.feed.source));
  return Object.entries(frame.sources).filter(
    ([id, source]) => source.problem === undefined && source.kinds?.includes(kind) === true && !open.has(id),
  ).length;
};

interface ViewMade {
  readonly parts: readonly (readonly Row[])[];
  readonly view: KindView;
}
/** The last view of each kind, by the environment's fixed part: most moments bring nothing new to most kinds. */
const views = new WeakMap<FactsState['frame'], Map<FactKind, ViewMade>>();

/** All that is known of one kind now, in the order of the feeds, and what cannot be seen of it. The same object as long as it says the same. */
export const kindView = <K extends FactKind>(kind: K, state: FactsState, now: Millis): KindView<K> => {
  const feeds = Object.values(state.feeds).filter((one) => one.feed.kind === kind && isAsked(one));
  const silent = feeds.filter((one) => one.known === undefined && one.faults.length === 0).length;
  const closed = unopened(kind, state);
  const parts = feeds.map((one) => rowsOf(kind, one, state, now));
  const made = views.get(state.frame) ?? new Map<FactKind, ViewMade>();
  views.set(state.frame, made);
  // Kept under its kind, so of that kind.
  const before = made.get(kind) as { readonly parts: typeof parts; readonly view: KindView<K> } | undefined;
  const [alone = []] = parts;
  const view: KindView<K> = {
    rows:
      before !== undefined && sameList(before.parts, parts)
        ? before.view.rows
        : parts.length === 1
          ? alone
          : parts.flat(),
    blind: keepList(before?.view.blind, blindTo(kind, state)),
    asked: feeds.length + closed > 0,
    waiting: silent + closed,
  };
  if (before !== undefined && sameFields(before.view, view)) return before.view;
  made.set(kind, { parts, view } as unknown as ViewMade);
  return view;
};
