import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { CompiledPattern, LinePattern } from '../format/filter-chip.ts';
import { chipKey, compileLinePattern, type FilterChip } from '../format/filter-chip.ts';
import { rowKind } from '../format/parsed-line.ts';
import { type BlockVerdicts, resizeColumn } from './block-verdicts.ts';
import { type RowBlock, rowBegin, rowTextAt } from './row-block.ts';
import {
  indexOfText,
  type SearchedText,
  searchedText,
  setSearchedBytes,
  setSearchedText,
} from './text-search.ts';

/** Returns the index of the row that contains or ends at the byte offset `place`; at least `from`. */
const rowAt = (ends: Uint32Array, place: number, from: number, to: number): number => {
  // Doubles the step before bisecting, because close matches are only a few rows apart.
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

/**
 * Marks the rows that contain a text. The bytes of the block up to `to` are set to be searched. Returns how many rows were
 * marked; stops after `most`.
 */
const markText = (
  block: RowBlock,
  from: number,
  to: number,
  text: SearchedText,
  marks: Uint8Array,
  most: number,
): number => {
  const { ends } = block;
  const end = ends[to - 1] ?? 0;
  setSearchedText(text);
  let count = 0;
  let row = from;
  for (let at = indexOfText(text, rowBegin(block, from), end); at >= 0; ) {
    row = rowAt(ends, at, row, to);
    if (marks[row] === 0 && ++count > most) return count;
    marks[row] = 1;
    if (++row >= to) return count;
    at = indexOfText(text, (ends[row - 1] ?? 0) + 1, end);
  }
  return count;
};

const markTexts = (
  block: RowBlock,
  from: number,
  to: number,
  texts: readonly SearchedText[],
  marks: Uint8Array,
  most = Number.POSITIVE_INFINITY,
): number => {
  setSearchedBytes(block.bytes, block.ends[to - 1] ?? 0);
  let count = 0;
  for (const text of texts) if (count <= most) count += markText(block, from, to, text, marks, most - count);
  return count;
};

/** For blocks in which every byte is one character. */
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
  /** Start of the row after the last one counted. */
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

/** A compiled pattern with the texts that exclude most rows, if it has any. */
interface PatternSearch extends CompiledPattern {
  readonly texts?: readonly SearchedText[];
}

const patternSearch = (pattern: LinePattern): PatternSearch => {
  const compiled = compileLinePattern(pattern);
  const texts = compiled.required?.map((text) => searchedText(text, pattern.ignoreCase));
  const known = texts?.flatMap((text) => text ?? []) ?? [];
  return texts === undefined || known.length < texts.length ? compiled : { ...compiled, texts: known };
};

/** Part of the rows above which it is faster to search all of them than one by one. */
const mostCandidates = 1 / 8;

/** Marks matches among the rows that contain a required text. Returns false, without any mark, if these are too many. */
const markCandidates = (
  block: RowBlock,
  from: number,
  to: number,
  { line, texts = [] }: PatternSearch,
  marks: Uint8Array,
): boolean => {
  const found = new Uint8Array(to);
  const most = (to - from) * mostCandidates;
  if (markTexts(block, from, to, texts, found, most) > most) return false;
  for (let index = found.indexOf(1); index >= 0; index = found.indexOf(1, index + 1))
    if (line.test(rowTextAt(block, index))) marks[index] = 1;
  return true;
};

/** Sets `marks` to 1 for each matching row in [from, to). */
const markMatches = (
  block: RowBlock,
  from: number,
  to: number,
  pattern: PatternSearch,
  marks: Uint8Array,
): void => {
  if (from >= to) return;
  const { line, bulk, texts, isText } = pattern;
  if (texts !== undefined && isText) {
    markTexts(block, from, to, texts, marks);
    return;
  }
  if (texts !== undefined && markCandidates(block, from, to, pattern, marks)) return;
  if (bulk === undefined) markAlone(block, from, to, line, marks);
  else (block.ascii ? markLatin : markDecoded)(block, from, to, bulk, marks);
};

/** Decides whether a chip passes rows. */
interface Judge {
  /** Sets `verdicts` to 1 or 0 for each row in [from, to). */
  judge(block: RowBlock, from: number, to: number, verdicts: Uint8Array): void;
  /** Judges a single row. */
  passes(block: RowBlock, index: number): boolean;
  /** True: the run time is short for any input. */
  readonly isQuick: boolean;
  /** True: judging line by line takes linear time. */
  readonly isBounded: boolean;
}

const isLine = ({ kind }: RowBlock, index: number): boolean => (kind[index] ?? 0) <= rowKind.continuation;

const patternJudge = (pattern: LinePattern, verdict: boolean): Judge => {
  const search = patternSearch(pattern);
  const { line, isQuick, isBounded } = search;
  return {
    isQuick,
    isBounded,
    passes: (block, index) => !isLine(block, index) || line.test(rowTextAt(block, index)) === verdict,
    judge: (block, from, to, verdicts) => {
      verdicts.fill(0, from, to);
      markMatches(block, from, to, search, verdicts);
      if (!verdict) for (let index = from; index < to; index++) verdicts[index] = 1 - (verdicts[index] ?? 0);
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
/** Attempts per line, because the machine may be busy during one. */
const attemptsPerLine = 2;
/** Number of slow lines after which a pattern is disabled. */
const maxSlowLines = 3;

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
      else this.#batch(pending, place, isOver);
      while (pending[0] !== undefined && this.#rest(pending[0], place) === 0) pending.shift();
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

  /** Judges line by line to find the slow one. */
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
    if (outcome === 'over' && verdict.to === before && ++this.#tries >= attemptsPerLine) {
      verdict.marks[verdict.to] = 1;
      verdict.to++;
      this.slowLines++;
      this.#tries = 0;
    }
    if (verdict.to === block.count) this.#hard = undefined;
  }
}
