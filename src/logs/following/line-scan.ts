import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import type { KeyBlock } from '../../domain/mask/key-block.ts';
import { runGuarded } from '../../platform/runtime/run-guarded.ts';
import type { LinePattern } from '../format/filter-chip.ts';
import { type CompiledPattern, compileLinePattern } from '../format/filter-chip.ts';
import { createHeadReader, type HeadOptions } from '../format/head-reader.ts';
import type { LineFilter } from '../reading/tail.ts';
import { CleanSlice, cleanSlices } from './clean-slices.ts';

/**
 * Returns the `levelCode` of a line of clean bytes (without line feed), judged by this line, and the next ones up to `limit` where a
 * program writes the level there; 0: none.
 */
type LevelOf = (bytes: Uint8Array, begin: number, end: number, limit?: number) => number;

/** Throws SyntaxError for an invalid pattern of the profile. */
export const createLineLeveler = (options: HeadOptions): LevelOf => {
  const reader = createHeadReader(options);
  return (bytes, begin, end, limit) => reader.read(bytes, begin, end, limit).ownLevel;
};

/** Time limit for matching one batch. A well-behaved pattern needs a thousandth of it. */
const timeoutMs: Millis = 2000;

/** A pattern that did not finish on some line (catastrophic backtracking). */
export class PatternTimeoutError extends Error {
  constructor(patterns: readonly LinePattern[]) {
    super(`a pattern takes too long on some line: ${patterns.map(({ text }) => text).join(' or ')}`);
    this.name = 'PatternTimeoutError';
  }
}

/**
 * Runs filter work with a time limit; throws PatternTimeoutError when it is exceeded. Only patterns that need
 * backtracking are guarded.
 */
export const createPatternGuard = ({ include, exclude }: LineFilter): (<T>(work: () => T) => T) => {
  const slow = [...include, ...exclude].filter((pattern) => !compileLinePattern(pattern).isBounded);
  if (slow.length === 0) return (work) => work();
  return <T>(work: () => T): T => {
    const results: T[] = [];
    if (runGuarded(() => results.push(work()), timeoutMs) === 'over') throw new PatternTimeoutError(slow);
    return results[0] as T;
  };
};

/** Finds the lines of a slice that match any of several patterns. */
interface LineFinder {
  /** Starts with another slice. */
  over(slice: CleanSlice): void;
  /**
   * Returns the start of the next matching line at or after `from`, which is a line start; the slice's length
   * if none matches.
   */
  next(from: number): number;
  /** True when a single line matches. */
  matches(line: string): boolean;
}

interface PatternSearch extends Pick<CompiledPattern, 'line' | 'bulk' | 'bulkChars'> {
  /** UTF-8 bytes of the searched text, if the pattern is a fixed text. */
  readonly needle?: Buffer;
  /** Start of the next match if already found; -1: not searched yet. */
  at: number;
}

const searchOf = (pattern: LinePattern): PatternSearch => {
  const { line, bulk, plain, isBounded, bulkChars } = compileLinePattern(pattern);
  // A text that contains a line feed occurs in no line.
  const needle = plain === undefined || plain.includes('\n') ? {} : { needle: Buffer.from(plain) };
  return {
    line,
    ...defined({ bulk }),
    // Bulk matching has no limit here, because patterns that may not terminate run under the time limit.
    bulkChars: isBounded ? bulkChars : Number.POSITIVE_INFINITY,
    ...needle,
    at: -1,
  };
};

const find = ({ line, bulk, bulkChars, needle }: PatternSearch, slice: CleanSlice, from: number): number => {
  if (needle !== undefined && slice.bytes !== undefined && slice.isBytes) {
    const index = slice.bytes.indexOf(needle, from);
    return index < 0 ? slice.length : slice.beginOf(index);
  }
  if (bulk !== undefined && slice.hasOnlyLinesUpTo(bulkChars)) {
    bulk.lastIndex = from;
    // `test` creates no match array, and `lastIndex` is the end of the match, in the same line.
    return bulk.test(slice.text) ? slice.beginOf(bulk.lastIndex) : slice.length;
  }
  for (let begin = from; begin < slice.length; ) {
    const end = slice.endOf(begin);
    if (line.test(slice.line(begin, end))) return begin;
    begin = end + 1;
  }
  return slice.length;
};

/** Throws SyntaxError for an invalid pattern. */
const createLineFinder = (patterns: readonly LinePattern[]): LineFinder => {
  const searches: readonly PatternSearch[] = patterns.map(searchOf);
  let slice: CleanSlice | undefined;
  return {
    over: (next) => {
      slice = next;
      for (const search of searches) search.at = -1;
    },
    next: (from) => {
      if (slice === undefined) return from;
      let first = slice.length;
      for (const search of searches) {
        if (search.at < from) search.at = find(search, slice, from);
        if (search.at < first) first = search.at;
      }
      return first;
    },
    matches: (line) => searches.some((search) => search.line.test(line)),
  };
};

