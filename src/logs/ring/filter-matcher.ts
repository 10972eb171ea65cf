import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { CompiledPattern, LinePattern } from '../format/filter-chip.ts';
import { chipKey, compileLinePattern, type FilterChip } from '../format/filter-chip.ts';
import { rowKind } from '../format/parsed-line.ts';
import { type BlockVerdicts, resizeColumn } from './block-verdicts.ts';
import { type RowBlock, rowBegin, rowTextAt } from './row-block.ts';

/** Index of the row that a place in the bytes is in, or at the end of; not in front of `from`. */
const rowAt = (ends: Uint32Array, place: number, from: number, to: number): number => {
  // Where hits are close together the next one is a few rows further: double the step before halving it.
  let [low, step] = [from, 1];
  while (low + step < to && (ends[low + step - 1] ?? 0) < place) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to - 1, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
};

const markAlone = (
  block: RowBlock,
  from: number,
  to: number,
  line: CompiledPattern['line'],
  marks: Uint8Array,
): void => {
  for (let index = from; index < to; index++) if (line.test(rowTextAt(block, index))) marks[index] = 1;
};

/** False: hits are so many that it is quicker to decode; nothing behind `from` is judged. */
const markBytes = (block: RowBlock, from: number, to: number, needle: Buffer, marks: Uint8Array): number => {
  const { ends } = block;
  const bytes = block.bytes.subarray(0, ends[to - 1] ?? 0);
  // A call costs as much as some hundred characters.
  let patience = 16 + ((to - from) >> 4);
  let row = from;
  for (let at = bytes.indexOf(needle, rowBegin(block, from)); at >= 0; ) {
    row = rowAt(ends, at, row, to);
    marks[row] = 1;
    row++;
    if (row >= to) return to;
    if (--patience === 0) return row;
    at = bytes.indexOf(needle, rowBegin(block, row));
  }
  return to;
};

/** Of a block in which a byte is a character. */
const markLatin = (block: RowBlock, from: number, to: number, bulk: RegExp, marks: Uint8Array): void => {
  const { ends } = block;
  const begin = rowBegin(block, from);
  const text = block.bytes.toString('latin1', begin, ends[to - 1] ?? 0);
  let row = from;
  bulk.lastIndex = 0;
  while (bulk.test(text)) {
    row = rowAt(ends, begin + bulk.lastIndex, row, to);
    marks[row] = 1;
    if (++row >= to) return;
    bulk.lastIndex = (ends[row - 1] ?? 0) + 1 - begin;
  }
};

const markDecoded = (block: RowBlock, from: number, to: number, bulk: RegExp, marks: Uint8Array): void => {
  const text = block.bytes.toString('utf8', rowBegin(block, from), block.ends[to - 1] ?? 0);
  let row = from;
  /** Where the row behind the last one that was counted begins. */
  let next = text.indexOf('\n') + 1;
  bulk.lastIndex = 0;
  while (bulk.test(text)) {
    while (next > 0 && next <= bulk.lastIndex) {
      row++;
      next = text.indexOf('\n', next) + 1;
    }
    marks[row] = 1;
    if (next === 0) return;
    bulk.lastIndex = next;
  }
};

/** Sets 1 in `marks` for each row of `from` up to `to` that matches. */
const markMatches = (
  block: RowBlock,
  from: number,
  to: number,
  pattern: CompiledPattern & { readonly needle?: Buffer },
  marks: Uint8Array,
): void => {
  if (from >= to) return;
  const { line, bulk, needle } = pattern;
  const rest = needle === undefined ? from : markBytes(block, from, to, needle, marks);
  if (rest >= to) return;
  if (bulk === undefined) markAlone(block, rest, to, line, marks);
  else (block.ascii ? markLatin : markDecoded)(block, rest, to, bulk, marks);
};

/** Tells whether a chip lets rows through. */
interface Judge {
  /** Of rows `from` up to `to` of a block: 1 or 0 in `verdicts`, at their index. */
  judge(block: RowBlock, from: number, to: number, verdicts: Uint8Array): void;
  /** Of one row. */
  passes(block: RowBlock, index: number): boolean;
  /** True: it can't take long. */
  readonly isQuick: boolean;
  /** True: line by line, it takes a time that grows with their length. */
  readonly isBounded: boolean;
}

const isLine = ({ kind }: RowBlock, index: number): boolean => (kind[index] ?? 0) <= rowKind.continuation;

const patternJudge = (pattern: LinePattern, wanted: boolean): Judge => {
  const compiled = compileLinePattern(pattern);
  const { plain, line, isQuick, isBounded } = compiled;
  const sought = plain === undefined ? compiled : { ...compiled, needle: Buffer.from(plain) };
  return {
    isQuick,
    isBounded,
    passes: (block, index) => !isLine(block, index) || line.test(rowTextAt(block, index)) === wanted,
    judge: (block, from, to, verdicts) => {
      verdicts.fill(0, from, to);
      markMatches(block, from, to, sought, verdicts);
      if (!wanted) for (let index = from; index < to; index++) verdicts[index] = 1 - (verdicts[index] ?? 0);
      if (!block.words) return;
      for (let index = from; index < to; index++) if (!isLine(block, index)) verdicts[index] = 1;
    },
  };
};

