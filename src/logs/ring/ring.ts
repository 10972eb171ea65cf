import type { Millis } from '../../domain/fault.ts';
import {
  type Block,
  type BlockSize,
  blockSize,
  type Columns,
  hasRoom,
  heldBytes,
  newBlock,
  placeOf,
  putRow,
  type RowHead,
  rowHead,
  rowText,
  seal,
} from './block.ts';
import { adopt, Heads, orphan } from './heads.ts';

/** How much is kept. */
export interface RingLimits {
  readonly lines: number;
  readonly bytes: number;
}

export const defaultLimits: RingLimits = { lines: 1_000_000, bytes: 128 * 1024 * 1024 };

/** A row, with its place. */
export interface Row extends RowHead {
  /** Grows by one from row to row, in the order in which they are shown. */
  readonly id: number;
  readonly text: string;
}

/** What the screen may ask of the ring. */
export interface ReadRing {
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
  readonly blocks: readonly Block[];
  row(id: number): Row | undefined;
  /** Index into `blocks` of the one that has a row. */
  blockOf(id: number): number;
  /** The first row at or behind a time; `end` when there is none. Rows are nearly in order of time. */
  atTime(at: Millis): number;
}

/** Rows of lines in the order in which they are shown, bounded: what does not fit goes from the front by blocks, and is counted. */
export class LogRing implements ReadRing {
  version = 0;
  bytes = 0;
  evicted = 0;
  readonly limits: RingLimits;
  readonly #size: BlockSize;
  #blocks: Block[] = [];
  #count = 0;
  #holding = false;
  readonly #heads = new Heads();
  readonly #blockAt = (id: number): Block | undefined => this.#blocks[this.blockOf(id)];

  constructor(limits: RingLimits = defaultLimits) {
    this.limits = limits;
    this.#size = blockSize(limits.lines, limits.bytes);
  }

  get blocks(): readonly Block[] {
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
      this.bytes += heldBytes(block);
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
      seal(block);
      block.base += shift;
      this.bytes += heldBytes(block);
    }
    const newer = this.#blocks;
    this.#blocks = [...older.#blocks, ...newer];
    this.#count += older.count;
    const lines = older.#heads.last.map((id) => (id === undefined ? undefined : id + shift));
    for (const block of adopt(newer, lines, this.#blockAt)) this.bytes += block.back?.byteLength ?? 0;
    this.#heads.precede(lines, shift + older.count);
    this.version++;
  }

  row(id: number): Row | undefined {
    const block = this.#blockAt(id);
    const index = id - (block?.base ?? 0);
    if (block === undefined || index < 0 || index >= block.count) return undefined;
    return { id, text: rowText(block, index), ...rowHead(block, index) };
  }

  blockOf(id: number): number {
    return placeOf(this.#blocks, id);
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

  #seal(block: Block): Columns | undefined {
    this.bytes -= heldBytes(block);
    const spare = seal(block);
    this.bytes += heldBytes(block);
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
      this.bytes -= heldBytes(block);
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
