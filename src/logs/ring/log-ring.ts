import type { Millis } from '../../domain/base/fault.ts';
import { rowKind } from '../format/parsed-line.ts';
import { BlockMemory } from './block-memory.ts';
import {
  type BlockCapacity,
  blockCapacity,
  blockSizeBytes,
  findBlock,
  hasRoom,
  newBlock,
  putRow,
  type RowBlock,
  type RowHead,
  rowHead,
  rowTextAt,
  sealBlock,
} from './row-block.ts';

/** Tracks the last line of each stream, to which new continuations belong. */
class Heads {
  /** Id by stream. */
  last: (number | undefined)[] = [];

  /**
   * Registers the row just written at the end of `block`, the last block. `blockAt` returns the block of an
   * id. Returns true when the block needs more memory.
   */
  note(
    block: RowBlock,
    kind: number,
    stream: number,
    first: number,
    blockAt: (id: number) => RowBlock | undefined,
  ): boolean {
    const index = block.count - 1;
    const id = block.base + index;
    if (kind === rowKind.line) this.last[stream] = id;
    if (kind !== rowKind.continuation) return false;
    const head = this.last[stream];
    if (head === undefined || head < first) return false;
    const grows = block.back === undefined;
    join(block, index, id - head);
    if (head < block.base) spanTo(blockAt(head), head, id);
    return grows;
  }

  /** Forgets the lines before a row: their ids are used again. */
  forget(before: number): void {
    this.last = this.last.map((id) => (id === undefined || id < before ? undefined : id));
  }

  /** Registers older lines that precede `first`, for streams without a line since then. */
  precede(lines: readonly (number | undefined)[], first: number): void {
    for (const [stream, id] of lines.entries())
      if ((this.last[stream] ?? Number.NEGATIVE_INFINITY) < first) this.last[stream] = id;
  }
}

const join = (block: RowBlock, index: number, back: number): void => {
  block.back ??= new Uint32Array(block.ends.length);
  block.back[index] = back;
};

const spanTo = (block: RowBlock | undefined, head: number, id: number): void => {
  if (block === undefined) return;
  block.spans ??= new Map();
  block.spans.set(head - block.base, id - head);
};

/** Detaches rows of later blocks from lines in an evicted block. */
const orphan = (evicted: RowBlock, blocks: readonly RowBlock[], from: number): void => {
  for (const [index, span] of evicted.spans ?? []) {
    const head = evicted.base + index;
    for (let place = from; place < blocks.length; place++) {
      const block = blocks[place];
      if (block === undefined || block.base > head + span) break;
      const to = Math.min(block.count, head + span + 1 - block.base);
      for (let row = 0; row < to; row++)
        if (block.back?.[row] === block.base + row - head) {
          block.back[row] = 0;
          block.regrouped++;
        }
    }
  }
};

/** Ids of lines by stream. */
type Lines = Map<number, number>;

const adoptIn = (block: RowBlock, lines: Lines, blockAt: (id: number) => RowBlock | undefined): void => {
  for (let index = 0; index < block.count; index++) {
    const head = lines.get(block.stream[index] ?? 0);
    if (head === undefined) continue;
    if (block.kind[index] === rowKind.line) lines.delete(block.stream[index] ?? 0);
    if (block.kind[index] !== rowKind.continuation) continue;
    join(block, index, block.base + index - head);
    spanTo(blockAt(head), head, block.base + index);
    block.regrouped++;
  }
};

/**
 * Attaches rows without a line to lines that were prepended; `last`: ids of these lines by stream. Returns
 * the blocks that need more memory.
 */
const adopt = (
  blocks: readonly RowBlock[],
  last: readonly (number | undefined)[],
  blockAt: (id: number) => RowBlock | undefined,
): readonly RowBlock[] => {
  const lines: Lines = new Map();
  for (const [stream, id] of last.entries()) if (id !== undefined) lines.set(stream, id);
  const before = new Set(blocks.filter(({ back }) => back === undefined));
  for (const block of blocks) {
    if (lines.size === 0) break;
    adoptIn(block, lines, blockAt);
  }
  return [...before].filter(({ back }) => back !== undefined);
};

