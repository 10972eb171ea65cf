import type { Millis } from '../../domain/fault.ts';
import { rowKind } from '../format/parsed-line.ts';

/** What is known of a row besides its text. */
export interface RowHead {
  /** When it was written; wall clock. */
  readonly at: Millis;
  /** `levelCode`. */
  readonly level: number;
  /** `LogStream.index`. */
  readonly stream: number;
  /** `rowKind`. */
  readonly kind: number;
}

/** Room of a block that is written to. */
export interface BlockCapacity {
  readonly lines: number;
  readonly bytes: number;
}

/** 64 KiB: what is decoded and searched at once stays in the processor's cache. 4,096 lines are as many bytes when they are short. */
const largestBlock: BlockCapacity = { lines: 4096, bytes: 64 * 1024 };

/** Of the blocks of a ring that keeps so much: what goes from its front at once is a small part of all. */
export const blockCapacity = (lines: number, bytes: number): BlockCapacity => {
  const most = Math.max(1024, Math.min(largestBlock.bytes, bytes / 16));
  return {
    bytes: Math.floor(most),
    lines: Math.floor(Math.max(16, Math.min(largestBlock.lines, lines / 8, most / 16))),
  };
};

/** Some hundred rows: their text as UTF-8 with a line feed behind each, and columns of what is known of them. */
export interface RowBlock {
  /** Id of its first row. */
  base: number;
  count: number;
  bytes: Buffer;
  /** Where each row ends in `bytes`, without its line feed; it begins one behind the end of the one before it. */
  ends: Uint32Array;
  at: Float64Array;
  level: Uint8Array;
  stream: Uint16Array;
  kind: Uint8Array;
  /** How many rows in front of each the line stands that it continues; 0: it continues none. Absent: no row here does. */
  back?: Uint32Array;
  /** Of lines here that are continued in later blocks, by index: how many rows behind it the last continuation stands. */
  spans?: Map<number, number>;
  /** Counts how often rows got another line that they continue after they were written. */
  regrouped: number;
  /** The earliest and the latest time in it. */
  from: Millis;
  to: Millis;
  /** True: some row is no line. */
  words: boolean;
  /** True: a byte is a character. */
  ascii: boolean;
  sealed: boolean;
  /** It is in the ring no longer. */
  evicted: boolean;
}

/** What is known of rows, with room for as many as are written. */
export type ColumnArrays = Pick<RowBlock, 'ends' | 'at' | 'level' | 'stream' | 'kind'>;

const newColumns = (lines: number): ColumnArrays => ({
  ends: new Uint32Array(lines),
  at: new Float64Array(lines),
  level: new Uint8Array(lines),
  stream: new Uint16Array(lines),
  kind: new Uint8Array(lines),
});

/** `spare`: what another block of the same size needs no more; there is no need to empty it. */
export const newBlock = (
  base: number,
  { lines, bytes }: BlockCapacity,
  leastBytes = 0,
  spare: ColumnArrays = newColumns(lines),
): RowBlock => ({
  base,
  count: 0,
  bytes: Buffer.allocUnsafeSlow(Math.max(bytes, leastBytes)),
  ...spare,
  regrouped: 0,
  from: Number.POSITIVE_INFINITY,
  to: Number.NEGATIVE_INFINITY,
  words: false,
  ascii: true,
  sealed: false,
  evicted: false,
});

const usedBytes = ({ ends, count }: RowBlock): number => (count === 0 ? 0 : (ends[count - 1] ?? 0) + 1);

export const hasRoom = (block: RowBlock, bytes: number): boolean =>
  !block.sealed && block.count < block.ends.length && usedBytes(block) + bytes + 1 <= block.bytes.length;

const lineFeed = 10;
const { copy } = Buffer.prototype;

/** Puts a row behind the others; there has to be room. `ascii`: every byte is below 0x80. */
export const putRow = (
  block: RowBlock,
  bytes: Uint8Array,
  begin: number,
  end: number,
  head: RowHead,
  ascii: boolean,
): void => {
  const at = usedBytes(block);
  const index = block.count;
  // Without a view of the row, which would be garbage at once.
  copy.call(bytes, block.bytes, at, begin, end);
  block.bytes[at + end - begin] = lineFeed;
  block.ends[index] = at + end - begin;
  block.at[index] = head.at;
  block.level[index] = head.level;
  block.stream[index] = head.stream;
  block.kind[index] = head.kind;
  if (head.at < block.from) block.from = head.at;
  if (head.at > block.to) block.to = head.at;
  block.ascii &&= ascii;
  if (head.kind > rowKind.continuation) block.words = true;
  block.count = index + 1;
};

/** Gives back the room that nothing was written to: no row comes any more. Returns columns that another block may have. */
export const sealBlock = (block: RowBlock): ColumnArrays | undefined => {
  if (block.sealed) return undefined;
  const { count, ends, at, level, stream, kind } = block;
  const used = usedBytes(block);
  block.sealed = true;
  if (used < block.bytes.length * 0.95) {
    const exact = Buffer.allocUnsafeSlow(used);
    block.bytes.copy(exact, 0, 0, used);
    block.bytes = exact;
  }
  if (count === ends.length) return undefined;
  block.ends = ends.slice(0, count);
  block.at = at.slice(0, count);
  block.level = level.slice(0, count);
  block.stream = stream.slice(0, count);
  block.kind = kind.slice(0, count);
  if (block.back !== undefined) block.back = block.back.slice(0, count);
  return { ends, at, level, stream, kind };
};

/** Bytes that it holds in memory. */
export const blockSizeBytes = ({ bytes, ends, at, level, stream, kind, back }: RowBlock): number =>
  bytes.length +
  ends.byteLength +
  at.byteLength +
  level.byteLength +
  stream.byteLength +
  kind.byteLength +
  (back?.byteLength ?? 0);

/** Where a row begins in `bytes`. */
export const rowBegin = ({ ends }: RowBlock, index: number): number =>
  index === 0 ? 0 : (ends[index - 1] ?? 0) + 1;

export const rowHead = ({ at, level, stream, kind }: RowBlock, index: number): RowHead => ({
  at: at[index] ?? 0,
  level: level[index] ?? 0,
  stream: stream[index] ?? 0,
  kind: kind[index] ?? 0,
});

export const rowTextAt = (block: RowBlock, index: number): string =>
  block.bytes.toString(block.ascii ? 'latin1' : 'utf8', rowBegin(block, index), block.ends[index] ?? 0);

/** Which of these blocks has a row; the first (the last) one for rows in front of (behind) all. */
export const findBlock = (blocks: readonly RowBlock[], id: number): number => {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.base ?? 0) <= id) low = middle;
    else high = middle - 1;
  }
  return low;
};
