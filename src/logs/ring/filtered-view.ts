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

/** What the filters leave of a ring, as far as it has been worked out. */
export interface ReadonlyFilteredView {
  readonly chips: readonly FilterChip[];
  readonly context: ContextLineCount;
  /** Changes with what is shown. */
  readonly version: number;
  /** Rows that are shown, of those that have been judged: they pass, or are context. */
  readonly shown: number;
  /** Rows that have not been judged yet. */
  readonly pending: number;
  /** Patterns that were given up, because they took too long on some lines: they hide nothing. */
  readonly tooSlow: readonly string[];
  /** Lines that took some pattern too long, and which are therefore shown. */
  readonly slowLines: number;
  /** Oldest first. */
  readonly blocks: readonly VisibleBlock[];
  /** Rows that a chip hides, by its place among `chips`; those that no include wants are counted at the last include. */
  hides(index: number): number;
  /** It is shown. */
  passes(id: number): boolean;
  /** It is shown only because it is near one that passes. */
  isContext(id: number): boolean;
  /** The next row behind (in front of) one that is shown; undefined at the end. */
  after(id: number): number | undefined;
  before(id: number): number | undefined;
  /** How many rows that are shown stand in front of one. */
  rank(id: number): number;
  /** The row in front of which so many stand that are shown. */
  at(rank: number): number | undefined;
  /** The line that a row continues; any other row itself. */
  headOf(id: number): number;
  /** The rows that continue a line, shown or not. */
  groupOf(head: number): readonly number[];
}

interface LensOptions {
  /** Every line is judged alone, as grep does; a group is nothing. */
  readonly physical?: boolean;
  /** It is for finding lines, not for showing them: `physical`, and rows that are no lines are hidden. */
  readonly seeks?: boolean;
  /** Ends what takes too long. Absent: nothing does. */
  readonly guarded?: TimeGuard;
}

/** Blocks that are judged between two looks at the clock, when a guard costs something. */
const batchBlocks = 32;
const unguarded: TimeGuard = (work) => {
  work();
  return 'done';
};

/** Judges the rows of a ring by chips, block by block, the newest first, for as long as it is let. */
export class FilteredView implements ReadonlyFilteredView {
  chips: readonly FilterChip[] = [];
  readonly #ring: ReadonlyLogRing;
  readonly #streamIds: () => readonly string[];
  readonly #guard: TimeGuard;
  readonly #shown: VisibleRows;
  readonly #around: ContextMarker;

  constructor(ring: ReadonlyLogRing, streamIds: () => readonly string[], options: LensOptions = {}) {
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

  /** From now on these chips. Throws SyntaxError for a pattern that is none, and then nothing changes. */
  look(chips: readonly FilterChip[], context: ContextLineCount = noContextLines): void {
    const known = new Map(this.#shown.works.map((work) => [work.key, work]));
    const works = chips.map(
      (chip) => known.get(chipKey(chip)) ?? new FilterMatcher(chip, this.#streamIds, this.#guard),
    );
    this.#around.clear();
    this.#around.context = context;
    this.chips = chips;
    this.#shown.by(works);
  }

  /** Judges until nothing is pending or `isOver` says so (asked between blocks). True: nothing is pending. */
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

  /** True: a pattern was given up meanwhile, and everything is to be counted anew. */
  #judgeBatch(batch: Parameters<FilterMatcher['run']>[0], isOver: () => boolean): boolean {
    const { works } = this.#shown;
    const before = this.tooSlow.length;
    for (const [place, work] of works.entries()) work.run(batch, place, isOver);
    if (this.tooSlow.length > before) {
      this.#shown.again();
      return true;
    }
    for (const judged of batch) this.#shown.settle(judged);
    return false;
  }
}