/**
 * Returns the id of the line that a row continues; its own id for other rows, and if that line was evicted.
 */
export const groupHeadOf = (ring: ReadonlyLogRing, id: number): number => {
  const block = ring.blocks[ring.blockOf(id)];
  return id - (block?.back?.[id - block.base] ?? 0);
};

/** Calls `visit` for each continuation of a line, in order. */
export const forEachContinuation = (
  ring: ReadonlyLogRing,
  head: number,
  visit: (block: RowBlock, index: number, place: number) => void,
): void => {
  let place = ring.blockOf(head);
  const own = ring.blocks[place];
  if (own === undefined || (own.back === undefined && own.spans === undefined)) return;
  const last = head + (own.spans?.get(head - own.base) ?? own.count - 1 - (head - own.base));
  const stream = own.stream[head - own.base];
  for (let block: RowBlock | undefined = own; block !== undefined && block.base <= last; ) {
    const to = Math.min(block.count, last + 1 - block.base);
    for (let index = Math.max(0, head + 1 - block.base); index < to; index++) {
      if (block.stream[index] !== stream) continue;
      if (block.kind[index] === rowKind.line) return;
      if (block.back?.[index] === block.base + index - head) visit(block, index, place);
    }
    block = ring.blocks[++place];
  }
};

/** Returns the ids of the continuations of a line, in order. */
export const groupMembers = (ring: ReadonlyLogRing, head: number): readonly number[] => {
  const ids: number[] = [];
  forEachContinuation(ring, head, (block, index) => ids.push(block.base + index));
  return ids;
};

/** Maximum size of a ring. */
export interface RingLimits {
  readonly lines: number;
  readonly bytes: number;
}

export const defaultRingLimits: RingLimits = { lines: 1_000_000, bytes: 128 * 1024 * 1024 };

/** A row and its id. */
export interface LogRow extends RowHead {
  /** Increases by one per row, in display order. */
  readonly id: number;
  readonly text: string;
}

/** Read access to the ring for the UI. */
export interface ReadonlyLogRing {
  /** Changes on every change of the ring. */
  readonly version: number;
  /** Id of the oldest row. */
  readonly first: number;
  /** Id after the newest row. */
  readonly end: number;
  readonly count: number;
  readonly bytes: number;
  /** Number of rows evicted so far; they are older than `first`. */
  readonly evicted: number;
  /** Oldest first. */
  readonly blocks: readonly RowBlock[];
  row(id: number): LogRow | undefined;
  /** Returns the index in `blocks` of the block that contains a row. */
  blockOf(id: number): number;
  /** Returns the first row at or after a time, or `end`. Rows are almost ordered by time. */
  atTime(time: Millis): number;
}

const noBytes = Buffer.alloc(0);

/** Bounded buffer of rows in display order; evicts the oldest rows by whole blocks and counts them. */
export class LogRing implements ReadonlyLogRing {
  version = 0;
  bytes = 0;
  evicted = 0;
  readonly limits: RingLimits;
  readonly #size: BlockCapacity;
  #blocks: RowBlock[] = [];
  #count = 0;
  #holding = false;
  readonly #heads = new Heads();
  readonly #memory = new BlockMemory();
  readonly #blockAt = (id: number): RowBlock | undefined => this.#blocks[this.blockOf(id)];

  constructor(limits: RingLimits = defaultRingLimits) {
    this.limits = limits;
    this.#size = blockCapacity(limits.lines, limits.bytes);
  }

  get blocks(): readonly RowBlock[] {
    return this.#blocks;
  }

  get count(): number {
    return this.#count;
  }

  get first(): number {
    return this.#blocks[0]?.base ?? 0;
  }

  get end(): number {
    const last = this.#blocks.at(-1);
    return last === undefined ? 0 : last.base + last.count;
  }

  get isFull(): boolean {
    return this.#count >= this.limits.lines || this.bytes >= this.limits.bytes;
  }

  /** True: nothing is evicted; `isFull` reports when there is no room. */
  get holding(): boolean {
    return this.#holding;
  }

  set holding(on: boolean) {
    this.#holding = on;
    this.#evict();
  }

