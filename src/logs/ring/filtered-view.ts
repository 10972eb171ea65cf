import { type ContextLineCount, chipKey, type FilterChip, noContextLines } from '../format/filter-chip.ts';
import { rowFlag } from './block-verdicts.ts';
import { ContextMarker } from './context-marker.ts';
import { FilterMatcher, type TimeGuard } from './filter-matcher.ts';
import type { ReadonlyLogRing } from './log-ring.ts';
import { groupHeadOf, groupMembers } from './log-ring.ts';
import {
  nextVisible,
  previousVisible,
  type VisibleBlock,
  VisibleRows,
  visibleIdAt,
  visibleRank,
} from './visible-rows.ts';

/** The rows of a ring that pass the filters, as far as they have been judged. */
export interface ReadonlyFilteredView {
  readonly chips: readonly FilterChip[];
  readonly context: ContextLineCount;
  /** Changes whenever the shown rows change. */
  readonly version: number;
  /** Number of judged rows that are shown: those that pass, and their context. */
  readonly shown: number;
  /** Number of rows not judged yet. */
  readonly pending: number;
  /** Patterns that were disabled because they were too slow on some lines; they hide nothing. */
  readonly tooSlow: readonly string[];
  /** Number of lines that are shown because a pattern was too slow on them. */
  readonly slowLines: number;
  /** Oldest first. */
  readonly blocks: readonly VisibleBlock[];
  /**
   * Returns the number of rows that a chip hides, by its index in `chips`. Rows that no include matches count
   * for the last include.
   */
  hides(index: number): number;
  /** True when the row is shown. */
  passes(id: number): boolean;
  /** True when the row is shown only as context. */
  isContext(id: number): boolean;
  /** Returns the next (previous) shown row; undefined at the end. */
  after(id: number): number | undefined;
  before(id: number): number | undefined;
  /** Returns the number of shown rows before a row. */
  rank(id: number): number;
  /** Returns the shown row with this rank. */
  at(rank: number): number | undefined;
  /** Returns the line that a row continues; for any other row, the row itself. */
  headOf(id: number): number;
  /** Returns the continuations of a line, shown or hidden. */
  groupOf(head: number): readonly number[];
}

interface FilteredViewOptions {
  /** Judges every line separately, like grep; groups are ignored. */
  readonly physical?: boolean;
  /** Search mode: like `physical`, and rows that are not lines are hidden. */
  readonly seeks?: boolean;
  /** Aborts work that takes too long; absent: no time limit. */
  readonly guarded?: TimeGuard;
}

/** Blocks judged between two checks of the clock when a time limit applies. */
const batchBlocks = 32;
const unguarded: TimeGuard = (work) => {
  work();
  return 'done';
};

/** Filters the rows of a ring by chips, block by block, newest first, in time slices. */
export class FilteredView implements ReadonlyFilteredView {
  chips: readonly FilterChip[] = [];
  readonly #ring: ReadonlyLogRing;
  readonly #streamIds: () => readonly string[];
  readonly #guard: TimeGuard;
  readonly #shown: VisibleRows;
  readonly #around: ContextMarker;

  constructor(ring: ReadonlyLogRing, streamIds: () => readonly string[], options: FilteredViewOptions = {}) {
    this.#ring = ring;
    this.#streamIds = streamIds;
    this.#guard = options.guarded ?? unguarded;
    this.#shown = new VisibleRows(ring, options, () => this.#around.clear());
    this.#around = new ContextMarker(this.#shown);
  }

  get context(): ContextLineCount {
    return this.#around.context;
  }

  get version(): number {
    return this.#shown.version;
  }

  get shown(): number {
    this.#shown.sync();
    return this.#shown.count;
  }

  get pending(): number {
    this.#shown.sync();
    return Math.max(this.#ring.count - this.#shown.settled, this.#around.pending);
  }

  get tooSlow(): readonly string[] {
    return this.#shown.works.flatMap(({ chip, isGivenUp }) =>
      isGivenUp && 'pattern' in chip ? [chip.pattern.text] : [],
    );
  }

  get slowLines(): number {
    return this.#shown.works.reduce((sum, { slowLines }) => sum + slowLines, 0);
  }

  get blocks(): readonly VisibleBlock[] {
    this.#shown.sync();
    return this.#shown.judged;
  }

  /** Sets the chips. Throws SyntaxError for an invalid pattern and then changes nothing. */
  setFilters(chips: readonly FilterChip[], context: ContextLineCount = noContextLines): void {
    const known = new Map(this.#shown.works.map((work) => [work.key, work]));
    const works = chips.map(
      (chip) => known.get(chipKey(chip)) ?? new FilterMatcher(chip, this.#streamIds, this.#guard),
    );
    this.#around.clear();
    this.#around.context = context;
    this.chips = chips;
    this.#shown.by(works);
  }

  /**
   * Judges until nothing is pending or `isOver` returns true (checked between blocks). Returns true when
   * nothing is pending.
   */
  judge(isOver: () => boolean): boolean {
    const shown = this.#shown;
    shown.sync();
    shown.regroup();
    const isGuarded = shown.works.some(({ isQuick }) => !isQuick);
    for (let to = shown.judged.length; to > 0; ) {
      const from = isGuarded ? Math.max(0, to - batchBlocks) : to - 1;
      const batch = shown.judged.slice(from, to).filter(({ block, settled }) => settled < block.count);
      to = from;
      if (batch.length === 0) continue;
      if (isOver()) return false;
      if (this.#judgeBatch(batch.reverse(), isOver)) return this.judge(isOver);
      if (batch.some(({ block, settled }) => settled < block.count)) return false;
    }
    return this.#around.run(isOver);
  }

  hides(index: number): number {
    this.#shown.sync();
    return this.#shown.hidden[index] ?? 0;
  }

  passes(id: number): boolean {
    this.#shown.sync();
    const judged = this.#shown.at(id);
    return judged?.visible[id - judged.block.base] === 1;
  }

  isContext(id: number): boolean {
    this.#shown.sync();
    const judged = this.#shown.at(id);
    return judged !== undefined && ((judged.flags[id - judged.block.base] ?? 0) & rowFlag.context) !== 0;
  }

  after(id: number): number | undefined {
    return nextVisible(this.blocks, this.#ring.blockOf(id), id);
  }

  before(id: number): number | undefined {
    return previousVisible(this.blocks, this.#ring.blockOf(id - 1), id);
  }

  rank(id: number): number {
    return visibleRank(this.blocks, id);
  }

  at(rank: number): number | undefined {
    return visibleIdAt(this.blocks, rank);
  }

  headOf(id: number): number {
    return groupHeadOf(this.#ring, id);
  }

  groupOf(head: number): readonly number[] {
    return groupMembers(this.#ring, head);
  }

  /** Returns true when a pattern was disabled, so that all counts must be computed again. */
  #judgeBatch(batch: Parameters<FilterMatcher['run']>[0], isOver: () => boolean): boolean {
    const { works } = this.#shown;
    let isAnyDisabled = false;
    for (const [place, work] of works.entries()) {
      const wasGivenUp = work.isGivenUp;
      work.run(batch, place, isOver);
      isAnyDisabled ||= work.isGivenUp && !wasGivenUp;
    }
    if (isAnyDisabled) {
      this.#shown.again();
      return true;
    }
    for (const judged of batch) this.#shown.settle(judged);
    return false;
  }
}
