import type { RowBlock } from './row-block.ts';

/** Flags of a row; an unsettled row has only `grouped`. */
export const rowFlag = {
  /** An include chip matches it, or no include chip is set. */
  wanted: 1,
  /** Another chip hides it. */
  out: 2,
  /** It is the head of a group in which a row is wanted. */
  grouped: 4,
  /** A chip other than a level chip hides it, so it is not shown as context either. */
  barred: 8,
  /** It is shown as context of another row. */
  context: 16,
} as const;

/** Results of one chip for the rows of a block. */
export interface FilterVerdicts {
  /** 1: passes. May be shorter or longer than the block. Not written unless `isOwn`: other blocks share it. */
  marks: Uint8Array;
  isOwn: boolean;
  /** Number of rows judged so far, and how many of them pass. */
  to: number;
  passing: number;
}

/** Filter results of a block. */
export interface BlockVerdicts {
  readonly block: RowBlock;
  /** By chip. */
  verdicts: FilterVerdicts[];
  flags: Uint8Array;
  /** True: a row may have the flag `grouped`. */
  hasGroups: boolean;
  /** 1: shown. */
  visible: Uint8Array;
  visibleCount: number;
  contextCount: number;
  /** Number of shown rows by level. */
  readonly levels: Uint32Array;
  /** Number of rows that each chip hides. */
  hidden: number[];
  /** Number of rows included in the counts above. */
  settled: number;
  /** Value of `RowBlock.regrouped` when the counts were computed. */
  regrouped: number;
  /** Changes whenever the shown rows change. */
  stamp: number;
  /** Indexes of the rows that continue another; kept, because finding them takes longer than judging most blocks. */
  continuations?: ContinuationRows;
  /** Marks of a removed chip, for the next one. */
  unusedMarks: Uint8Array;
  /** Number of rows by level, once the block is sealed. */
  levelCounts?: Uint32Array;
}

interface ContinuationRows {
  /** All of them, and those of lines in older blocks. */
  readonly indexes: Uint16Array;
  readonly ofOthers: Uint16Array;
  /** `RowBlock.regrouped` and `RowBlock.count` when they were found. */
  readonly regrouped: number;
  readonly count: number;
}

const none = new Uint8Array(0);
const noRows: Uint16Array = new Uint16Array(0);
export const noContinuations: ContinuationRows = {
  indexes: noRows,
  ofOthers: noRows,
  regrouped: 0,
  count: 0,
};

/** Returns the rows in [from, to) that continue another. */
export const continuationsIn = (judged: BlockVerdicts, from: number, to: number): ContinuationRows => {
  const { back, count, regrouped, sealed } = judged.block;
  if (back === undefined) return noContinuations;
  const known = judged.continuations;
  if (known?.count === count && known.regrouped === regrouped && from === 0 && to === count) return known;
  const indexes: number[] = [];
  const ofOthers: number[] = [];
  for (let index = from; index < to; index++) {
    const distance = back[index] ?? 0;
    if (distance !== 0) indexes.push(index);
    if (distance > index) ofOthers.push(index);
  }
  const found: ContinuationRows = {
    indexes: Uint16Array.from(indexes),
    ofOthers: ofOthers.length === 0 ? noRows : Uint16Array.from(ofOthers),
    regrouped,
    count,
  };
  if (sealed && from === 0 && to === count) judged.continuations = found;
  return found;
};

export const emptyVerdicts = (): FilterVerdicts => ({ marks: none, isOwn: false, to: 0, passing: 0 });

/** Marks of blocks in which every row passes. */
let allPassing = new Uint8Array(0);

const marksOfPassing = (count: number): Uint8Array => {
  if (allPassing.length < count) allPassing = new Uint8Array(Math.max(4096, count)).fill(1);
  return allPassing;
};

