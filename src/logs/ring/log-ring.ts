import type { Millis } from '../../domain/fault.ts';
import { rowKind } from '../format/parsed-line.ts';
import {
  type BlockCapacity,
  blockCapacity,
  blockSizeBytes,
  type ColumnArrays,
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

/** Remembers, of each stream, the last line: what is continued by the continuations that come. */
class Heads {
  /** Id by stream. */
  last: (number | undefined)[] = [];

  /**
   * Notes a row that was just written as the last one of `block`, the last of `blocks`. `blockAt` gives the block of an id.
   * True: the block holds more bytes than before.
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

  /** Lines that stand in front of all from `first` on: of streams that have none of their own there. */
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

/** Rows of later blocks that continue lines of one that is gone: they continue nothing any more. */
const orphan = (gone: RowBlock, blocks: readonly RowBlock[], from: number): void => {
  for (const [index, span] of gone.spans ?? []) {
    const head = gone.base + index;
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
 * Rows that continue nothing because their lines were not there, and now stand in front of them: `last` has the ids of
 * those lines by stream. Returns the blocks that hold more bytes than before.
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

/** Id of the line that a row continues; of any other row, and where that line is gone, its own. */
export const groupHeadOf = (ring: ReadonlyLogRing, id: number): number => {
  const block = ring.blocks[ring.blockOf(id)];
  return id - (block?.back?.[id - block.base] ?? 0);
};

/** Tells each row of a group behind its head, in their order. */
export const forEachContinuation = (
  ring: ReadonlyLogRing,
  head: number,
  tell: (block: RowBlock, index: number, place: number) => void,
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
      if (block.back?.[index] === block.base + index - head) tell(block, index, place);
    }
    block = ring.blocks[++place];
  }
};

/** Ids of the rows that continue a line, in their order. */
export const groupMembers = (ring: ReadonlyLogRing, head: number): readonly number[] => {
  const ids: number[] = [];
  forEachContinuation(ring, head, (block, index) => ids.push(block.base + index));
  return ids;
};

/** How much is kept. */
export interface RingLimits {
  readonly lines: number;
  readonly bytes: number;
}

export const defaultRingLimits: RingLimits = { lines: 1_000_000, bytes: 128 * 1024 * 1024 };

/** A row, with its place. */
export interface LogRow extends RowHead {
  /** Grows by one from row to row, in the order in which they are shown. */
  readonly id: number;
  readonly text: string;
}

/** What the screen may ask of the ring. */
export interface ReadonlyLogRing {
  /** Changes whenever anything does. */
  readonly version: number;
  /** Id of the oldest row. */
  readonly first: number;
  /** One behind the newest. */
  readonly end: number;
  readonly count: number;
  readonly bytes: number;
  /** Rows that had to go from the front since the ring began: they are older than `first`. */
  readonly evicted: number;
  /** Oldest first. */
  readonly blocks: readonly RowBlock[];
  row(id: number): LogRow | undefined;
  /** Index into `blocks` of the one that has a row. */
  blockOf(id: number): number;
  /** The first row at or behind a time; `end` when there is none. Rows are nearly in order of time. */
  atTime(at: Millis): number;
}

/** Rows of lines in the order in which they are shown, bounded: what does not fit goes from the front by blocks, and is counted. */
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

  /** True: nothing goes from the front; `isFull` says when there is no room. */
  get holding(): boolean {
    return this.#holding;
  }

  set holding(on: boolean) {
    this.#holding = on;
    this.#evict();
  }

  /** Text as clean UTF-8 without a line feed in it. `ascii`: every byte is below 0x80. Returns its id. */
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

  /** Older rows, oldest first, in front of all that are there; they make room for themselves nowhere. */
  prepend(rows: readonly (RowHead & { readonly text: string })[]): void {
    const older = new LogRing({ lines: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY });
    for (const row of rows) older.appendText(row.text, row);
    const shift = this.first - older.count;
    for (const block of older.#blocks) {
      sealBlock(block);
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

  row(id: number): LogRow | undefined {
    const block = this.#blockAt(id);
    const index = id - (block?.base ?? 0);
    if (block === undefined || index < 0 || index >= block.count) return undefined;
    return { id, text: rowTextAt(block, index), ...rowHead(block, index) };
  }

  blockOf(id: number): number {
    return findBlock(this.#blocks, id);
  }

  atTime(at: Millis): number {
    const block = this.#blocks.find(({ to }) => to >= at);
    if (block === undefined) return this.end;
    return (
      block.base +
      Math.max(
        0,
        block.at.findIndex((time) => time >= at),
      )
    );
  }

  #seal(block: RowBlock): ColumnArrays | undefined {
    this.bytes -= blockSizeBytes(block);
    const spare = sealBlock(block);
    this.bytes += blockSizeBytes(block);
    return spare;
  }

  #evict(): void {
    if (this.#holding) return;
    let gone = 0;
    while (
      this.#blocks.length - gone > 1 &&
      (this.#count > this.limits.lines || this.bytes > this.limits.bytes)
    ) {
      const block = this.#blocks[gone];
      if (block === undefined) break;
      this.bytes -= blockSizeBytes(block);
      this.#count -= block.count;
      this.evicted += block.count;
      block.evicted = true;
      gone++;
      orphan(block, this.#blocks, gone);
    }
    if (gone === 0) return;
    this.#blocks.splice(0, gone);
    this.version++;
  }
}
