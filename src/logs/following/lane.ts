import type { Millis } from '../../domain/base/fault.ts';
import { nextTurn } from '../../platform/runtime/async.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { RowHead } from '../ring/row-block.ts';

/**
 * Maximum time in ms that all readers run before keys and timers are processed. Filtering and rendering get
 * as much again.
 */
const sliceMs: Millis = 4;

/**
 * Returns undefined to continue, or a promise to await first. Shared by all readers that run concurrently.
 */
export type YieldTurn = () => Promise<void> | undefined;

/**
 * Creates the yield check. A connection with buffered data produces events without a turn of the event loop;
 * this forces one.
 */
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

/** Sink of rows in order. Text is clean UTF-8 without line feeds; `ascii`: all bytes are below 0x80. */
export interface RowWriter {
  /** `head` is copied before `put` returns; callers may reuse the object. */
  put(bytes: Buffer, begin: number, end: number, head: RowHead, ascii: boolean): void;
}

const leastRows = 32;
const fewBytesOfLine = 64;
const chunkBytes = 64 * 1024;

/** True for a buffer large enough that its rows arrived together. */
const isChunk = (bytes: Uint8Array): boolean => bytes.length >= chunkBytes;

type Columns = Pick<Rows, 'begins' | 'ends' | 'at' | 'level' | 'kind' | 'ascii'>;

/** Allocates all columns in one buffer, because fifty streams need thousands of columns per second. */
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

/** Consecutive rows of one stream: append-only columns over a buffer. */
class Rows {
  readonly stream: number;
  /** Buffer that contains the texts; may contain other bytes between them. */
  readonly bytes: Buffer;
  /** Arrival time of the first row; engine's clock. */
  readonly receivedAt: Millis;
  count = 0;
  begins: Uint32Array;
  ends: Uint32Array;
  /** Wall clock. */
  at: Float64Array;
  level: Uint8Array;
  /** `rowKind`. */
  kind: Uint8Array;
  ascii: Uint8Array;

  constructor(stream: number, bytes: Buffer, receivedAt: Millis) {
    this.stream = stream;
    this.bytes = bytes;
    this.receivedAt = receivedAt;
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

/** Rows `from` up to (excluding) `to` of one stream (`rows.stream` is a `LogStream.index`). */
export interface LaneBatch {
  readonly rows: Rows;
  readonly from: number;
  readonly to: number;
}

export const laneBatchText = ({ rows }: LaneBatch, index: number): string =>
  rows.bytes.toString(rows.ascii[index] === 1 ? 'latin1' : 'utf8', rows.begins[index], rows.ends[index]);

/** Maximum data of a stream read ahead; beyond it, its source waits. */
const maxBytes = 1024 * 1024;
const maxRows = 16 * 1024;
/** Rows that arrive within this time count as arrived together. */
const togetherMs: Millis = 50;

/**
 * The phase of a lane. 'history': lines from before it was opened, as fast as they can be read;
 * 'live': lines as they are written; 'quiet': nothing for now (disconnected); 'over': nothing more.
 */
type LaneState = 'history' | 'live' | 'quiet' | 'over';

/** Bounded, ordered queue of one stream's rows between its reader and the merge. */
export class Lane implements RowWriter {
  readonly stream: number;
  /** Since when its history has been awaited; engine's clock. */
  begun: Millis;
  /** Time of the last arrival. */
  latest: Millis | undefined;
  state: LaneState = 'history';
  /** Number of lines received. */
  lines = 0;
  readonly #now: () => Millis;
  readonly #changed: () => void;
  #parts: Rows[] = [];
  /** Index of the next row in the first part. */
  #next = 0;
  #rows = 0;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** `changed`: called when rows arrive in an empty lane, or the state changes. */
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
    return this.#bytes >= maxBytes || this.#rows >= maxRows;
  }

  /** The part that contains the next row; `next` is its index there. */
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
      if (part === undefined || part.bytes !== bytes || now - part.receivedAt > togetherMs) {
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

  /** Returns the next rows, up to row `to` of the first part. */
  take(to: number): LaneBatch {
    const [rows] = this.#parts;
    if (rows === undefined || to <= this.#next) throw new RangeError('internal error: no line to take');
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

  /** Resolves when there is room for more rows, or the signal aborts. */
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
