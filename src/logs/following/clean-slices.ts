import { stripControls } from '../../domain/controls.ts';
import { plainLines } from './plain-bytes.ts';

/** A regular expression runs fastest over texts of one byte a character that fit into the caches. */
const sliceBytes = 64 * 1024;
const lineFeed = 0x0a;

/** Some whole lines, each with its line feed, as they may be judged and shown. */
export class CleanSlice {
  /** The very bytes that `text` is made of, one a character; absent when they were not clean. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
  #text: string | undefined;
  #lines: number | undefined;
  #longest: number | undefined;

  /** `count`: how many lines there are, where it is known. */
  constructor(lines: Buffer | string, count?: number) {
    this.length = lines.length;
    this.#lines = count;
    if (typeof lines === 'string') this.#text = lines;
    else this.bytes = lines;
  }

  /** True: it is faster to look at the bytes, which are there; a text would have to be made. */
  get isBytes(): boolean {
    return this.#text === undefined;
  }

  get text(): string {
    this.#text ??= this.bytes?.toString('latin1') ?? '';
    return this.#text;
  }

  /** How many lines there are. */
  get lines(): number {
    if (this.#lines !== undefined) return this.#lines;
    let count = 0;
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) count++;
    return count;
  }

  /** Whether no line is longer. */
  hasOnlyLinesUpTo(chars: number): boolean {
    if (this.length <= chars) return true;
    this.#longest ??= this.#longestLine();
    return this.#longest <= chars;
  }

  #longestLine(): number {
    let longest = 0;
    for (let begin = 0; begin < this.length; ) {
      const end = this.endOf(begin);
      longest = Math.max(longest, end - begin);
      begin = end + 1;
    }
    return longest;
  }

  /** A part of a line. */
  line(begin: number, end: number): string {
    if (this.#text === undefined && this.bytes !== undefined)
      return this.bytes.toString('latin1', begin, end);
    return this.text.slice(begin, end);
  }

  /** Where the line ends (its line feed) that a place is in. */
  endOf(place: number): number {
    if (this.#text === undefined && this.bytes !== undefined) return this.bytes.indexOf(lineFeed, place);
    return this.text.indexOf('\n', place);
  }

  /** Where the line begins that a place is in. */
  beginOf(place: number): number {
    if (place === 0) return 0;
    if (this.#text === undefined && this.bytes !== undefined)
      return this.bytes.lastIndexOf(lineFeed, place - 1) + 1;
    return this.text.lastIndexOf('\n', place - 1) + 1;
  }
}

/** Whatever `stripControls` takes out may begin with one of these. */
const suspect = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/;

/** Each line for itself: a control sequence that is never ended must not swallow the lines behind it. */
const cleaned = (text: string): CleanSlice => {
  if (!suspect.test(text)) return new CleanSlice(text);
  return new CleanSlice(text.split('\n').map(stripControls).join('\n'));
};

/**
 * Cuts bytes of whole lines into slices of some 64 KiB that end at a line's end; a longer line is a slice of its own.
 * UTF-8, U+FFFD for what is none; without control sequences. A last line without a line feed is given one.
 */
export function* cleanSlices(bytes: Uint8Array): Generator<CleanSlice, void, undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let from = 0; from < buffer.length; ) {
    const least = Math.min(buffer.length, from + sliceBytes) - 1;
    let to = buffer.lastIndexOf(lineFeed, least) + 1;
    if (to <= from) to = buffer.indexOf(lineFeed, least) + 1 || buffer.length;
    const part = buffer.subarray(from, to);
    const isEnded = part[part.length - 1] === lineFeed;
    const lines = isEnded ? plainLines(part) : -1;
    if (lines >= 0) yield new CleanSlice(part, lines);
    else yield cleaned(isEnded ? part.toString() : `${part.toString()}\n`);
    from = to;
  }
}
