import { textSearchWasm } from './text-search-wasm.ts';

/**
 * Finds a text in bytes with WebAssembly vectors (text-search.wat): 100 MB take 5 to 10 ms for any text. `Buffer.indexOf`
 * takes 20 to 100 ms, depending on how common the first bytes of the text are. The bytes are in memory of WebAssembly, because
 * copying them there takes as long as the search.
 */

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly find: (from: number, to: number, length: number, first: number, second: number) => number;
}
/** The part of WebAssembly's API used here; its types are in the DOM library, which is not loaded. */
const { Instance, Memory, Module } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Memory: new (size: { initial: number; maximum: number }) => Exports['memory'];
      readonly Instance: new (module: object, imports: object) => { readonly exports: Exports };
    };
  }
).WebAssembly;

const pageBytes = 65_536;
/** Addresses in the memory, as in text-search.wat: the text to find, its masks, and the bytes to search. */
const textAt = 0;
const masksAt = 256;
const bytesAt = 512;
/** Maximum length of a text to find. */
const maxTextBytes = 256;
/** Room for the vectors that read past the end. */
const roomBytes = maxTextBytes + 64;
/** Bytes of a memory that cannot be allocated. */
export const overheadBytes = bytesAt + roomBytes;
const caseBit = 0x20;

const textSearch = new Module(textSearchWasm);

/** A text that can be found. */
export interface SearchedText {
  readonly bytes: Uint8Array;
  /** Bits that are set in a byte before it is compared: those that distinguish the cases of a letter. */
  readonly masks: Uint8Array;
  /** Indexes of the two bytes that are compared first. */
  readonly probes: readonly [number, number];
}

/** Characters that are common in logs, the most common first; others are rare. Affects only the speed. */
const common = ' e0taoin1rs2c-l.:d3u5p4/m7689=gfhbykvw"_x[](),';
const rarity = (byte: number): number => {
  const place = common.indexOf(String.fromCharCode(byte).toLowerCase());
  return place < 0 ? common.length : place;
};

/**
 * Prepares a text. `ignoreCase`: letters of ASCII are found in either case. Undefined: the text is empty, longer than 256 bytes,
 * not well-formed, or has other letters whose case is to be ignored.
 */
export const searchedText = (text: string, ignoreCase: boolean): SearchedText | undefined => {
  const plain = Buffer.from(text);
  const isFolded = ignoreCase && /[A-Za-z]/.test(text);
  if (plain.length === 0 || plain.length > maxTextBytes || !text.isWellFormed()) return undefined;
  if (ignoreCase && plain.some((byte) => byte >= 0x80)) return undefined;
  const masks = Uint8Array.from(plain, (byte) =>
    isFolded && /[A-Za-z]/.test(String.fromCharCode(byte)) ? caseBit : 0,
  );
  const bytes = plain.map((byte, index) => byte | (masks[index] ?? 0));
  const [first = 0, second = first] = [...bytes.keys()].sort(
    (left, right) => rarity(bytes[right] ?? 0) - rarity(bytes[left] ?? 0) || left - right,
  );
  return { bytes, masks, probes: [first, second] };
};

/**
 * Bytes that can be searched. Its size never changes, so it is released as soon as nothing refers to its bytes; memory of WebAssembly
 * that grows never shrinks.
 */
export class SearchMemory {
  readonly #view: Uint8Array;
  readonly #find: Exports['find'];
  #text: SearchedText | undefined;
  #used = bytesAt;

  /** `count`: the bytes that can be allocated at least. Throws RangeError when there is no address space. */
  constructor(count: number) {
    const pages = Math.ceil((overheadBytes + count) / pageBytes);
    const memory = new Memory({ initial: pages, maximum: pages });
    this.#view = new Uint8Array(memory.buffer);
    this.#find = new Instance(textSearch, { '': { memory } }).exports.find;
  }

  /** Number of bytes that can be allocated. */
  get unused(): number {
    return this.#view.length - roomBytes - this.#used;
  }

  /** Allows all bytes to be allocated again. */
  clear(): void {
    this.#used = bytesAt;
  }

  /** Returns unused bytes; undefined when there are not enough. */
  allocate(count: number): Buffer | undefined {
    const position = this.#used;
    if (count > this.unused) return undefined;
    this.#used = position + count;
    return Buffer.from(this.#view.buffer, position, count);
  }

  /**
   * Returns the index of the first match of a text in the first `to` of these bytes that starts at `from` or later; -1: none.
   */
  indexOf(bytes: Buffer, text: SearchedText, from: number, to: number): number {
    if (this.#text !== text) {
      this.#view.set(text.bytes, textAt);
      this.#view.set(text.masks, masksAt);
      this.#text = text;
    }
    const begin = bytes.byteOffset;
    const index = this.#find(begin + from, begin + to, text.bytes.length, text.probes[0], text.probes[1]);
    return index < 0 ? -1 : index - begin;
  }
}