  /** Appends a row: clean UTF-8 without line feeds. `ascii`: all bytes are below 0x80. Returns its id. */
  append(bytes: Uint8Array, begin: number, end: number, head: RowHead, ascii: boolean): number {
    const size = end - begin;
    let block = this.#blocks.at(-1);
    if (block === undefined || !hasRoom(block, size)) {
      const spare = block === undefined ? undefined : this.#seal(block);
      block = newBlock(this.end, this.#size, size + 1, spare);
      this.#blocks.push(block);
      this.bytes += blockSizeBytes(block);
    }
    putRow(block, bytes, begin, end, head, ascii);
    this.#count++;
    this.version++;
    if (this.#heads.note(block, head.kind, head.stream, this.first, this.#blockAt))
      this.bytes += block.back?.byteLength ?? 0;
    if (this.#count > this.limits.lines || this.bytes > this.limits.bytes) this.#evict();
    return block.base + block.count - 1;
  }

  appendText(text: string, head: RowHead): number {
    const bytes = Buffer.from(text);
    return this.append(bytes, 0, bytes.length, head, bytes.length === text.length);
  }

  /** Inserts older rows, oldest first, before all others; evicts nothing. */
  prepend(rows: readonly (RowHead & { readonly text: string })[]): void {
    const older = new LogRing({ lines: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY });
    for (const row of rows) older.appendText(row.text, row);
    const shift = this.first - older.count;
    for (const block of older.#blocks) {
      sealBlock(block, older.#memory);
      block.base += shift;
      this.bytes += blockSizeBytes(block);
    }
    const newer = this.#blocks;
    this.#blocks = [...older.#blocks, ...newer];
    this.#count += older.count;
    const lines = older.#heads.last.map((id) => (id === undefined ? undefined : id + shift));
    for (const block of adopt(newer, lines, this.#blockAt)) this.bytes += block.back?.byteLength ?? 0;
    this.#heads.precede(lines, shift + older.count);
    this.version++;
  }

  /** Removes the rows that were prepended before `first`, which was the first row then. Their ids are used again. */
  dropBefore(first: number): void {
    const count = this.#blocks.findIndex(({ base }) => base >= first);
    this.#drop(count < 0 ? this.#blocks.length : count);
    this.#heads.forget(first);
  }

  row(id: number): LogRow | undefined {
    const block = this.#blockAt(id);
    const index = id - (block?.base ?? 0);
    if (block === undefined || index < 0 || index >= block.count) return undefined;
    return { id, text: rowTextAt(block, index), ...rowHead(block, index) };
  }

  blockOf(id: number): number {
    return findBlock(this.#blocks, id);
  }

  atTime(moment: Millis): number {
    const block = this.#blocks.find(({ to }) => to >= moment);
    if (block === undefined) return this.end;
    return (
      block.base +
      Math.max(
        0,
        block.at.findIndex((time) => time >= moment),
      )
    );
  }

  #seal(block: RowBlock): ReturnType<typeof sealBlock> {
    this.bytes -= blockSizeBytes(block);
    const spare = sealBlock(block, this.#memory);
    this.bytes += blockSizeBytes(block);
    return spare;
  }

  #evict(): void {
    if (this.#holding) return;
    let count = this.#count;
    let { bytes } = this;
    let excess = 0;
    for (const block of this.#blocks.slice(0, -1)) {
      if (count <= this.limits.lines && bytes <= this.limits.bytes) break;
      count -= block.count;
      bytes -= blockSizeBytes(block);
      excess++;
    }
    this.evicted += this.#count - count;
    this.#drop(excess);
  }

  /** Removes the first blocks. */
  #drop(count: number): void {
    for (const [index, block] of this.#blocks.slice(0, count).entries()) {
      this.bytes -= blockSizeBytes(block);
      this.#count -= block.count;
      block.evicted = true;
      // Its memory may be used for another block.
      block.bytes = noBytes;
      if (block.memory !== undefined) this.#memory.release(block.memory);
      orphan(block, this.#blocks, index + 1);
    }
    if (count === 0) return;
    this.#blocks.splice(0, count);
    this.version++;
  }
}
