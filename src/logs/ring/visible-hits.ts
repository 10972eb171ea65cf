import type { ReadonlyFilteredView } from './filtered-view.ts';
import type { VisibleBlock } from './visible-rows.ts';

interface Counted {
  readonly stamps: readonly [number, number];
  readonly count: number;
}

const known = new WeakMap<VisibleBlock, Counted>();

const countUpTo = (one: VisibleBlock, other: VisibleBlock, to: number): number => {
  let count = 0;
  for (let index = 0; index < to; index++) count += (one.visible[index] ?? 0) & (other.visible[index] ?? 0);
  return count;
};

/** Where one of them shows every row or none there is nothing to count. */
const countBoth = (shown: VisibleBlock, hits: VisibleBlock): number => {
  const { count } = shown.block;
  if (shown.visibleCount === 0 || hits.visibleCount === 0) return 0;
  if (shown.visibleCount === count) return hits.visibleCount;
  return hits.visibleCount === count ? shown.visibleCount : countUpTo(shown, hits, count);
};

const countOf = (shown: VisibleBlock, hits: VisibleBlock): number => {
  const was = known.get(hits);
  if (was?.stamps[0] === shown.stamp && was.stamps[1] === hits.stamp) return was.count;
  const count = countBoth(shown, hits);
  known.set(hits, { stamps: [shown.stamp, hits.stamp], count });
  return count;
};

/** Hits among what a lens shows; both lenses look at the same ring. */
export const countVisibleHits = (lens: ReadonlyFilteredView, hits: ReadonlyFilteredView): number => {
  const found = hits.blocks;
  return lens.blocks.reduce((sum, shown, place) => {
    const of = found[place];
    return of === undefined ? sum : sum + countOf(shown, of);
  }, 0);
};

/** How many hits that are shown stand in front of a row. */
export const visibleHitRank = (
  lens: ReadonlyFilteredView,
  hits: ReadonlyFilteredView,
  id: number,
): number => {
  const found = hits.blocks;
  let sum = 0;
  for (const [place, shown] of lens.blocks.entries()) {
    const of = found[place];
    if (of === undefined || shown.block.base >= id) break;
    const { base, count } = shown.block;
    sum += base + count <= id ? countOf(shown, of) : countUpTo(shown, of, id - base);
  }
  return sum;
};

/** The next hit behind a row that is shown. */
export const nextVisibleHit = (
  lens: ReadonlyFilteredView,
  hits: ReadonlyFilteredView,
  id: number,
): number | undefined =>
  meet(
    id,
    (at) => lens.after(at - 1),
    (at) => hits.after(at - 1),
    1,
  );

/** The next hit in front of a row that is shown. */
export const previousVisibleHit = (
  lens: ReadonlyFilteredView,
  hits: ReadonlyFilteredView,
  id: number,
): number | undefined =>
  meet(
    id,
    (at) => lens.before(at + 1),
    (at) => hits.before(at + 1),
    -1,
  );

/** Each in turn steps to where the other is, until both are at one row: what one of them hides costs the other nothing. */
const meet = (
  id: number,
  one: (at: number) => number | undefined,
  other: (at: number) => number | undefined,
  step: 1 | -1,
): number | undefined => {
  for (let at: number | undefined = id + step; at !== undefined; ) {
    const hit = other(at);
    at = hit === undefined ? undefined : one(hit);
    if (at !== undefined && at === hit) return at;
  }
  return undefined;
};
