import { ascii, byteAt, isDigitByte, skipBlanks } from './ascii.ts';

/** Parses a number with an optional fraction, or NaN. */
export const numberAt = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  let value = 0;
  for (; index < end && isDigitByte(bytes[index] ?? 0); index++)
    value = value * 10 + (bytes[index] ?? 0) - 48;
  if (index === from) return Number.NaN;
  if (index < end && bytes[index] === ascii.dot) {
    let fraction = 0;
    let scale = 1;
    for (index++; index < end && isDigitByte(bytes[index] ?? 0); index++)
      if (scale < 1e12) {
        fraction = fraction * 10 + (bytes[index] ?? 0) - 48;
        scale *= 10;
      }
    value += fraction / scale;
  }
  if (index < end && ((bytes[index] ?? 0) | 32) === 101)
    return Number(
      String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 32))).split(/[^\d.eE+-]/)[0],
    );
  return value;
};

/** Returns the offset after the closing quote of a string; `end` if it is not closed. */
export const afterString = (bytes: Uint8Array, from: number, end: number): number => {
  for (let index = from + 1; index < end; index++) {
    const byte = bytes[index];
    if (byte === ascii.quote) return index + 1;
    if (byte === ascii.backslash) index++;
  }
  return end;
};

/** Returns the offset after an object or array of any depth. */
const afterNested = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  let depth = 0;
  while (index < end) {
    const byte = bytes[index] ?? 0;
    if (byte === ascii.quote) {
      index = afterString(bytes, index, end);
      continue;
    }
    index++;
    if (byte === ascii.brace || byte === ascii.open) depth++;
    else if ((byte === ascii.endBrace || byte === ascii.close) && --depth === 0) return index;
  }
  return end;
};

export const afterValue = (bytes: Uint8Array, from: number, end: number): number => {
  const first = byteAt(bytes, from, end);
  if (first === ascii.quote) return afterString(bytes, from, end);
  if (first === ascii.brace || first === ascii.open) return afterNested(bytes, from, end);
  let index = from;
  while (index < end && bytes[index] !== ascii.comma && bytes[index] !== ascii.endBrace) index++;
  return index;
};

/** True: the key at this position is this one, whatever its case. */
export const isSameKey = (bytes: Uint8Array, from: number, name: Uint8Array): boolean => {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[from + index] ?? 0;
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== name[index]) return false;
  }
  return true;
};

/** The pairs of an object, one after another; ends before what is cut off or malformed. */
export class PairCursor {
  key = 0;
  keyEnd = 0;
  value = 0;
  valueEnd = 0;
  #bytes: Uint8Array = new Uint8Array();
  #next = 0;
  #end = 0;

  /** `from`: the opening brace. */
  open(bytes: Uint8Array, from: number, end: number): this {
    this.#bytes = bytes;
    this.#end = end;
    this.#next = skipBlanks(bytes, from + 1, end);
    return this;
  }

  /** Moves to the next pair; false after the last one. */
  next(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    const from = this.#next;
    if (from >= end || bytes[from] !== ascii.quote) return false;
    const keyTo = afterString(bytes, from, end);
    this.key = from + 1;
    this.keyEnd = keyTo - 1;
    const colon = skipBlanks(bytes, keyTo, end);
    if (byteAt(bytes, colon, end) !== ascii.colon) return false;
    this.value = skipBlanks(bytes, colon + 1, end);
    this.valueEnd = afterValue(bytes, this.value, end);
    const comma = skipBlanks(bytes, this.valueEnd, end);
    this.#next = byteAt(bytes, comma, end) === ascii.comma ? skipBlanks(bytes, comma + 1, end) : end;
    return true;
  }

  /** True: the key is this one, whatever its case. */
  isKey(name: Uint8Array): boolean {
    return this.keyEnd - this.key === name.length && isSameKey(this.#bytes, this.key, name);
  }

  /** True: the value is an object. */
  isObject(): boolean {
    return byteAt(this.#bytes, this.value, this.#end) === ascii.brace;
  }
}
