import { type KeyBlock, keyMark, keyPlaceholder } from '../../domain/mask/key-block.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { plainLineEnds } from './plain-bytes.ts';

/** Slice size that fits into the CPU caches. Regular expressions are fastest on cached one-byte strings. */
const sliceBytes = 64 * 1024;
const lineFeed = 0x0a;

/** Some whole lines, each with its line feed, cleaned for filtering and display. */
export class CleanSlice {
  /** The bytes of `text` (Latin-1 compatible); absent if they had to be cleaned. */
  readonly bytes: Buffer | undefined;
  readonly length: number;
  #text: string | undefined;
  #lines: number | undefined;
  #longest: number | undefined;

  /** `count`: number of lines, if known. */
  constructor(lines: Buffer | string, count?: number) {
    this.length = lines.length;
    this.#lines = count;
    if (typeof lines === 'string') this.#text = lines;
    else this.bytes = lines;
  }

  /** True when searching the bytes is faster, because no string was created yet. */
  get isBytes(): boolean {
    return this.#text === undefined;
  }

  get text(): string {
    this.#text ??= this.bytes?.toString('latin1') ?? '';
    return this.#text;
  }

  /** Number of lines. */
  get lines(): number {
    if (this.#lines !== undefined) return this.#lines;
    let count = 0;
    for (let index = this.text.indexOf('\n'); index >= 0; index = this.text.indexOf('\n', index + 1)) count++;
    return count;
  }

  /** True when no line is longer than `chars`. */
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

  /** Returns a part of a line. */
  line(begin: number, end: number): string {
    if (this.#text === undefined && this.bytes !== undefined)
      return this.bytes.toString('latin1', begin, end);
    return this.text.slice(begin, end);
  }

  /** Returns the end (the line feed) of the line that contains `place`. */
  endOf(place: number): number {
    if (this.#text === undefined && this.bytes !== undefined) return this.bytes.indexOf(lineFeed, place);
    return this.text.indexOf('\n', place);
  }

  /** Returns the start of the line that contains `place`. */
  beginOf(place: number): number {
    if (place === 0) return 0;
    if (this.#text === undefined && this.bytes !== undefined)
      return this.bytes.lastIndexOf(lineFeed, place - 1) + 1;
    return this.text.lastIndexOf('\n', place - 1) + 1;
  }
}

/** Matches every character that can start what `stripControls` removes. */
const suspect = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/;

/**
 * Cleans each line on its own, so that an unterminated control sequence cannot swallow the following lines.
 */
const cleaned = (text: string): string =>
  suspect.test(text) ? text.split('\n').map(stripControls).join('\n') : text;

const keyMarkBytes = Buffer.from(keyMark);

/** Masks the lines of private keys in clean lines, each with its line feed. The number of lines stays. */
const withoutKeys = (text: string, key: KeyBlock): string => {
  if (!key.isOpen && !text.includes(keyMark)) return text;
  const lines = text.slice(0, -1).split('\n');
  return `${lines.map((line) => key.line(line) ?? keyPlaceholder).join('\n')}\n`;
};

/**
 * Splits bytes of whole lines into slices of about 64 KiB that end at a line end; a longer line is a slice of
 * its own. Decodes UTF-8 with U+FFFD for invalid bytes and removes control sequences. Adds a missing line
 * feed to the last line. With `key`, the private keys of a stream whose bytes come in order are masked.
 */
export function* cleanSlices(bytes: Uint8Array, key?: KeyBlock): Generator<CleanSlice, void, undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let from = 0; from < buffer.length; ) {
    const least = Math.min(buffer.length, from + sliceBytes) - 1;
    let to = buffer.lastIndexOf(lineFeed, least) + 1;
    if (to <= from) to = buffer.indexOf(lineFeed, least) + 1 || buffer.length;
    const part = buffer.subarray(from, to);
    const isEnded = part[part.length - 1] === lineFeed;
    const plain = isEnded ? plainLineEnds(part) : undefined;
    const mayHaveKey = key?.isOpen === true || (plain?.mayHaveDashes === true && part.includes(keyMarkBytes));
    if (plain !== undefined && (key === undefined || !mayHaveKey)) yield new CleanSlice(part, plain.count);
    else {
      const text = cleaned(isEnded ? part.toString() : `${part.toString()}\n`);
      yield new CleanSlice(key === undefined ? text : withoutKeys(text, key));
    }
    from = to;
  }
}
