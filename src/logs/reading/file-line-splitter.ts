import { crc32 } from 'node:zlib';

/** A place in a log file, behind a whole line. */
export interface FilePosition {
  /** Of the file: 'device:inode'. */
  readonly id: string;
  /** In bytes; of a packed file, of its text. */
  readonly offset: number;
  /** What stands in front of it: another text there is another file, whatever its number. Absent: not known. */
  readonly check?: { readonly bytes: number; readonly crc: number };
}

/** So many bytes in front of a place are remembered: the ends of lines are often alike, their beginnings with their times are not. */
export const checksumBytes = 1024;

export const checksum = (before: Uint8Array): NonNullable<FilePosition['check']> => ({
  bytes: before.length,
  crc: crc32(before),
});

/** '64:131@5120/1024-9af3': device and inode, offset, and what stands in front of it. */
export const formatFileMark = ({ id, offset, check }: FilePosition): string =>
  `${id}@${offset}${check === undefined || check.bytes === 0 ? '' : `/${check.bytes}-${check.crc.toString(16)}`}`;

/** Undefined for what is no mark of a file. */
export const parseFileMark = (text: string): FilePosition | undefined => {
  const [, id = '', offset = '', bytes, crc = ''] =
    /^(\d+:\d+)@(\d+)(?:\/(\d+)-([\da-f]+))?$/.exec(text) ?? [];
  if (id === '') return undefined;
  const check = bytes === undefined ? {} : { check: { bytes: Number(bytes), crc: Number.parseInt(crc, 16) } };
  return { id, offset: Number(offset), ...check };
};

/** Whole lines, each with its line feed, and the place behind them. */
export interface FileLines {
  readonly bytes: Uint8Array;
  /** Where the first of them begins, in bytes of the file. */
  readonly begin: number;
  readonly place: Omit<FilePosition, 'id'>;
}

const lineFeed = 0x0a;
const mebibyte = 1024 * 1024;
/** A line that never ends is given in pieces of about this length. */
const longestLine = 32 * mebibyte;
const [fewBytes, manyBytes] = [64 * 1024, mebibyte];
const nothing = new Uint8Array();
/** Beginnings of lines that are no longer than this need no greater buffer. */
const roomBytes = 64 * 1024;

/** Reads `into` from an offset on; how many bytes there were. */
type Read = (into: Uint8Array, at: number) => Promise<number>;

/** What stands in front of a place in some bytes, with what stood in front of them. A copy: few bytes must not hold many. */
const endOf = (before: Uint8Array, bytes: Uint8Array, place: number): Uint8Array =>
  place >= checksumBytes
    ? Uint8Array.from(bytes.subarray(place - checksumBytes, place))
    : Buffer.concat([before, bytes.subarray(0, place)]).subarray(-checksumBytes);

/** Makes whole lines of the bytes of a file, as they come. What has no line feed yet is kept until it has. */
export class FileLineSplitter {
  /** Behind the last byte that came. */
  #end: number;
  /** The beginning of a line. */
  #open: Uint8Array = nothing;
  /** What stands in front of `#end`. */
  #before: Uint8Array;
  /** Of the last whole line. */
  #place: FileLines['place'];
  #want = manyBytes;
  /** Filled by turns, where bytes are lent: one is read into while what stands in the other is worked on. */
  readonly #lent: [Buffer, Buffer] | undefined;
  #turn = 0;

  /** `before`: what stands in front of `at`, as far as it is known. `lent`: see `Resume`. */
  constructor(at: number, before: Uint8Array = nothing, lent = false) {
    if (lent) this.#lent = [Buffer.alloc(0), Buffer.alloc(0)];
    this.#end = at;
    this.#before = before;
    this.#place = { offset: at, check: checksum(before) };
  }

  /** How many bytes of a line have come that has no end yet. */
  get unfinished(): number {
    return this.#open.length;
  }

  /** Behind the last whole line. */
  get place(): FileLines['place'] {
    return this.#place;
  }

  /** Behind the last byte that came. */
  get end(): number {
    return this.#end;
  }

  /**
   * Reads on: whole lines, 'more' when no line has ended yet, 'end' when there is nothing to read, 'cut' when what was read
   * before is not there any more. Beside a beginning of a line nothing is copied.
   */
  async read(read: Read): Promise<FileLines | 'more' | 'end' | 'cut'> {
    const [open, before] = [this.#open, this.#before];
    const buffer = this.#buffer(open.length + Math.max(this.#want, open.length));
    buffer.set(open);
    const fresh = await read(buffer.subarray(open.length), this.#end);
    // Read again, and only then: who writes a file anew may have passed the place already, or do it while it is read.
    const again = new Uint8Array(before.length);
    const count = before.length === 0 ? 0 : await read(again, this.#end - before.length);
    if (count < before.length || !Buffer.from(again).equals(before)) return 'cut';
    this.#want = open.length + fresh === buffer.length ? manyBytes : fewBytes;
    if (fresh === 0) return 'end';
    this.#turn = 1 - this.#turn;
    return this.#take(buffer.subarray(0, open.length + fresh), open.length);
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

  /** The same for bytes that come by themselves. */
  push(bytes: Uint8Array): FileLines | 'more' {
    const known = this.#open.length;
    return this.#take(known === 0 ? bytes : Buffer.concat([this.#open, bytes]), known);
  }

  /** An unfinished last line, ended with a line feed, when nothing will end it any more. */
  rest(): FileLines | undefined {
    if (this.#open.length === 0) return undefined;
    const bytes = Buffer.concat([this.#open, Uint8Array.of(lineFeed)]);
    const begin = this.#end - this.#open.length;
    this.#open = nothing;
    this.#place = { offset: this.#end, check: checksum(this.#before) };
    return { bytes, begin, place: this.#place };
  }

  /** `known`: so many of them came before, and hold no line feed. */
  #take(bytes: Uint8Array, known: number): FileLines | 'more' {
    const [before, fresh] = [this.#before, bytes.subarray(known)];
    this.#end += fresh.length;
    this.#before = endOf(before, fresh, fresh.length);
    const last = bytes.lastIndexOf(lineFeed);
    if (last === -1) {
      this.#open = bytes;
      return bytes.length < longestLine ? 'more' : (this.rest() ?? 'more');
    }
    this.#open = bytes.subarray(last + 1);
    const begin = this.#end - bytes.length;
    this.#place = {
      offset: this.#end - this.#open.length,
      check: checksum(endOf(before, fresh, last + 1 - known)),
    };
    return { bytes: bytes.subarray(0, last + 1), begin, place: this.#place };
  }
}
