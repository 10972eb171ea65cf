/** Bytes that the head parsers compare. */
export const ascii = {
  tab: 9,
  blank: 32,
  quote: 34,
  closeRound: 41,
  comma: 44,
  minus: 45,
  plus: 43,
  dot: 46,
  slash: 47,
  zero: 48,
  colon: 58,
  less: 60,
  equals: 61,
  greater: 62,
  open: 91,
  backslash: 92,
  close: 93,
  brace: 123,
  pipe: 124,
  endBrace: 125,
} as const;

export const isDigitByte = (byte: number): boolean => byte >= 48 && byte <= 57;

export const isBlankByte = (byte: number): boolean => byte === 32 || byte === 9;

/** a–z in either case. */
export const isLetterByte = (byte: number): boolean => {
  const lower = byte | 32;
  return lower >= 97 && lower <= 122;
};

export const isCapitalByte = (byte: number): boolean => byte >= 65 && byte <= 90;

/** Returns the byte at `at`; 0 at or after `end`, where another line may start. */
export const byteAt = (bytes: Uint8Array, index: number, end: number): number =>
  index < end ? (bytes[index] ?? 0) : 0;

/** Parses a two-digit number, or -1. */
export const parseTwoDigits = (bytes: Uint8Array, index: number): number => {
  const tens = (bytes[index] ?? 0) - 48;
  const ones = (bytes[index + 1] ?? 0) - 48;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
};

/** Returns the end of a run of spaces and tabs. */
export const skipBlanks = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && isBlankByte(bytes[index] ?? 0)) index++;
  return index;
};

export const asciiBytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const none = new Uint8Array();

/** Table of ASCII prefixes. */
interface PrefixTable {
  /** Returns the index in the list of the prefix found at `from`; -1 if none matches. */
  at(bytes: Uint8Array, from: number, end: number): number;
}

export const prefixTable = (list: readonly string[]): PrefixTable => {
  const texts = list.map(asciiBytes);
  const firsts = new Uint8Array(256);
  for (const text of texts) firsts[text[0] ?? 0] = 1;
  return {
    at: (bytes, from, end) => {
      if (firsts[bytes[from] ?? 0] === 0) return -1;
      for (let index = 0; index < texts.length; index++)
        if (startsWithAt(bytes, from, end, texts[index] ?? none)) return index;
      return -1;
    },
  };
};

/** True when the bytes at `from` start with an ASCII text. */
export const startsWithAt = (bytes: Uint8Array, from: number, end: number, text: Uint8Array): boolean => {
  if (from + text.length > end) return false;
  for (let index = 0; index < text.length; index++) if (bytes[from + index] !== text[index]) return false;
  return true;
};

/** True for text in capital letters. */
export const isInCapitals = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let index = from; index < to; index++) {
    const byte = bytes[index] ?? 0;
    if (!isCapitalByte(byte) && !(byte >= 49 && byte <= 53 && index === to - 1)) return false;
  }
  return true;
};