/** Returns marks with room for every row of the block, which can be written. */
export const ownMarks = (judged: BlockVerdicts, verdict: FilterVerdicts): Uint8Array => {
  const { block, unusedMarks } = judged;
  if (verdict.isOwn) {
    verdict.marks = resizeColumn(verdict.marks, block);
  } else {
    const own = resizeColumn(unusedMarks, block);
    judged.unusedMarks = none;
    own.fill(verdict.passing === 0 ? 0 : 1, 0, verdict.to);
    verdict.marks = own;
    verdict.isOwn = true;
  }
  return verdict.marks;
};

/** True: the chip passes the row, which is judged already. */
export const isPassing = ({ marks }: FilterVerdicts, index: number): boolean => marks[index] === 1;

/** Changes the result of a row that is judged already. */
export const changeVerdict = (
  judged: BlockVerdicts,
  verdict: FilterVerdicts,
  index: number,
  mark: 0 | 1,
): void => {
  if (isPassing(verdict, index) === (mark === 1)) return;
  ownMarks(judged, verdict)[index] = mark;
  verdict.passing += mark === 1 ? 1 : -1;
};

/**
 * Adds the results of the rows not judged so far. `passing`: how many of them pass. In most blocks no row or every row passes;
 * these need no memory.
 */
export const addVerdicts = (
  judged: BlockVerdicts,
  verdict: FilterVerdicts,
  marks: Uint8Array,
  passing: number,
): void => {
  const { count } = judged.block;
  const sum = verdict.passing + passing;
  if (sum === 0 || sum === count) {
    verdict.marks = sum === 0 ? none : marksOfPassing(count);
    verdict.isOwn = false;
  } else ownMarks(judged, verdict).set(marks.subarray(verdict.to, count), verdict.to);
  verdict.passing = sum;
  verdict.to = count;
};

/** Returns the number of rows by level. */
export const countLevels = (judged: BlockVerdicts): Uint32Array => {
  if (judged.levelCounts !== undefined) return judged.levelCounts;
  const { level, count, sealed } = judged.block;
  const counts = new Uint32Array(judged.levels.length);
  for (let index = 0; index < count; index++) {
    const grade = level[index] ?? 0;
    counts[grade] = (counts[grade] ?? 0) + 1;
  }
  if (sealed) judged.levelCounts = counts;
  return counts;
};

export const newBlockVerdicts = (block: RowBlock, chips: number): BlockVerdicts => ({
  block,
  verdicts: Array.from({ length: chips }, emptyVerdicts),
  flags: none,
  hasGroups: false,
  visible: none,
  unusedMarks: none,
  visibleCount: 0,
  contextCount: 0,
  levels: new Uint32Array(7),
  hidden: Array.from({ length: chips }, () => 0),
  settled: 0,
  regrouped: block.regrouped,
  stamp: 0,
});

/** Returns the column with room for every row of the block; sized exactly once the block is sealed. */
export const resizeColumn = (column: Uint8Array, { count, sealed }: RowBlock): Uint8Array => {
  if (column.length === count || (column.length > count && !sealed)) return column;
  const room = new Uint8Array(sealed ? count : Math.max(64, count * 2));
  room.set(column.subarray(0, Math.min(column.length, count)));
  return room;
};

export const resizeColumns = (judged: BlockVerdicts): void => {
  judged.flags = resizeColumn(judged.flags, judged.block);
  judged.visible = resizeColumn(judged.visible, judged.block);
};

/** Resets all counts. Keeps the `grouped` flags of heads. */
export const resetCounts = (judged: BlockVerdicts, chips: number): void => {
  // Skips blocks without shown rows: while a pattern is typed, most have none.
  if (judged.visibleCount > 0) {
    judged.visible.fill(0);
    judged.levels.fill(0);
  }
  judged.visibleCount = 0;
  judged.contextCount = 0;
  if (judged.hidden.length === chips) judged.hidden.fill(0);
  else judged.hidden = new Array<number>(chips).fill(0);
  judged.settled = 0;
  judged.stamp++;
};
