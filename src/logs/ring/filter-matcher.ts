import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import { chipKey, type FilterChip, type LinePattern } from '../format/filter-chip.ts';
import { rowKind } from '../format/parsed-line.ts';
import { addVerdicts, type BlockVerdicts, ownMarks } from './block-verdicts.ts';
import { markMatches, patternSearch, reusedMarks } from './pattern-search.ts';
import { type RowBlock, rowTextAt } from './row-block.ts';

/** Decides whether a chip passes rows. */
interface Judge {
  /**
   * Sets `verdicts` to 1 or 0 for each row in [from, to). Returns how many rows pass; undefined if that may take more steps than
   * `mostSteps`.
   */
  judge(
    block: RowBlock,
    from: number,
    to: number,
    verdicts: Uint8Array,
    mostSteps: number,
  ): number | undefined;
  /** Judges a single row. */
  passes(block: RowBlock, index: number): boolean;
  /** True: the run time is short for any input. */
  readonly isQuick: boolean;
  /** True: judging line by line takes linear time. */
  readonly isBounded: boolean;
}

const isLine = ({ kind }: RowBlock, index: number): boolean => (kind[index] ?? 0) <= rowKind.continuation;

/** Lets rows that are not lines pass. Returns how many did not pass before. */
const passNotes = (block: RowBlock, from: number, to: number, verdicts: Uint8Array): number => {
  let count = 0;
  for (let index = from; block.words && index < to; index++) {
    if (isLine(block, index) || verdicts[index] === 1) continue;
    verdicts[index] = 1;
    count++;
  }
  return count;
};

const patternJudge = (pattern: LinePattern, verdict: boolean): Judge => {
  const search = patternSearch(pattern);
  const { line, isQuick, isBounded } = search;
  return {
    isQuick,
    isBounded,
    passes: (block, index) => !isLine(block, index) || line.test(rowTextAt(block, index)) === verdict,
    judge: (block, from, to, verdicts, mostSteps) => {
      verdicts.fill(0, from, to);
      const count = markMatches(block, from, to, search, verdicts, mostSteps);
      if (count === undefined) return undefined;
      if (!verdict) for (let index = from; index < to; index++) verdicts[index] = 1 - (verdicts[index] ?? 0);
      return (verdict ? count : to - from - count) + passNotes(block, from, to, verdicts);
    },
  };
};

const columnJudge = (passes: (block: RowBlock, index: number) => boolean): Judge => ({
  isQuick: true,
  isBounded: true,
  passes,
  judge: (block, from, to, verdicts) => {
    let passing = 0;
    for (let index = from; index < to; index++) passing += verdicts[index] = passes(block, index) ? 1 : 0;
    return passing;
  },
});

/** `streamIds` returns the ids of all streams by index. Throws SyntaxError for an invalid pattern. */
const judgeOf = (chip: FilterChip, streamIds: () => readonly string[]): Judge => {
  switch (chip.is) {
    case 'include':
      return patternJudge(chip.pattern, true);
    case 'exclude':
      return patternJudge(chip.pattern, false);
    case 'level': {
      const minCode = levelCode(chip.least);
      return columnJudge((block, index) => !isLine(block, index) || (block.level[index] ?? 0) >= minCode);
    }
    case 'stream': {
      const named = new Set(chip.streams);
      /** Cached results by stream index. */
      const known: boolean[] = [];
      return columnJudge(({ stream }, index) => {
        const place = stream[index] ?? 0;
        const id = known[place] === undefined ? streamIds()[place] : undefined;
        if (id !== undefined) known[place] = named.has(id) !== chip.not;
        return known[place] ?? chip.not;
      });
    }
    case 'time': {
      const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = chip;
      return columnJudge(({ at }, index) => (at[index] ?? 0) >= from && (at[index] ?? 0) < to);
    }
  }
};

/** Runs work with a time limit in ms; returns 'over' if it was aborted. */
export type TimeGuard = (work: () => void, ms: Millis) => 'done' | 'over';

/** Time limits: for a batch, which bounds the latency of a key, and for a single line. */
const batchMs: Millis = 16;
const lineMs: Millis = 40;
/** Steps that a block may take without a time limit, which costs as much as searching some blocks: about two milliseconds. */
const mostUnguardedSteps = 2_000_000;
/** Attempts per line, because the machine may be busy during one. */
const attemptsPerLine = 2;
/** Number of slow lines after which a pattern is disabled. */
const maxSlowLines = 3;

