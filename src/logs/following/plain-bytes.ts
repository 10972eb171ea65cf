import { wasm } from './plain-bytes-wasm.ts';

/**
 * Tells ASCII without controls from everything else, and counts its lines, at the speed of memory: a gigabyte is looked at in a twentieth of a
 * second, where a loop over its bytes takes half of one. That is what WebAssembly's vectors of 16 bytes are for: plain-bytes.wat.
 */

const pageBytes = 65_536;
const vectorBytes = 16;
/** So much is looked at in one call; what is longer, piece by piece. */
const pieceBytes = pageBytes;
const space = 0x20;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly plainLines: (length: number) => number;
}
/** As much of it as is used here: its types belong to browsers' libraries, and are not loaded. */
const { Instance, Module } = (
  globalThis as unknown as {
    readonly WebAssembly: {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Exports };
    };
  }
).WebAssembly;
const { memory, plainLines: plainLinesOf } = new Instance(new Module(wasm)).exports;
const held = new Uint8Array(memory.buffer);

/** How many line feeds there are; -1 when there is anything but printable ASCII, tabs and line feeds. */
export const plainLines = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const piece = from === 0 && bytes.length <= pieceBytes ? bytes : bytes.subarray(from, from + pieceBytes);
    held.set(piece);
    held.fill(space, piece.length, piece.length + vectorBytes);
    const found = plainLinesOf(piece.length);
    if (found < 0) return -1;
    lines += found;
  }
  return lines;
};

/** True: printable ASCII, tabs and line feeds, and nothing else. */
export const isPlain = (bytes: Uint8Array): boolean => plainLines(bytes) >= 0;
