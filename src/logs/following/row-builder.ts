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

/** `wallNow`: time for lines without a timestamp before the first one that has one. */
export const createRowBuilder = (
  stream: number,
  sink: RowWriter,
  wallNow: () => Millis,
  { ownLevels = false, ...heads }: RowBuilderOptions = {},
): RowBuilder => {
  const reader = createHeadReader({ ...heads, now: wallNow });
  const row = { at: Number.NaN, level: 0, stream, kind: 0 };
  let first: Millis | undefined;
  let latest: Millis | undefined;
  /** Level inherited by continuations. */
  let level = 0;
  let begun = new LongLine();
  const key = createKeyBlock();
  /** Memory for texts that are not part of a chunk. Never overwritten, because rows refer to it. */
  let arena = Buffer.alloc(0);
  let used = 0;

  const put = (
    bytes: Buffer,
    begin: number,
    end: number,
    ascii: boolean,
    known?: Millis,
    fallback = 0,
  ): void => {
    const head = reader.read(bytes, begin, end);
    const own = (ownLevels ? head.ownLevel : head.level) || fallback;
    row.kind = head.isContinuation ? rowKind.continuation : rowKind.line;
    if (!head.isContinuation || ownLevels) level = own;
    // A line without a timestamp gets the time of the previous one.
    row.at = known ?? (Number.isNaN(head.at) ? (latest ?? wallNow()) : head.at);
    row.level = level;
    latest = row.at;
    first ??= latest;
    sink.put(bytes, begin, end, row, ascii);
  };

  /** Writes a clean text; returns its start. It ends at `used`. */
  const write = (text: string): number => {
    const most = text.length * 3;
    if (arena.length - used < most) {
      arena = Buffer.allocUnsafeSlow(Math.max(arenaBytes, most));
      used = 0;
    }
    const begin = used;
    used += arena.write(text, begin);
    return begin;
  };

  const line = (text: string, known?: Millis, fallback?: number): void => {
    const begin = write(text);
    put(arena, begin, used, used - begin === text.length, known, fallback);
  };

  /** Masks a line of a private key, from clean text. */
  const keyless = (clean: string): string =>
    key.isOpen || clean.includes(keyMark) ? (key.line(clean) ?? keyPlaceholder) : clean;

  const mayHaveKey = (bytes: Buffer): boolean => key.isOpen || bytes.includes(keyMarkBytes);

  /** Adds a line that may contain any bytes. */
  const putAny = (bytes: Buffer, begin: number, stop: number, hasKey: boolean): void => {
    const end = stop > begin && bytes[stop - 1] === carriageReturn ? stop - 1 : stop;
    const part = bytes.subarray(begin, end);
    if (part.length > longestLine) line(cutLine(part, part.length));
    else if (!hasKey && isPlain(part)) put(bytes, begin, end, true);
    else putUnclean(bytes, begin, end, hasKey);
  };

  const putUnclean = (bytes: Buffer, begin: number, end: number, hasKey: boolean): void => {
    const part = bytes.subarray(begin, end);
    const text = part.toString();
    const clean = stripControls(text);
    // A control sequence may have divided the mark of a key.
    const shown = hasKey || clean !== text ? keyless(clean) : clean;
    if (shown === text && isUtf8(part)) put(bytes, begin, end, false);
    else line(shown);
  };

  /** Adds plain lines; false, and adds nothing, if any byte is not plain or there may be a private key. */
  const putPlain = (bytes: Buffer, from: number, part: Buffer): boolean => {
    const plain = key.isOpen ? undefined : plainLineEnds(part);
    if (plain === undefined || (plain.mayHaveDashes && mayHaveKey(part))) return false;
    const { ends, count } = plain;
    let begin = from;
    for (let index = 0; index < count; index++) {
      const end = from + (ends[index] ?? 0);
      if (end - begin <= longestLine) put(bytes, begin, end, true);
      else putAny(bytes, begin, end, false);
      begin = end + 1;
    }
    return true;
  };

  const lines = (bytes: Buffer, from: number, to: number): void => {
    const part = bytes.subarray(from, to);
    if (putPlain(bytes, from, part)) return;
    const hasKey = mayHaveKey(part);
    for (let begin = from; begin < to; ) {
      const end = bytes.indexOf(lineFeed, begin);
      putAny(bytes, begin, end, hasKey || key.isOpen);
      begin = end + 1;
    }
  };

  const flush = (): void => {
    if (begun.length === 0) return;
    const { bytes, length } = begun;
    begun = new LongLine();
    if (length > bytes.length) line(cutLine(bytes, length));
    else putAny(bytes, 0, bytes.length, mayHaveKey(bytes));
  };

  return {
    get first() {
      return first;
    },
    get latest() {
      return latest;
    },
    line: (text, index, fallback) => {
      const clean = keyless(stripControls(text).replaceAll('\n', ' '));
      line(
        clean.length > longestLine ? cutLine(Buffer.from(clean), Buffer.byteLength(clean)) : clean,
        index,
        fallback,
      );
    },
    chunk: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      let from = 0;
      if (begun.length > 0) {
        const end = bytes.indexOf(lineFeed);
        begun.add(bytes.subarray(0, end < 0 ? bytes.length : end));
        if (end < 0) return;
        flush();
        from = end + 1;
      }
      const to = bytes.lastIndexOf(lineFeed) + 1;
      if (to > from) lines(bytes, from, to);
      if (bytes.length > Math.max(from, to)) begun.add(bytes.subarray(Math.max(from, to)));
    },
    note: (kind, text, index) => {
      const begin = write(stripControls(text).replaceAll('\n', ' '));
      sink.put(arena, begin, used, { at: index, level: 0, stream, kind }, used - begin === text.length);
    },
    flush,
  };
};
