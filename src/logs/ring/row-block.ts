import type { Millis } from '../../domain/base/fault.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { BlockMemory } from './block-memory.ts';
import type { SearchMemory } from './text-search.ts';

/** Properties of a row besides its text. */
export interface RowHead {
  /** Time of the row; wall clock. */
  readonly at: Millis;
  /** `levelCode`. */
  readonly level: number;
  /** `LogStream.index`. */
  readonly stream: number;
  /** `rowKind`. */
  readonly kind: number;
}

/** Initial capacity of a block. */
export interface BlockCapacity {
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Maximum capacity of a block. 64 KiB fit into the CPU cache while they are decoded and searched; 4,096 short
 * lines have about that size.
 */
const largestBlock: BlockCapacity = { lines: 4096, bytes: 64 * 1024 };

/** Returns the capacity of a ring's blocks, so that evicting one block removes a small part of the ring. */
export const blockCapacity = (lines: number, bytes: number): BlockCapacity => {
  const most = Math.max(1024, Math.min(largestBlock.bytes, bytes / 16));
  return {
    bytes: Math.floor(most),
    lines: Math.floor(Math.max(16, Math.min(largestBlock.lines, lines / 8, most / 16))),
  };
};

/** Some hundred rows: their text as UTF-8, each followed by a line feed, and columns of their properties. */
export interface RowBlock {
  /** Id of its first row. */
  base: number;
  count: number;
  bytes: Buffer;
  /** Contains `bytes` and can search them. Absent: the block receives rows, or there was no address space for it. */
  memory?: SearchMemory;
  /**
   * End of each row in `bytes`, without its line feed; a row starts one byte after the end of the previous
   * one.
   */
  ends: Uint32Array;
  at: Float64Array;
  level: Uint8Array;
  stream: Uint16Array;
  kind: Uint8Array;
  /** Distance in rows from each continuation to its line; 0: not a continuation. Absent: no row is one. */
  back?: Uint32Array;
  /** For lines continued in later blocks, by index: distance in rows to the last continuation. */
  spans?: Map<number, number>;
  /** Increases whenever existing rows are attached to another line. */
  regrouped: number;
  /** Earliest and latest time in the block. */
  from: Millis;
  to: Millis;
  /** True: some row is not a line. */
  words: boolean;
  /** True: every byte is one character. */
  ascii: boolean;
  sealed: boolean;
  /** True: no longer part of the ring. */
  evicted: boolean;
}

/** Columns of row properties. */
type ColumnArrays = Pick<RowBlock, 'ends' | 'at' | 'level' | 'stream' | 'kind'>;

const newColumns = (lines: number): ColumnArrays => ({
  ends: new Uint32Array(lines),
  at: new Float64Array(lines),
  level: new Uint8Array(lines),
  stream: new Uint16Array(lines),
  kind: new Uint8Array(lines),
});

/** Unused parts of a block, for another one of the same ring. */
interface SpareParts {
  readonly bytes?: Buffer;
  readonly columns?: ColumnArrays;
}

/** `spare` need not be cleared. */
export const newBlock = (
  base: number,
  { lines, bytes }: BlockCapacity,
  leastBytes = 0,
  spare: SpareParts = {},
): RowBlock => ({
  base,
  count: 0,
  bytes:
    spare.bytes?.length === bytes && bytes >= leastBytes
      ? spare.bytes
      : Buffer.allocUnsafeSlow(Math.max(bytes, leastBytes)),
  ...(spare.columns ?? newColumns(lines)),
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

/** Appends a row; the block must have room. `ascii`: all bytes are below 0x80. */
export const putRow = (
  block: RowBlock,
  bytes: Uint8Array,
  begin: number,
  end: number,
  head: RowHead,
  ascii: boolean,
): void => {
  const position = usedBytes(block);
  const index = block.count;
  // Copies without creating a subarray, which would be garbage immediately.
  copy.call(bytes, block.bytes, position, begin, end);
  block.bytes[position + end - begin] = lineFeed;
  block.ends[index] = position + end - begin;
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

/** Moves the bytes to the memory. Returns bytes that another block can reuse, if there are any. */
const sealBytes = (block: RowBlock, memory: BlockMemory): Buffer | undefined => {
  const { bytes } = block;
  const used = bytes.subarray(0, usedBytes(block));
  const stored = memory.store(used);
  if (stored !== undefined) {
    block.bytes = stored.bytes;
    block.memory = stored.memory;
    return bytes;
  }
  if (used.length >= bytes.length * 0.95) return undefined;
  block.bytes = Buffer.allocUnsafeSlow(used.length);
  block.bytes.set(used);
  return bytes;
};

/**
 * Releases unused memory of a block that receives no more rows. Returns parts that another block can reuse.
 */
export const sealBlock = (block: RowBlock, memory: BlockMemory): SpareParts => {
  if (block.sealed) return {};
  const { count, ends, at, level, stream, kind } = block;
  block.sealed = true;
  const bytes = sealBytes(block, memory);
  const spare: SpareParts = bytes === undefined ? {} : { bytes };
  if (count === ends.length) return spare;
  block.ends = ends.slice(0, count);
  block.at = at.slice(0, count);
  block.level = level.slice(0, count);
  block.stream = stream.slice(0, count);
  block.kind = kind.slice(0, count);
  if (block.back !== undefined) block.back = block.back.slice(0, count);
  return { ...spare, columns: { ends, at, level, stream, kind } };
};

/** Returns the memory size of a block in bytes. */
export const blockSizeBytes = ({ bytes, ends, at, level, stream, kind, back }: RowBlock): number =>
  bytes.length +
  ends.byteLength +
  at.byteLength +
  level.byteLength +
  stream.byteLength +
  kind.byteLength +
  (back?.byteLength ?? 0);

/** Returns the start of a row in `bytes`. */
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

/**
 * Returns the index of the block that contains a row; the first (last) block for rows before (after) all of
 * them.
 */
export const findBlock = (blocks: readonly RowBlock[], id: number): number => {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.base ?? 0) <= id) low = middle;
    else high = middle - 1;
  }
  return low;
};