const columnJudge = (passes: (block: RowBlock, index: number) => boolean): Judge => ({
  isQuick: true,
  isBounded: true,
  passes,
  judge: (block, from, to, verdicts) => {
    for (let index = from; index < to; index++) verdicts[index] = passes(block, index) ? 1 : 0;
  },
});

/** `streamIds`: of every stream by its index. Throws SyntaxError for a pattern that is none. */
const judgeOf = (chip: FilterChip, streamIds: () => readonly string[]): Judge => {
  switch (chip.is) {
    case 'include':
      return patternJudge(chip.pattern, true);
    case 'exclude':
      return patternJudge(chip.pattern, false);
    case 'level': {
      const least = levelCode(chip.least);
      return columnJudge((block, index) => !isLine(block, index) || (block.level[index] ?? 0) >= least);
    }
    case 'stream': {
      const named = new Set(chip.streams);
      /** Verdicts by index, as they are asked for. */
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

/** Does some work for at most so long: 'over' when it was ended before it was done. */
export type TimeGuard = (work: () => void, ms: Millis) => 'done' | 'over';

/** What a key may have to wait, and what one line may take when it is tried alone. */
const batchMs: Millis = 16;
const lineMs: Millis = 40;
/** A machine may be busy with something else once. */
const triesOfLine = 2;
/** So many lines that take too long, and the pattern is given up. */
const patience = 3;

/** One chip at work: judges blocks, and line by line those that its pattern is too slow for all at once. */
export class FilterMatcher {
  readonly key: string;
  readonly chip: FilterChip;
  /** Lines that took too long: they are let through. */
  slowLines = 0;
  readonly #judge: Judge;
  readonly #guard: TimeGuard;
  /** Could not be judged at once. */
  #hard: BlockVerdicts | undefined;
  #tries = 0;

  /** Throws SyntaxError for a pattern that is none. */
  constructor(chip: FilterChip, streamIds: () => readonly string[], guard: TimeGuard) {
    this.chip = chip;
    this.key = chipKey(chip);
    this.#judge = judgeOf(chip, streamIds);
    this.#guard = guard;
  }

  /** False: nobody knows how long it takes, and a guard stands by. */
  get isQuick(): boolean {
    return this.#judge.isQuick;
  }

  get isGivenUp(): boolean {
    return this.slowLines >= patience;
  }

  /** Judges these blocks, the chip being at `place`, in their order, until all are done or `isOver` says so. */
  run(blocks: readonly BlockVerdicts[], place: number, isOver: () => boolean): void {
    if (this.isGivenUp) return;
    const rest = blocks.filter((judged) => this.#rest(judged, place) > 0);
    if (this.#judge.isQuick) {
      this.#all(rest, place, () => false);
      return;
    }
    for (let next = rest[0]; next !== undefined && !this.isGivenUp; next = rest[0]) {
      if (this.#hard === next) this.#lines(next, place, isOver);
      else this.#batch(rest, place, isOver);
      while (rest[0] !== undefined && this.#rest(rest[0], place) === 0) rest.shift();
      if (isOver()) return;
    }
  }

  #rest(judged: BlockVerdicts, place: number): number {
    return judged.block.count - (judged.verdicts[place]?.to ?? 0);
  }

  #all(blocks: readonly BlockVerdicts[], place: number, isOver: () => boolean): void {
    for (const judged of blocks) {
      const { block, verdicts } = judged;
      const verdict = verdicts[place];
      if (verdict === undefined || (judged !== blocks[0] && isOver())) return;
      verdict.marks = resizeColumn(verdict.marks, block);
      this.#judge.judge(block, verdict.to, block.count, verdict.marks);
      verdict.to = block.count;
    }
  }

  #batch(blocks: readonly BlockVerdicts[], place: number, isOver: () => boolean): void {
    const [first] = blocks;
    const outcome = this.#guard(() => this.#all(blocks, place, isOver), batchMs);
    if (outcome === 'over' && first !== undefined && this.#rest(first, place) > 0) this.#hard = first;
  }

  /** Line by line, so that the one that takes too long is found. */
  #lines({ block, verdicts }: BlockVerdicts, place: number, isOver: () => boolean): void {
    const verdict = verdicts[place];
    if (verdict === undefined) return;
    const before = verdict.to;
    verdict.marks = resizeColumn(verdict.marks, block);
    const judgeLines = (): void => {
      while (verdict.to < block.count) {
        verdict.marks[verdict.to] = this.#judge.passes(block, verdict.to) ? 1 : 0;
        verdict.to++;
        if (isOver()) return;
      }
    };
    if (this.#judge.isBounded) judgeLines();
    const outcome = this.#judge.isBounded ? 'done' : this.#guard(judgeLines, lineMs);
    if (verdict.to > before) this.#tries = 0;
    if (outcome === 'over' && verdict.to === before && ++this.#tries >= triesOfLine) {
      verdict.marks[verdict.to] = 1;
      verdict.to++;
      this.slowLines++;
      this.#tries = 0;
    }
    if (verdict.to === block.count) this.#hard = undefined;
  }
}
