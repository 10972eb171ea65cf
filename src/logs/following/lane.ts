import type { Millis } from '../../domain/fault.ts';
import { nextTurn } from '../../platform/async.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { RowHead } from '../ring/row-block.ts';

/** So long all that reads lines may go on before keys and timers have their turn; rows are judged for as long again, and drawn. */
const sliceMs: Millis = 4;

/** Undefined: go on; or to be awaited first. One for all who work at the same time. */
export type YieldTurn = () => Promise<void> | undefined;

/** What comes from a wire that has much at hand comes without a turn of the event loop between: this puts one there. */
export const createYieldTurn = (now: () => Millis): YieldTurn => {
  let began = now();
  let pause: Promise<void> | undefined;
  return () => {
    if (pause === undefined && now() - began >= sliceMs)
      pause = nextTurn().then(() => {
        pause = undefined;
        began = now();
      });
    return pause;
  };
};

/** Where rows are put, one after the other. Text as clean UTF-8 without a line feed in it; `ascii`: every byte is below 0x80. */
export interface RowWriter {
  /** `head` is read before it returns, and may be the same object each time. */
  put(bytes: Buffer, begin: number, end: number, head: RowHead, ascii: boolean): void;
}

const leastRows = 32;
const fewBytesOfLine = 64;
const chunkBytes = 64 * 1024;

/** What stands in so many bytes has come at once. */
const isChunk = (bytes: Uint8Array): boolean => bytes.length >= chunkBytes;

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
class Rows {
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
export interface LaneBatch {
  readonly rows: Rows;
  readonly from: number;
  readonly to: number;
}

export const laneBatchText = ({ rows }: LaneBatch, index: number): string =>
  rows.bytes.toString(rows.ascii[index] === 1 ? 'latin1' : 'utf8', rows.begins[index], rows.ends[index]);

/** So much of one stream is read ahead of what is taken; then its source waits. */
const mostBytes = 1024 * 1024;
const mostRows = 16 * 1024;
/** Rows that come so close together count as come at once. */
const togetherMs: Millis = 50;

/**
 * What a lane may still bring. 'history': lines from before it was opened, as fast as they can be read; 'live': lines as
 * they are written; 'quiet': nothing for now (it is cut off); 'over': nothing ever.
 */
type LaneState = 'history' | 'live' | 'quiet' | 'over';

/** The rows of one stream between the one who reads it and the one who merges it: in order, bounded. */
export class Lane implements RowWriter {
  readonly stream: number;
  /** Since when its history is awaited; engine's clock. */
  begun: Millis;
  /** When something came last. */
  latest: Millis | undefined;
  state: LaneState = 'history';
  /** How many lines it was given. */
  lines = 0;
  readonly #now: () => Millis;
  readonly #changed: () => void;
  #parts: Rows[] = [];
  /** Row of the first part that is next. */
  #next = 0;
  #rows = 0;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** `changed`: it has rows where it had none, or another phase. */
  constructor(stream: number, now: () => Millis, changed: () => void) {
    this.stream = stream;
    this.#now = now;
    this.#changed = changed;
    this.begun = now();
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get isFull(): boolean {
    return this.#bytes >= mostBytes || this.#rows >= mostRows;
  }

  /** The part in which the next row stands, and its place there. */
  get head(): Rows | undefined {
    return this.#parts[0];
  }

  get next(): number {
    return this.#next;
  }

  enter(phase: LaneState): void {
    if (phase === this.state) return;
    if (phase === 'history') this.begun = this.#now();
    this.state = phase;
    this.#changed();
  }

  put(bytes: Buffer, begin: number, end: number, head: RowHead, ascii: boolean): void {
    let part = this.#parts.at(-1);
    if (part === undefined || part.bytes !== bytes || !isChunk(bytes)) {
      const now = this.#now();
      if (part === undefined || part.bytes !== bytes || now - part.came > togetherMs) {
        part = new Rows(this.stream, bytes, now);
        this.#parts.push(part);
      }
      this.latest = now;
    }
    part.add(begin, end, head, ascii);
    this.#bytes += end - begin;
    this.#rows++;
    if (head.kind <= rowKind.continuation) this.lines++;
    if (this.#rows === 1) this.#changed();
  }

  /** The next rows, up to row `to` of the first part. */
  take(to: number): LaneBatch {
    const [rows] = this.#parts;
    if (rows === undefined || to <= this.#next) throw new RangeError('nothing to take');
    const batch = { rows, from: this.#next, to };
    for (let index = this.#next; index < to; index++)
      this.#bytes -= (rows.ends[index] ?? 0) - (rows.begins[index] ?? 0);
    this.#rows -= to - this.#next;
    this.#next = to;
    if (to === rows.count) {
      this.#parts.shift();
      this.#next = 0;
    }
    if (!this.isFull) for (const go of this.#waiting.splice(0)) go();
    return batch;
  }

  /** Resolves when more may be put, or the signal aborts. */
  room(signal: AbortSignal): Promise<void> {
    if (!this.isFull || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const go = (): void => {
        signal.removeEventListener('abort', go);
        resolve();
      };
      signal.addEventListener('abort', go);
      this.#waiting.push(go);
    });
  }
}
