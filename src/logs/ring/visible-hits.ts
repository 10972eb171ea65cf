import type { ReadonlyFilteredView } from './filtered-view.ts';
import type { VisibleBlock } from './visible-rows.ts';

interface Counted {
  readonly stamps: readonly [number, number];
  readonly count: number;
}

const known = new WeakMap<VisibleBlock, Counted>();

const countUpTo = (visibleBlock: VisibleBlock, other: VisibleBlock, to: number): number => {
  let count = 0;
  for (let index = 0; index < to; index++)
    count += (visibleBlock.visible[index] ?? 0) & (other.visible[index] ?? 0);
  return count;
};

/** Skips counting if one of them shows all rows or none. */
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

/** Returns the number of search matches among the shown rows; both views must use the same ring. */
export const countVisibleHits = (view: ReadonlyFilteredView, hits: ReadonlyFilteredView): number => {
  const hitBlocks = hits.blocks;
  return view.blocks.reduce((sum, shown, place) => {
    const of = hitBlocks[place];
    return of === undefined ? sum : sum + countOf(shown, of);
  }, 0);
};

/** Returns the number of shown matches before a row. */
export const visibleHitRank = (
  view: ReadonlyFilteredView,
  hits: ReadonlyFilteredView,
  id: number,
): number => {
  const hitBlocks = hits.blocks;
  let sum = 0;
  for (const [place, shown] of view.blocks.entries()) {
    const of = hitBlocks[place];
    if (of === undefined || shown.block.base >= id) break;
    const { base, count } = shown.block;
    sum += base + count <= id ? countOf(shown, of) : countUpTo(shown, of, id - base);
  }
  return sum;
};

/** Returns the next shown match after a row. */
export const nextVisibleHit = (
  view: ReadonlyFilteredView,
  hits: ReadonlyFilteredView,
  id: number,
): number | undefined =>
  meet(
    id,
    (position) => view.after(position - 1),
    (position) => hits.after(position - 1),
    1,
  );

/** Returns the last shown match before a row. */
export const previousVisibleHit = (
  view: ReadonlyFilteredView,
  hits: ReadonlyFilteredView,
  id: number,
): number | undefined =>
  meet(
    id,
    (position) => view.before(position + 1),
    (position) => hits.before(position + 1),
    -1,
  );

/** Advances both views alternately until they meet at the same row, which skips hidden rows cheaply. */
const meet = (
  id: number,
  one: (position: number) => number | undefined,
  other: (position: number) => number | undefined,
  step: 1 | -1,
): number | undefined => {
  for (let index: number | undefined = id + step; index !== undefined; ) {
    const hit = other(index);
    index = hit === undefined ? undefined : one(hit);
    if (index !== undefined && index === hit) return index;
  }
  return undefined;
};
