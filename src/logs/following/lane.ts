import type { Millis } from '../../domain/fault.ts';
import { rowKind } from '../format/line.ts';
import type { RowHead } from '../ring/block.ts';
import { type Batch, isChunk, type RowSink, Rows } from './rows.ts';

/** So much of one stream is read ahead of what is taken; then its source waits. */
const mostBytes = 1024 * 1024;
const mostRows = 16 * 1024;
/** Rows that come so close together count as come at once. */
const togetherMs: Millis = 50;

/**
 * What a lane may still bring. 'history': lines from before it was opened, as fast as they can be read; 'live': lines as
 * they are written; 'quiet': nothing for now (it is cut off); 'over': nothing ever.
 */
export type LanePhase = 'history' | 'live' | 'quiet' | 'over';

/** The rows of one stream between the one who reads it and the one who merges it: in order, bounded. */
export class Lane implements RowSink {
  readonly stream: number;
  /** Since when its history is awaited; engine's clock. */
  begun: Millis;
  /** When something came last. */
  latest: Millis | undefined;
  phase: LanePhase = 'history';
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

  enter(phase: LanePhase): void {
    if (phase === this.phase) return;
    if (phase === 'history') this.begun = this.#now();
    this.phase = phase;
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
  take(to: number): Batch {
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
