import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import { runGuarded } from '../../platform/run-guarded.ts';
import type { LinePattern } from '../format/filter-chip.ts';
import { type CompiledPattern, compileLinePattern } from '../format/filter-chip.ts';
import { createHeadReader, type HeadOptions } from '../format/head-reader.ts';
import type { LineFilter } from '../reading/tail.ts';
import { CleanSlice, cleanSlices } from './clean-slices.ts';

/** Tells the `levelCode` of a line of clean bytes, its line feed left out, by that line alone; 0: it tells none. */
type LevelOf = (bytes: Uint8Array, begin: number, end: number) => number;

/** Throws SyntaxError for a pattern of the profile that is none. */
export const createLineLeveler = (options: HeadOptions): LevelOf => {
  const reader = createHeadReader(options);
  return (bytes, begin, end) => reader.read(bytes, begin, end).ownLevel;
};

/** A pattern of good will needs a thousandth of it for what is judged at once. */
const patienceMs: Millis = 2000;

/** A pattern that does not come to an end on some line. */
export class PatternTimeoutError extends Error {
  constructor(patterns: readonly LinePattern[]) {
    super(`on some line it takes for ever to match ${patterns.map(({ text }) => text).join(' or ')}`);
    this.name = 'EndlessPattern';
  }
}

/** Does some judging by a filter; throws EndlessPattern when that does not end. Only patterns that need backtracking are watched. */
export const createPatternGuard = ({ include, exclude }: LineFilter): (<T>(work: () => T) => T) => {
  const slow = [...include, ...exclude].filter((pattern) => !compileLinePattern(pattern).isBounded);
  if (slow.length === 0) return (work) => work();
  return <T>(work: () => T): T => {
    const results: T[] = [];
    if (runGuarded(() => results.push(work()), patienceMs) === 'over') throw new PatternTimeoutError(slow);
    return results[0] as T;
  };
};

/** Walks over the lines of a slice that match one of some patterns. */
interface LineFinder {
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
  const { line, bulk, plain, isBounded, bulkChars } = compileLinePattern(pattern);
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
const createLineFinder = (patterns: readonly LinePattern[]): LineFinder => {
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

/** Judges lines by a filter: many at once as they stand in a file, or one that is clean already. */
export interface LineScan {
  /** How many of these whole lines pass. */
  count(bytes: Uint8Array): number;
  /** Those that pass, each with its line feed: parts of what was given, or clean text where it was not clean. */
  take(bytes: Uint8Array): readonly (Uint8Array | string)[];
  /** `told`: the `levelCode` of a line whose text tells none. Not held to any time: `inTimeFor` is for who judges line by line. */
  passes(line: string, told?: number): boolean;
}

/** Lines of a slice, from where they begin to behind their last line feed. */
type Found = (from: number, to: number) => void;

/** Where so many are found in one slice it pays to have a text: each look into bytes costs a call out of JavaScript. */
const many = 64;

/** `levelOf` is asked only when a level is wanted. Throws SyntaxError for a pattern that is none; what judges many throws EndlessPattern. */
export const createLineScan = (filter: LineFilter, levelOf: LevelOf): LineScan => {
  const { include, exclude, minLevel: least } = filter;
  const inTime = createPatternGuard(filter);
  const wanted = include.length === 0 ? undefined : createLineFinder(include);
  const unwanted = exclude.length === 0 ? undefined : createLineFinder(exclude);
  const leastCode = levelCode(least);

  /** True: the slice before had many lines that were found. */
  let isDense = false;

  const over = (slice: CleanSlice): void => {
    if (isDense) slice.text;
    wanted?.over(slice);
    unwanted?.over(slice);
  };

  const isUnwanted = (slice: CleanSlice, begin: number, end: number): boolean =>
    unwanted?.matches(slice.line(begin, end)) === true;

  const isGrave = (slice: CleanSlice, begin: number, end: number): boolean => {
    if (leastCode === 0) return true;
    if (slice.bytes !== undefined) return levelOf(slice.bytes, begin, end) >= leastCode;
    const line = Buffer.from(slice.line(begin, end));
    return levelOf(line, 0, line.length) >= leastCode;
  };

  /** The lines that an include wants are few: what else is asked, is asked of each. */
  const scanWanted = (slice: CleanSlice, finder: LineFinder, found: Found): void => {
    for (let begin = finder.next(0); begin < slice.length; ) {
      const end = slice.endOf(begin);
      if (!isUnwanted(slice, begin, end) && isGrave(slice, begin, end)) found(begin, end + 1);
      begin = finder.next(end + 1);
    }
  };

  const scanGrave = (slice: CleanSlice, found: Found): void => {
    for (let begin = 0; begin < slice.length; ) {
      const end = slice.endOf(begin);
      if (isGrave(slice, begin, end) && !isUnwanted(slice, begin, end)) found(begin, end + 1);
      begin = end + 1;
    }
  };

  /** Everything between the lines that are hidden. */
  const scanOthers = (slice: CleanSlice, hidden: (from: number) => number, found: Found): void => {
    for (let begin = 0; begin < slice.length; ) {
      const end = hidden(begin);
      if (end > begin) found(begin, end);
      begin = end < slice.length ? slice.endOf(end) + 1 : end;
    }
  };

  const passes = (line: string, told = 0): boolean => {
    if (wanted?.matches(line) === false || unwanted?.matches(line) === true) return false;
    return told >= leastCode || isGrave(new CleanSlice(line), 0, line.length);
  };

  const scan = (slice: CleanSlice, found: Found): void => {
    over(slice);
    if (wanted !== undefined) scanWanted(slice, wanted, found);
    else if (leastCode > 0) scanGrave(slice, found);
    else scanOthers(slice, (from) => unwanted?.next(from) ?? slice.length, found);
  };

  const hiddenIn = (slice: CleanSlice, finder: LineFinder): number => {
    let hidden = 0;
    for (let begin = finder.next(0); begin < slice.length; begin = finder.next(slice.endOf(begin) + 1))
      hidden++;
    return hidden;
  };

  const countIn = (slice: CleanSlice): number => {
    let count = 0;
    if (wanted !== undefined || leastCode > 0)
      scan(slice, () => {
        count++;
      });
    else if (unwanted !== undefined) {
      over(slice);
      count = hiddenIn(slice, unwanted);
    }
    isDense = count > many;
    return wanted !== undefined || leastCode > 0 ? count : slice.lines - count;
  };

  return {
    count: (bytes) =>
      inTime(() => {
        let count = 0;
        for (const slice of cleanSlices(bytes)) count += countIn(slice);
        return count;
      }),
    take: (bytes) =>
      inTime(() => {
        const taken: (Uint8Array | string)[] = [];
        for (const slice of cleanSlices(bytes)) {
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
