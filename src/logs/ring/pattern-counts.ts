import type { Millis } from '../../domain/base/fault.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { ReadonlyFilteredView } from './filtered-view.ts';
import { joinHashes, linePatternHash } from './line-hash.ts';
import type { RowBlock } from './row-block.ts';
import type { VisibleBlock } from './visible-rows.ts';

/** The lines of one template and level. */
export interface LinePatternCount {
  /** Hash of template, level and kind of row. */
  readonly key: number;
  readonly count: number;
  /** Earliest and latest time; wall clock. */
  readonly first: Millis;
  readonly last: Millis;
  /** Id of its newest line. */
  readonly newest: number;
  /** `levelCode`. */
  readonly level: number;
}

/** Shown lines by template. */
export interface ReadonlyPatternCounts {
  /** Highest level first, then the most frequent first. */
  readonly patterns: readonly LinePatternCount[];
  /** Lines of rare templates beyond the limits, which no pattern counts. */
  readonly others: number;
  /** Continuations of the counted lines. */
  readonly continuations: number;
  /** Shown rows that are not counted yet. */
  readonly pending: number;
}

/** Limits of memory: templates per block, and of all lines. */
const mostInBlock = 128;
const mostPatterns = 2000;

interface Counting {
  key: number;
  count: number;
  first: Millis;
  last: Millis;
  newest: number;
  level: number;
}

interface BlockCounts {
  readonly stamp: number;
  readonly patterns: ReadonlyMap<number, Counting>;
  readonly others: number;
  readonly continuations: number;
}

const countRow = (into: Map<number, Counting>, block: RowBlock, index: number): boolean => {
  const level = block.level[index] ?? 0;
  const key = joinHashes(linePatternHash(block, index), level * 8 + (block.kind[index] ?? 0));
  const time = block.at[index] ?? 0;
  const known = into.get(key);
  if (known === undefined) {
    if (into.size >= mostInBlock) return false;
    into.set(key, { key, count: 1, first: time, last: time, newest: block.base + index, level });
    return true;
  }
  known.count++;
  known.first = Math.min(known.first, time);
  known.last = Math.max(known.last, time);
  known.newest = block.base + index;
  return true;
};

const countBlock = ({ block, visible, stamp }: VisibleBlock): BlockCounts => {
  const patterns = new Map<number, Counting>();
  let others = 0;
  let continuations = 0;
  for (let index = 0; index < block.count; index++) {
    if (visible[index] !== 1) continue;
    if (block.kind[index] === rowKind.continuation) continuations++;
    else if (!countRow(patterns, block, index)) others++;
  }
  return { stamp, patterns, others, continuations };
};

const merge = (into: Map<number, Counting>, { patterns }: BlockCounts): number => {
  let others = 0;
  for (const pattern of patterns.values()) {
    const known = into.get(pattern.key);
    if (known !== undefined) {
      known.count += pattern.count;
      known.first = Math.min(known.first, pattern.first);
      known.last = Math.max(known.last, pattern.last);
      known.newest = pattern.newest;
    } else if (into.size < mostPatterns) into.set(pattern.key, { ...pattern });
    else others += pattern.count;
  }
  return others;
};

/** Counts the shown rows of a view by template, block by block in time slices; blocks that did not change keep their counts. */
export class PatternCounts implements ReadonlyPatternCounts {
  patterns: readonly LinePatternCount[] = [];
  others = 0;
  continuations = 0;
  pending = 0;
  readonly #view: ReadonlyFilteredView;
  readonly #counted = new WeakMap<VisibleBlock, BlockCounts>();

  constructor(view: ReadonlyFilteredView) {
    this.#view = view;
  }

  /** Counts until nothing is pending or `isOver` returns true (checked between blocks). Returns true when nothing is pending. */
  count(isOver: () => boolean): boolean {
    const { blocks } = this.#view;
    let isCut = false;
    for (const shown of blocks.toReversed()) {
      if (this.#counted.get(shown)?.stamp === shown.stamp) continue;
      if (isOver()) {
        isCut = true;
        break;
      }
      this.#counted.set(shown, countBlock(shown));
    }
    this.#sum(blocks);
    return !isCut;
  }

  #sum(blocks: readonly VisibleBlock[]): void {
    const all = new Map<number, Counting>();
    this.others = 0;
    this.continuations = 0;
    this.pending = 0;
    for (const shown of blocks) {
      const counts = this.#counted.get(shown);
      if (counts?.stamp !== shown.stamp) this.pending += shown.visibleCount;
      else {
        this.others += counts.others + merge(all, counts);
        this.continuations += counts.continuations;
      }
    }
    this.patterns = [...all.values()].toSorted(
      (a, b) => b.level - a.level || b.count - a.count || a.key - b.key,
    );
  }
}
