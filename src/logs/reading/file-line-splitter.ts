import { crc32 } from 'node:zlib';

/** Position in a log file, after a whole line. */
export interface FilePosition {
  /** File identity: 'device:inode'. */
  readonly id: string;
  /** Offset in bytes; of a compressed file, in its uncompressed text. */
  readonly offset: number;
  /**
   * Checksum of the bytes before the position: if it differs, this is another file, whatever its inode.
   * Absent: unknown.
   */
  readonly check?: { readonly bytes: number; readonly crc: number };
}

/**
 * Number of bytes before a position that are checked. Ends of lines are often alike; their starts with
 * timestamps are not.
 */
export const checksumBytes = 1024;

export const checksum = (before: Uint8Array): NonNullable<FilePosition['check']> => ({
  bytes: before.length,
  crc: crc32(before),
});

/**
 * Formats a position: '64:131@5120/1024-9af3' is device and inode, offset, and checksum of the bytes before
 * it.
 */
export const formatFileMark = ({ id, offset, check }: FilePosition): string =>
  `${id}@${offset}${check === undefined || check.bytes === 0 ? '' : `/${check.bytes}-${check.crc.toString(16)}`}`;

/** Parses a position; undefined if the text is not one. */
export const parseFileMark = (text: string): FilePosition | undefined => {
  const [, id = '', offset = '', bytes, crc = ''] =
    /^(\d+:\d+)@(\d+)(?:\/(\d+)-([\da-f]+))?$/.exec(text) ?? [];
  if (id === '') return undefined;
  const check = bytes === undefined ? {} : { check: { bytes: Number(bytes), crc: Number.parseInt(crc, 16) } };
  return { id, offset: Number(offset), ...check };
};

/** Whole lines, each with its line feed, and the position after them. */
export interface FileLines {
  readonly bytes: Uint8Array;
  /** Start of the first line, as a byte offset in the file. */
  readonly begin: number;
  readonly place: Omit<FilePosition, 'id'>;
}

const lineFeed = 0x0a;
const mebibyte = 1024 * 1024;
/** Maximum length of an unfinished line; a longer one is emitted in pieces. */
const longestLine = 32 * mebibyte;
const fewBytes = 64 * 1024;
const manyBytes = mebibyte;
const nothing = new Uint8Array();
/** Extra room in a reused buffer for the start of a line. */
const roomBytes = 64 * 1024;

/** Reads from an offset into a buffer; resolves to the number of bytes read. */
type Read = (into: Uint8Array, offset: number) => Promise<number>;

/**
 * Returns the bytes before a position. `before`: those before `bytes`. Copies, so that a few bytes do not
 * keep a large buffer alive.
 */
const endOf = (before: Uint8Array, bytes: Uint8Array, place: number): Uint8Array =>
  place >= checksumBytes
    ? Uint8Array.from(bytes.subarray(place - checksumBytes, place))
    : Buffer.concat([before, bytes.subarray(0, place)]).subarray(-checksumBytes);

/**
 * Splits the bytes of a file into whole lines as they arrive; keeps an unfinished line until it is complete.
 */
export class FileLineSplitter {
  /** Offset after the last byte received. */
  #end: number;
  /** Start of an unfinished line, in pieces as received. Joined once: a long line would cost the square of its length. */
  #open: Uint8Array[] = [];
  #unfinished = 0;
  /** Bytes before `#end`. */
  #before: Uint8Array;
  /** Position after the last whole line. */
  #place: FileLines['place'];
  #want = manyBytes;
  /** Two reused buffers: one is filled while the other is processed. */
  readonly #lent: [Buffer, Buffer] | undefined;
  #turn = 0;

  /** `before`: the known bytes before `at`. `lent`: see `ResumePoint.reusesBuffers`. */
  constructor(offset: number, before: Uint8Array = nothing, lent = false) {
    if (lent) this.#lent = [Buffer.alloc(0), Buffer.alloc(0)];
    this.#end = offset;
    this.#before = before;
    this.#place = { offset: offset, check: checksum(before) };
  }

