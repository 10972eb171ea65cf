import { plainBytesWasm } from './plain-bytes-wasm.ts';

/**
 * Detects plain ASCII and finds its line ends with 16-byte WebAssembly vectors (plain-bytes.wat), ten times as fast as a loop in
 * JavaScript. `Buffer.indexOf` costs a call for each line.
 */

const pageBytes = 65_536;
const vectorBytes = 16;
/** Maximum bytes per call; larger inputs are split. */
const pieceBytes = pageBytes;
const space = 0x20;
const dash = 0x2d;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly plainLines: (length: number) => number;
  readonly dashes: { value: number };
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
const { memory, dashes, plainLines: plainLinesOf } = new Instance(new Module(plainBytesWasm)).exports;
const input = new Uint8Array(memory.buffer);
/** The indexes of the line feeds in a piece, as in plain-bytes.wat. */
const feeds = new Uint32Array(memory.buffer, 2 * pageBytes);

/** Puts a piece where WebAssembly reads it; returns its number of line feeds, -1 if it is not plain. */
const scanPiece = (piece: Uint8Array): number => {
  input.set(piece);
  input.fill(space, piece.length, piece.length + vectorBytes);
  return plainLinesOf(piece.length);
};

/** Returns the number of line feeds; -1 if there are bytes other than printable ASCII, tab and line feed. */
export const plainLines = (bytes: Uint8Array): number => {
  let lines = 0;
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const found = scanPiece(bytes.subarray(from, from + pieceBytes));
    if (found < 0) return -1;
    lines += found;
  }
  return lines;
};

/** The line ends of plain bytes. */
export interface PlainLineEnds {
  /** Indexes of the line feeds. Overwritten by the next call. */
  readonly ends: Uint32Array;
  /** Number of line feeds: the rest of `ends` is unused. */
  readonly count: number;
  /** False: nowhere are five dashes in a row. */
  readonly mayHaveDashes: boolean;
}

let ends = new Uint32Array(1024);

/** Returns the line ends; undefined if there are bytes other than printable ASCII, tab and line feed. */
export const plainLineEnds = (bytes: Uint8Array): PlainLineEnds | undefined => {
  let count = 0;
  dashes.value = 0;
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const found = scanPiece(bytes.subarray(from, from + pieceBytes));
    if (found < 0) return undefined;
    if (count + found > ends.length) {
      const larger = new Uint32Array(2 * (count + found));
      larger.set(ends);
      ends = larger;
    }
    for (let index = 0; index < found; index++) ends[count++] = from + (feeds[index] ?? 0);
    // Dashes at the border of two pieces are not counted together.
    const border = from + pieceBytes;
    if (bytes[border - 1] === dash && bytes[border] === dash) dashes.value = 1;
  }
  return { ends, count, mayHaveDashes: dashes.value !== 0 };
};

/** True when all bytes are printable ASCII, tab or line feed. */
export const isPlain = (bytes: Uint8Array): boolean => plainLines(bytes) >= 0;