const blockMarks = reusedMarks();

/** Applies one chip to blocks; falls back to line by line where its pattern is too slow for a whole block. */
export class FilterMatcher {
  readonly key: string;
  readonly chip: FilterChip;
  /** Number of lines that exceeded the time limit; they pass. */
  slowLines = 0;
  readonly #judge: Judge;
  readonly #guard: TimeGuard;
  /** Block that exceeded the time limit. */
  #hard: BlockVerdicts | undefined;
  #tries = 0;

  /** Throws SyntaxError for an invalid pattern. */
  constructor(chip: FilterChip, streamIds: () => readonly string[], guard: TimeGuard) {
    this.chip = chip;
    this.key = chipKey(chip);
    this.#judge = judgeOf(chip, streamIds);
    this.#guard = guard;
  }

  /** False: the run time is unknown, so a time limit applies. */
  get isQuick(): boolean {
    return this.#judge.isQuick;
  }

  get isGivenUp(): boolean {
    return this.slowLines >= maxSlowLines;
  }

  /** Judges these blocks in order until all are done or `isOver` returns true. `place`: index of the chip. */
  run(blocks: readonly BlockVerdicts[], place: number, isOver: () => boolean): void {
    if (this.isGivenUp) return;
    const pending = blocks.filter((judged) => this.#rest(judged, place) > 0);
    if (this.#judge.isQuick) {
      this.#all(pending, place, () => false);
      return;
    }
    for (let next = pending[0]; next !== undefined && !this.isGivenUp; next = pending[0]) {
      if (this.#hard === next) this.#lines(next, place, isOver);
      else if (!this.#block(next, place, mostUnguardedSteps)) this.#batch(pending, place, isOver);
      while (pending[0] !== undefined && this.#rest(pending[0], place) === 0) pending.shift();
      if (isOver()) return;
    }
  }

  #rest(judged: BlockVerdicts, place: number): number {
    return judged.block.count - (judged.verdicts[place]?.to ?? 0);
  }

  #all(blocks: readonly BlockVerdicts[], place: number, isOver: () => boolean): void {
    for (const judged of blocks) {
      if (judged !== blocks[0] && isOver()) return;
      this.#block(judged, place, Number.POSITIVE_INFINITY);
    }
  }

  /** Judges a block. Returns false if that may take more steps than `mostSteps`. */
  #block(judged: BlockVerdicts, place: number, mostSteps: number): boolean {
    const { block } = judged;
    const verdict = judged.verdicts[place];
    if (verdict === undefined) return false;
    const marks = blockMarks(block.count);
    const passing = this.#judge.judge(block, verdict.to, block.count, marks, mostSteps);
    if (passing === undefined) return false;
    addVerdicts(judged, verdict, marks, passing);
    return true;
  }

  #batch(blocks: readonly BlockVerdicts[], place: number, isOver: () => boolean): void {
    const [first] = blocks;
    const outcome = this.#guard(() => this.#all(blocks, place, isOver), batchMs);
    if (outcome === 'over' && first !== undefined && this.#rest(first, place) > 0) this.#hard = first;
  }

  /** Judges line by line to find the slow one. */
  #lines(judged: BlockVerdicts, place: number, isOver: () => boolean): void {
    const { block } = judged;
    const verdict = judged.verdicts[place];
    if (verdict === undefined) return;
    const before = verdict.to;
    const marks = ownMarks(judged, verdict);
    const add = (mark: 0 | 1): void => {
      marks[verdict.to] = mark;
      verdict.to++;
      verdict.passing += mark;
    };
    const judgeLines = (): void => {
      while (verdict.to < block.count) {
        add(this.#judge.passes(block, verdict.to) ? 1 : 0);
        if (isOver()) return;
      }
    };
    if (this.#judge.isBounded) judgeLines();
    const outcome = this.#judge.isBounded ? 'done' : this.#guard(judgeLines, lineMs);
    if (verdict.to > before) this.#tries = 0;
    if (outcome === 'over' && verdict.to === before && ++this.#tries >= attemptsPerLine) {
      add(1);
      this.slowLines++;
      this.#tries = 0;
    }
    if (verdict.to === block.count) this.#hard = undefined;
  }
}
