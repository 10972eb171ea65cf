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
interface FilterVerdicts {
  /** 1: passes. */
  marks: Uint8Array;
  /** Number of rows judged so far. */
  to: number;
}

/** Filter results of a block. */
export interface BlockVerdicts {
  readonly block: RowBlock;
  /** By chip. */
  verdicts: FilterVerdicts[];
  flags: Uint8Array;
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
}

interface ContinuationRows {
  readonly indexes: Uint16Array;
  /** `RowBlock.regrouped` and `RowBlock.count` when they were found. */
  readonly regrouped: number;
  readonly count: number;
}

const none = new Uint8Array(0);
export const noRows: Uint16Array = new Uint16Array(0);

/** Returns the indexes of the rows in [from, to) that continue another. */
export const continuationsIn = (judged: BlockVerdicts, from: number, to: number): Uint16Array => {
  const { back, count, regrouped, sealed } = judged.block;
  if (back === undefined) return noRows;
  const known = judged.continuations;
  if (known?.count === count && known.regrouped === regrouped && from === 0 && to === count)
    return known.indexes;
  const found: number[] = [];
  for (let index = from; index < to; index++) if (back[index] !== 0) found.push(index);
  const indexes = Uint16Array.from(found);
  if (sealed && from === 0 && to === count) judged.continuations = { indexes, regrouped, count };
  return indexes;
};

export const emptyVerdicts = (): FilterVerdicts => ({ marks: none, to: 0 });

export const newBlockVerdicts = (block: RowBlock, chips: number): BlockVerdicts => ({
  block,
  verdicts: Array.from({ length: chips }, emptyVerdicts),
  flags: none,
  visible: none,
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
  // Skips blocks without counts: while a pattern is typed, most have none.
  if (judged.settled > 0) {
    judged.visible.fill(0);
    judged.levels.fill(0);
  }
  judged.visibleCount = 0;
  judged.contextCount = 0;
  if (judged.hidden.length === chips) judged.hidden.fill(0);
  else judged.hidden = Array.from({ length: chips }, () => 0);
  judged.settled = 0;
  judged.stamp++;
};
