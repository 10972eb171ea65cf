import { textSearchWasm } from './text-search-wasm.ts';

/**
 * Finds a text in bytes with WebAssembly vectors (text-search.wat): 100 MB take 10 to 15 ms for any text. `Buffer.indexOf`
 * takes 20 to 100 ms, depending on how common the first bytes of the text are.
 */

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly find: (from: number, to: number, length: number, first: number, second: number) => number;
}
/** The part of WebAssembly's API used here; its types are in the DOM library, which is not loaded. */
const { Instance, Module } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Exports };
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
const caseBit = 0x20;

const { memory, find } = new Instance(new Module(textSearchWasm)).exports;
let view = new Uint8Array(memory.buffer);

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

/** Sets the bytes that `indexOfText` searches, the first `count`; they are copied. */
export const setSearchedBytes = (bytes: Buffer, count: number): void => {
  const missing = bytesAt + count + roomBytes - view.length;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / pageBytes));
    view = new Uint8Array(memory.buffer);
  }
  bytes.copy(view, bytesAt, 0, count);
};

/** Sets the text that `indexOfText` finds. */
export const setSearchedText = ({ bytes, masks }: SearchedText): void => {
  view.set(bytes, textAt);
  view.set(masks, masksAt);
};

/** Returns the index of the first match of the set text in the first `to` bytes that starts at `from` or later; -1: none. */
export const indexOfText = ({ bytes, probes }: SearchedText, from: number, to: number): number => {
  const at = find(bytesAt + from, bytesAt + to, bytes.length, probes[0], probes[1]);
  return at < 0 ? -1 : at - bytesAt;
};
