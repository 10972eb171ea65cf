import { isUtf8 } from 'node:buffer';
import type { Millis } from '../../domain/base/fault.ts';
import { createKeyBlock, keyMark, keyPlaceholder } from '../../domain/mask/key-block.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { withoutTornEnd } from '../../domain/text/cut-text.ts';
import { formatCount } from '../../domain/text/format.ts';
import { createHeadReader, type HeadOptions } from '../format/head-reader.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { RowWriter } from './lane.ts';
import { isPlain, plainLineEnds } from './plain-bytes.ts';

/** Maximum bytes kept of a line; the rest is replaced by a note. */
const longestLine = 1024 * 1024;

/** A line that arrives in several pieces: the kept part and the total length. */
class LongLine {
  length = 0;
  #kept: Buffer[] = [];
  #keptLength = 0;

  get bytes(): Buffer {
    const [bytes] = this.#kept;
    return bytes !== undefined && this.#kept.length === 1 ? bytes : Buffer.concat(this.#kept);
  }

  add(bytes: Buffer): void {
    this.length += bytes.length;
    // One more byte than is shown, which reveals a cut within a character.
    const room = longestLine + 1 - this.#keptLength;
    if (room <= 0) return;
    const part = Buffer.from(bytes.subarray(0, room));
    this.#kept.push(part);
    this.#keptLength += part.length;
  }
}

const amount = (bytes: number): string =>
  bytes < 50_000 ? `${formatCount(bytes)} B` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Returns the clean start of a longer line, with a note about the rest: ` … 9.0 MB more`. */
