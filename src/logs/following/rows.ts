import type { Millis } from '../../domain/fault.ts';
import type { RowHead } from '../ring/block.ts';

/** Where rows are put, one after the other. Text as clean UTF-8 without a line feed in it; `ascii`: every byte is below 0x80. */
export interface RowSink {
  /** `head` is read before it returns, and may be the same object each time. */
  put(bytes: Buffer, begin: number, end: number, head: RowHead, ascii: boolean): void;
}

const leastRows = 32;
const fewBytesOfLine = 64;
const chunkBytes = 64 * 1024;

/** What stands in so many bytes has come at once. */
export const isChunk = (bytes: Uint8Array): boolean => bytes.length >= chunkBytes;

type Columns = Pick<Rows, 'begins' | 'ends' | 'at' | 'level' | 'kind' | 'ascii'>;

/** One piece of memory for all columns: of fifty streams there are thousands a second, and each piece has its price. */
const newColumns = (rows: number): Columns => {
  const memory = new ArrayBuffer(rows * rowBytes);
  return {
    at: new Float64Array(memory, 0, rows),
    begins: new Uint32Array(memory, rows * 8, rows),
    ends: new Uint32Array(memory, rows * 12, rows),
    level: new Uint8Array(memory, rows * 16, rows),
    kind: new Uint8Array(memory, rows * 17, rows),
    ascii: new Uint8Array(memory, rows * 18, rows),
  };
};
const rowBytes = 19;

/** Some rows of one stream, in its order: columns over the bytes in which they stand. They only ever grow. */
export class Rows {
  readonly stream: number;
  /** Where the texts stand, with whatever is between them. */
  readonly bytes: Buffer;
  /** When the first of them came; engine's clock. */
  readonly came: Millis;
  count = 0;
  begins: Uint32Array;
  ends: Uint32Array;
  /** Wall clock. */
  at: Float64Array;
  level: Uint8Array;
  /** `rowKind`. */
  kind: Uint8Array;
  ascii: Uint8Array;

  constructor(stream: number, bytes: Buffer, came: Millis) {
    this.stream = stream;
    this.bytes = bytes;
    this.came = came;
    const columns = newColumns(isChunk(bytes) ? Math.ceil(bytes.length / fewBytesOfLine) : leastRows);
    this.begins = columns.begins;
    this.ends = columns.ends;
    this.at = columns.at;
    this.level = columns.level;
    this.kind = columns.kind;
    this.ascii = columns.ascii;
  }

  add(begin: number, end: number, head: RowHead, ascii: boolean): void {
    const index = this.count;
    if (index === this.begins.length) this.#grow();
    this.begins[index] = begin;
    this.ends[index] = end;
    this.at[index] = head.at;
    this.level[index] = head.level;
    this.kind[index] = head.kind;
    this.ascii[index] = ascii ? 1 : 0;
    this.count = index + 1;
  }

  #grow(): void {
    const columns = newColumns(this.begins.length * 4);
    columns.begins.set(this.begins);
    columns.ends.set(this.ends);
    columns.at.set(this.at);
    columns.level.set(this.level);
    columns.kind.set(this.kind);
    columns.ascii.set(this.ascii);
    Object.assign(this, columns);
  }
}

/** Rows `from` up to `to` of some rows of one stream (`rows.stream`, a `LogStream.index`). */
export interface Batch {
  readonly rows: Rows;
  readonly from: number;
  readonly to: number;
}

export const batchText = ({ rows }: Batch, index: number): string =>
  rows.bytes.toString(rows.ascii[index] === 1 ? 'latin1' : 'utf8', rows.begins[index], rows.ends[index]);