/** Filters lines: many at once from a file's bytes, or a single clean line. */
export interface LineScan {
  /** Returns the number of whole lines that pass. */
  count(bytes: Uint8Array): number;
  /**
   * Returns the lines that pass, each with its line feed: parts of `bytes`, or clean text if they had to be
   * cleaned.
   */
  take(bytes: Uint8Array): readonly (Uint8Array | string)[];
  /**
   * `fallback`: the `levelCode` of a line whose text has no level. Has no time limit; callers use
   * `createPatternGuard`.
   */
  passes(line: string, fallback?: number): boolean;
}

/** Receives matching lines of a slice, from their start to after their last line feed. */
type Found = (from: number, to: number) => void;

/**
 * Number of matches per slice from which a string is faster: each search in bytes costs a call out of
 * JavaScript.
 */
const many = 64;

/** Reports everything between the hidden lines. */
const scanOthers = (slice: CleanSlice, hidden: (from: number) => number, matches: Found): void => {
  for (let begin = 0; begin < slice.length; ) {
    const end = hidden(begin);
    if (end > begin) matches(begin, end);
    begin = end < slice.length ? slice.endOf(end) + 1 : end;
  }
};

/** The number of lines that a filter hides. */
const hiddenIn = (slice: CleanSlice, finder: LineFinder): number => {
  let hidden = 0;
  for (let begin = finder.next(0); begin < slice.length; begin = finder.next(slice.endOf(begin) + 1))
    hidden++;
  return hidden;
};

/**
 * `levelOf` is called only when a level is filtered. `key`: masks the private keys of one stream, whose bytes are scanned in
 * order. Throws SyntaxError for an invalid pattern; batch methods
 * throw PatternTimeoutError.
 */
export const createLineScan = (filter: LineFilter, levelOf: LevelOf, key?: KeyBlock): LineScan => {
  const { include, exclude, minLevel } = filter;
  const inTime = createPatternGuard(filter);
  const included = include.length === 0 ? undefined : createLineFinder(include);
  const excluded = exclude.length === 0 ? undefined : createLineFinder(exclude);
  const minCode = levelCode(minLevel);

  /** True: the previous slice had many matches. */
  let isDense = false;

  const over = (slice: CleanSlice): void => {
    if (isDense) slice.text;
    included?.over(slice);
    excluded?.over(slice);
  };

  const isUnwanted = (slice: CleanSlice, begin: number, end: number): boolean =>
    excluded?.matches(slice.line(begin, end)) === true;

  const hasLevel = (slice: CleanSlice, begin: number, end: number): boolean => {
    if (minCode === 0) return true;
    if (slice.bytes !== undefined) return levelOf(slice.bytes, begin, end, slice.length) >= minCode;
    const line = Buffer.from(slice.line(begin, end));
    return levelOf(line, 0, line.length) >= minCode;
  };

  /** An include pattern matches few lines, so the other filters check only those. */
  const scanWanted = (slice: CleanSlice, finder: LineFinder, matches: Found): void => {
    for (let begin = finder.next(0); begin < slice.length; ) {
      const end = slice.endOf(begin);
      if (!isUnwanted(slice, begin, end) && hasLevel(slice, begin, end)) matches(begin, end + 1);
      begin = finder.next(end + 1);
    }
  };

  const scanByLevel = (slice: CleanSlice, matches: Found): void => {
    for (let begin = 0; begin < slice.length; ) {
      const end = slice.endOf(begin);
      if (hasLevel(slice, begin, end) && !isUnwanted(slice, begin, end)) matches(begin, end + 1);
      begin = end + 1;
    }
  };

  const passes = (line: string, fallback = 0): boolean => {
    if (included?.matches(line) === false || excluded?.matches(line) === true) return false;
    return fallback >= minCode || hasLevel(new CleanSlice(line), 0, line.length);
  };

  const scan = (slice: CleanSlice, matches: Found): void => {
    over(slice);
    if (included !== undefined) scanWanted(slice, included, matches);
    else if (minCode > 0) scanByLevel(slice, matches);
    else scanOthers(slice, (from) => excluded?.next(from) ?? slice.length, matches);
  };

  const countIn = (slice: CleanSlice): number => {
    let count = 0;
    if (included !== undefined || minCode > 0)
      scan(slice, () => {
        count++;
      });
    else if (excluded !== undefined) {
      over(slice);
      count = hiddenIn(slice, excluded);
    }
    isDense = count > many;
    return included !== undefined || minCode > 0 ? count : slice.lines - count;
  };

  return {
    count: (bytes) =>
      inTime(() => {
        let count = 0;
        for (const slice of cleanSlices(bytes, key)) count += countIn(slice);
        return count;
      }),
    take: (bytes) =>
      inTime(() => {
        const taken: (Uint8Array | string)[] = [];
        for (const slice of cleanSlices(bytes, key)) {
          const before = taken.length;
          scan(slice, (from, to) => {
            taken.push(slice.bytes?.subarray(from, to) ?? slice.text.slice(from, to));
          });
          isDense = taken.length - before > many;
        }
        return taken;
      }),
    passes,
  };
};