const cutLine = (bytes: Buffer, length: number): string => {
  let end = Math.min(longestLine, bytes.length);
  // Avoids a cut within a character: UTF-8 continuation bytes are 10xxxxxx.
  while (end < bytes.length && end > longestLine - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${stripControls(withoutTornEnd(bytes.toString('utf8', 0, end)))} … ${amount(length - end)} more`;
};

/**
 * Converts the output of one stream to rows: clean text with time, level and kind. Each line of a private key is a row
 * that says so: later, when a single row is masked, its lines are no longer recognized.
 */
export interface RowBuilder {
  /** Times of its first and last rows; wall clock. */
  readonly first: Millis | undefined;
  readonly latest: Millis | undefined;
  /**
   * `at`: wall-clock time from the source, if known; `level`: `levelCode` from the source, used if the text
   * has no level.
   */
  line(text: string, time?: Millis, level?: number): void;
  /**
   * Adds lines, each with its line feed. Bytes after the last line feed belong to a line that continues in
   * the next chunk. The rows refer to the chunk, so it must not be overwritten.
   */
  chunk(bytes: Uint8Array): void;
  /** Adds a row that is not a line: `rowKind.gap`, `dropped`, `note`. */
  note(kind: number, text: string, time: Millis): void;
  /** Completes an unfinished line; no continuation follows. */
  flush(): void;
}

const arenaBytes = 16 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const keyMarkBytes = Buffer.from(keyMark);

export interface RowBuilderOptions extends HeadOptions {
  /**
   * True: each row has the level of its line; otherwise continuations inherit the level of their head
   * line.
   */
  readonly ownLevels?: boolean;
}

class RowsOfLines implements RowBuilder {
  readonly #stream: number;
  readonly #sink: RowWriter;
  readonly #wallNow: () => Millis;
  readonly #ownLevels;
  readonly #reader;
  readonly #row;
  #first: Millis | undefined;
  #latest: Millis | undefined;
  /** Level inherited by continuations. */
  #level = 0;
  #begun = new LongLine();
  readonly #key = createKeyBlock();
  /** Memory for texts that are not part of a chunk. Never overwritten, because rows refer to it. */
  #arena = Buffer.alloc(0);
  #used = 0;

  constructor(stream: number, sink: RowWriter, wallNow: () => Millis, options: RowBuilderOptions) {
    this.#stream = stream;
    this.#sink = sink;
    this.#wallNow = wallNow;
    const { ownLevels = false, ...heads } = options;
    this.#ownLevels = ownLevels;
    this.#reader = createHeadReader({ ...heads, now: wallNow });
    this.#row = { at: Number.NaN, level: 0, stream, kind: 0 };
  }

  flush(): void {
    if (this.#begun.length === 0) return;
    const { bytes, length } = this.#begun;
    this.#begun = new LongLine();
    if (length > bytes.length) this.#line(cutLine(bytes, length));
    else this.#putAny(bytes, 0, bytes.length, this.#mayHaveKey(bytes));
  }

  get first(): Millis | undefined {
    return this.#first;
  }

  get latest(): Millis | undefined {
    return this.#latest;
  }

  line(text: string, time?: Millis, fallback?: number): void {
    const clean = this.#keyless(stripControls(text).replaceAll('\n', ' '));
    this.#line(
      clean.length > longestLine ? cutLine(Buffer.from(clean), Buffer.byteLength(clean)) : clean,
      time,
      fallback,
    );
  }

  chunk(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let from = 0;
    if (this.#begun.length > 0) {
      const end = bytes.indexOf(lineFeed);
      this.#begun.add(bytes.subarray(0, end < 0 ? bytes.length : end));
      if (end < 0) return;
      this.flush();
      from = end + 1;
    }
    const to = bytes.lastIndexOf(lineFeed) + 1;
    if (to > from) this.#lines(bytes, from, to);
    if (bytes.length > Math.max(from, to)) this.#begun.add(bytes.subarray(Math.max(from, to)));
  }

  note(kind: number, text: string, time: Millis): void {
    const begin = this.#write(stripControls(text).replaceAll('\n', ' '));
    this.#sink.put(
      this.#arena,
      begin,
      this.#used,
      { at: time, level: 0, stream: this.#stream, kind },
      this.#used - begin === text.length,
    );
  }

  /** `place.limit`: end of the whole lines in the bytes, for a head whose level is on the next line. */
  #put(
    bytes: Buffer,
    { begin, end, limit = end }: { readonly begin: number; readonly end: number; readonly limit?: number },
    ascii: boolean,
    known?: Millis,
    fallback = 0,
  ): void {
    const head = this.#reader.read(bytes, begin, end, limit);
    const own = (this.#ownLevels ? head.ownLevel : head.level) || fallback;
    this.#row.kind = head.isContinuation ? rowKind.continuation : rowKind.line;
    if (!head.isContinuation || this.#ownLevels) this.#level = own;
    // A line without a timestamp gets the time of the previous one.
    this.#row.at = known ?? (Number.isNaN(head.at) ? (this.#latest ?? this.#wallNow()) : head.at);
    this.#row.level = this.#level;
    this.#latest = this.#row.at;
    this.#first ??= this.#latest;
    this.#sink.put(bytes, begin, end, this.#row, ascii);
  }

  /** Writes a clean text; returns its start. It ends at `used`. */
  #write(text: string): number {
    const most = text.length * 3;
    if (this.#arena.length - this.#used < most) {
      this.#arena = Buffer.allocUnsafeSlow(Math.max(arenaBytes, most));
      this.#used = 0;
    }
    const begin = this.#used;
    this.#used += this.#arena.write(text, begin);
    return begin;
  }

  #line(text: string, known?: Millis, fallback?: number): void {
    const begin = this.#write(text);
    const place = { begin, end: this.#used };
    this.#put(this.#arena, place, this.#used - begin === text.length, known, fallback);
  }

  /** Masks a line of a private key, from clean text. */
  #keyless(clean: string): string {
    return this.#key.isOpen || clean.includes(keyMark) ? (this.#key.line(clean) ?? keyPlaceholder) : clean;
  }

  #mayHaveKey(bytes: Buffer): boolean {
    return this.#key.isOpen || bytes.includes(keyMarkBytes);
  }

  /** Adds a line that may contain any bytes. */
  #putAny(bytes: Buffer, begin: number, stop: number, hasKey: boolean, limit = stop): void {
    const end = stop > begin && bytes[stop - 1] === carriageReturn ? stop - 1 : stop;
    const part = bytes.subarray(begin, end);
    if (part.length > longestLine) this.#line(cutLine(part, part.length));
    else if (!hasKey && isPlain(part)) this.#put(bytes, { begin, end, limit }, true);
    else this.#putUnclean(bytes, { begin, end, limit }, hasKey);
  }

  #putUnclean(
    bytes: Buffer,
    place: { readonly begin: number; readonly end: number; readonly limit: number },
    hasKey: boolean,
  ): void {
    const part = bytes.subarray(place.begin, place.end);
    const text = part.toString();
    const clean = stripControls(text);
    // A control sequence may have divided the mark of a key.
    const shown = hasKey || clean !== text ? this.#keyless(clean) : clean;
    if (shown === text && isUtf8(part)) this.#put(bytes, place, false);
    else this.#line(shown);
  }

  /** Adds plain lines; false, and adds nothing, if any byte is not plain or there may be a private key. */
  #putPlain(bytes: Buffer, from: number, part: Buffer): boolean {
    const plain = this.#key.isOpen ? undefined : plainLineEnds(part);
    if (plain === undefined || (plain.mayHaveDashes && this.#mayHaveKey(part))) return false;
    const { ends, count } = plain;
    const limit = from + part.length;
    let begin = from;
    for (let index = 0; index < count; index++) {
      const end = from + (ends[index] ?? 0);
      // An object for each line costs less than a call with more arguments.
      if (end - begin <= longestLine) this.#put(bytes, { begin, end, limit }, true);
      else this.#putAny(bytes, begin, end, false);
      begin = end + 1;
    }
    return true;
  }

  #lines(bytes: Buffer, from: number, to: number): void {
    const part = bytes.subarray(from, to);
    if (this.#putPlain(bytes, from, part)) return;
    const hasKey = this.#mayHaveKey(part);
    for (let begin = from; begin < to; ) {
      const end = bytes.indexOf(lineFeed, begin);
      this.#putAny(bytes, begin, end, hasKey || this.#key.isOpen, to);
      begin = end + 1;
    }
  }
}

/** `wallNow`: time for lines without a timestamp before the first one that has one. */
export const createRowBuilder = (
  stream: number,
  sink: RowWriter,
  wallNow: () => Millis,
  options: RowBuilderOptions = {},
): RowBuilder => new RowsOfLines(stream, sink, wallNow, options);