  /** Length of the unfinished line in bytes. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** Position after the last whole line. */
  get place(): FileLines['place'] {
    return this.#place;
  }

  /** Offset after the last byte received. */
  get end(): number {
    return this.#end;
  }

  /**
   * Reads on. Returns whole lines, 'more' if no line is complete yet, 'end' if there are no new bytes, or
   * 'cut' if the bytes read before have changed. Copies nothing except the start of an unfinished line.
   */
  async read(read: Read): Promise<FileLines | 'more' | 'end' | 'cut'> {
    const known = this.#unfinished;
    const before = this.#before;
    const buffer = this.#buffer(known + Math.max(this.#want, known));
    copyInto(buffer, this.#open);
    const fresh = await read(buffer.subarray(known), this.#end);
    // Verified after the read: a program that rewrites the file may pass this position before or during the
    // read.
    const again = new Uint8Array(before.length);
    const count = before.length === 0 ? 0 : await read(again, this.#end - before.length);
    if (count < before.length || !Buffer.from(again).equals(before)) return 'cut';
    this.#want = known + fresh === buffer.length ? manyBytes : fewBytes;
    if (fresh === 0) return 'end';
    this.#turn = 1 - this.#turn;
    return this.#take(buffer.subarray(0, known + fresh), known);
  }

  #buffer(length: number): Buffer {
    if (this.#lent === undefined) return Buffer.allocUnsafeSlow(length);
    let buffer = this.#lent[this.#turn === 0 ? 0 : 1];
    if (buffer.length < length) {
      buffer = Buffer.allocUnsafeSlow(length + roomBytes);
      this.#lent[this.#turn] = buffer;
    }
    return buffer.subarray(0, length);
  }

  /** Like `read`, for bytes that the caller provides. */
  push(bytes: Uint8Array): FileLines | 'more' {
    const known = this.#unfinished;
    if (known === 0 || bytes.lastIndexOf(lineFeed) !== -1)
      return this.#take(known === 0 ? bytes : Buffer.concat([...this.#open, bytes]), known);
    this.#receive(bytes);
    this.#hold(bytes);
    return this.#restIfTooLong();
  }

  /** Returns an unfinished last line, completed with a line feed, when no more bytes follow. */
  rest(): FileLines | undefined {
    if (this.#unfinished === 0) return undefined;
    const bytes = Buffer.concat([...this.#open, Uint8Array.of(lineFeed)]);
    const begin = this.#end - this.#unfinished;
    this.#drop();
    this.#place = { offset: this.#end, check: checksum(this.#before) };
    return { bytes, begin, place: this.#place };
  }

  /** Moves the position after new bytes. */
  #receive(fresh: Uint8Array): void {
    this.#end += fresh.length;
    this.#before = endOf(this.#before, fresh, fresh.length);
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#open.push(bytes);
    this.#unfinished += bytes.length;
  }

  #drop(): void {
    this.#open = [];
    this.#unfinished = 0;
  }

  #restIfTooLong(): FileLines | 'more' {
    return this.#unfinished < longestLine ? 'more' : (this.rest() ?? 'more');
  }

  /** `known`: number of leading bytes already received, which contain no line feed. */
  #take(bytes: Uint8Array, known: number): FileLines | 'more' {
    const before = this.#before;
    const fresh = bytes.subarray(known);
    this.#receive(fresh);
    const last = bytes.lastIndexOf(lineFeed);
    this.#drop();
    this.#hold(bytes.subarray(last + 1));
    if (last === -1) return this.#restIfTooLong();
    const begin = this.#end - bytes.length;
    this.#place = {
      offset: this.#end - this.#unfinished,
      check: checksum(endOf(before, fresh, last + 1 - known)),
    };
    return { bytes: bytes.subarray(0, last + 1), begin, place: this.#place };
  }
}

const copyInto = (buffer: Uint8Array, pieces: readonly Uint8Array[]): void => {
  let offset = 0;
  for (const piece of pieces) {
    buffer.set(piece, offset);
    offset += piece.length;
  }
};
