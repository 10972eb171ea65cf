import type { LinePattern } from '../format/chip.ts';
import { type CompiledPattern, compilePattern } from '../format/line-pattern.ts';
import type { CleanSlice } from './clean-slices.ts';

/** Walks over the lines of a slice that match one of some patterns. */
export interface LineFinder {
  /** Begins with another slice. */
  over(slice: CleanSlice): void;
  /** Where the next line at or behind a line's beginning begins that matches; the slice's length when none does. */
  next(from: number): number;
  /** Whether one line matches. */
  matches(line: string): boolean;
}

interface Sought extends Pick<CompiledPattern, 'line' | 'bulk' | 'bulkChars'> {
  /** What it is that is found, in UTF-8, where it is always the same. */
  readonly needle?: Buffer;
  /** The next line that matches, found already; -1: not looked for. */
  at: number;
}

const soughtOf = (pattern: LinePattern): Sought => {
  const { line, bulk, plain, isBounded, bulkChars } = compilePattern(pattern);
  // What holds a line feed is in no line.
  const needle = plain === undefined || plain.includes('\n') ? {} : { needle: Buffer.from(plain) };
  return {
    line,
    ...(bulk === undefined ? {} : { bulk }),
    // A watchdog stands by where lines may take for ever.
    bulkChars: isBounded ? bulkChars : Number.POSITIVE_INFINITY,
    ...needle,
    at: -1,
  };
};

const find = ({ line, bulk, bulkChars, needle }: Sought, slice: CleanSlice, from: number): number => {
  if (needle !== undefined && slice.bytes !== undefined && slice.isBytes) {
    const at = slice.bytes.indexOf(needle, from);
    return at < 0 ? slice.length : slice.beginOf(at);
  }
  if (bulk !== undefined && slice.hasOnlyLinesUpTo(bulkChars)) {
    bulk.lastIndex = from;
    // `test` makes no array of what it has found, and tells where that ends: in the same line.
    return bulk.test(slice.text) ? slice.beginOf(bulk.lastIndex) : slice.length;
  }
  for (let begin = from; begin < slice.length; ) {
    const end = slice.endOf(begin);
    if (line.test(slice.line(begin, end))) return begin;
    begin = end + 1;
  }
  return slice.length;
};

/** Throws SyntaxError for a pattern that is none. */
export const createLineFinder = (patterns: readonly LinePattern[]): LineFinder => {
  const sought: readonly Sought[] = patterns.map(soughtOf);
  let slice: CleanSlice | undefined;
  return {
    over: (next) => {
      slice = next;
      for (const one of sought) one.at = -1;
    },
    next: (from) => {
      if (slice === undefined) return from;
      let first = slice.length;
      for (const one of sought) {
        if (one.at < from) one.at = find(one, slice, from);
        if (one.at < first) first = one.at;
      }
      return first;
    },
    matches: (line) => sought.some((one) => one.line.test(line)),
  };
};
