import type { RowBlock } from './row-block.ts';

/** What a row is; of a row that has not been settled only `grouped`. */
export const rowFlag = {
  /** An include wants it, or there is none. */
  wanted: 1,
  /** Another chip hides it. */
  out: 2,
  /** It is the head of rows of which one is wanted. */
  grouped: 4,
  /** One of those chips is no level: it is not shown around others either. */
  barred: 8,
  /** It is shown because it stands near another. */
  context: 16,
} as const;

/** What one chip says of a block's rows. */
interface FilterVerdicts {
  /** 1: lets it through. */
  marks: Uint8Array;
  /** So many have been judged. */
  to: number;
}

/** What a lens knows of a block. */
export interface BlockVerdicts {
  readonly block: RowBlock;
  /** Of each chip. */
  verdicts: FilterVerdicts[];
  flags: Uint8Array;
  /** 1: shown. */
  visible: Uint8Array;
  visibleCount: number;
  contextCount: number;
  /** Of what is shown, by level. */
  readonly levels: Uint32Array;
  /** Rows that each chip hides. */
  hidden: number[];
  /** So many rows are counted in the numbers above. */
  settled: number;
  /** `Block.regrouped`, as it was then. */
  regrouped: number;
  /** Changes with what is shown. */
  stamp: number;
}

const none = new Uint8Array(0);

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

/** The same column, with room for every row of the block, and without more when no row comes any more. */
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

/** Nothing of it is counted. What is known of heads by their groups stays. */
export const resetCounts = (judged: BlockVerdicts, chips: number): void => {
  // While a pattern is typed most blocks have not been settled since the last letter.
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
