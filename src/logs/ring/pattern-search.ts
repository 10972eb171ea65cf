import { type CompiledPattern, compileLinePattern, type LinePattern } from '../format/filter-chip.ts';
import { type RowBlock, rowBegin, rowTextAt } from './row-block.ts';
import { type SearchedText, type SearchMemory, searchedText } from './text-search.ts';

/** Returns the index of the row that contains or ends at the byte offset `place`; at least `from`. */
const rowAt = (ends: Uint32Array, place: number, from: number, to: number): number => {
  // Doubles the step before bisecting, because close matches are only a few rows apart.
  let low = from;
  let step = 1;
  while (low + step < to && (ends[low + step - 1] ?? 0) < place) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to - 1, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Returns a function that returns marks for the rows of a block, which are the same for each block. */
export const reusedMarks = (): ((rows: number) => Uint8Array) => {
  let marks = new Uint8Array(0);
  return (rows) => {
    if (marks.length < rows) marks = new Uint8Array(Math.max(4096, rows));
    return marks;
  };
};
const candidateMarks = reusedMarks();

const markAlone = (
  block: RowBlock,
  from: number,
  to: number,
  line: CompiledPattern['line'],
  marks: Uint8Array,
): number => {
  let count = 0;
  for (let index = from; index < to; index++) {
    if (!line.test(rowTextAt(block, index))) continue;
    marks[index] = 1;
    count++;
  }
  return count;
};

/** Marks the rows that contain a text. Returns how many were not marked before; stops after `most`. */
const markText = (
  memory: SearchMemory,
  { bytes, ends }: RowBlock,
  begin: number,
  from: number,
  to: number,
  text: SearchedText,
  marks: Uint8Array,
  most: number,
): number => {
  const end = ends[to - 1] ?? 0;
  let count = 0;
  let row = from;
  for (let index = memory.indexOf(bytes, text, begin, end); index >= 0; ) {
    row = rowAt(ends, index, row, to);
    if (marks[row] === 0 && ++count > most) return count;
    marks[row] = 1;
    if (++row >= to) return count;
    index = memory.indexOf(bytes, text, (ends[row - 1] ?? 0) + 1, end);
  }
  return count;
};

/** Marks the rows that contain one of the texts. Returns how many there are, or any number above `most`. */
const markTexts = (
  memory: SearchMemory,
  block: RowBlock,
  from: number,
  to: number,
  texts: readonly SearchedText[],
  marks: Uint8Array,
  most = Number.POSITIVE_INFINITY,
): number => {
  const begin = rowBegin(block, from);
  let count = 0;
  for (const text of texts)
    if (count <= most) count += markText(memory, block, begin, from, to, text, marks, most - count);
  return count;
};

/** For blocks in which every byte is one character. */
const markLatin = (block: RowBlock, from: number, to: number, bulk: RegExp, marks: Uint8Array): number => {
  const { ends } = block;
  const begin = rowBegin(block, from);
  const text = block.bytes.toString('latin1', begin, ends[to - 1] ?? 0);
  let row = from;
  let count = 0;
  bulk.lastIndex = 0;
  while (bulk.test(text)) {
    row = rowAt(ends, begin + bulk.lastIndex, row, to);
    marks[row] = 1;
    count++;
    if (++row >= to) break;
    bulk.lastIndex = (ends[row - 1] ?? 0) + 1 - begin;
  }
  return count;
};

const markDecoded = (block: RowBlock, from: number, to: number, bulk: RegExp, marks: Uint8Array): number => {
  const text = block.bytes.toString('utf8', rowBegin(block, from), block.ends[to - 1] ?? 0);
  let row = from;
  /** Start of the row after the last one counted. */
  let next = text.indexOf('\n') + 1;
  let count = 0;
  bulk.lastIndex = 0;
  while (bulk.test(text)) {
    while (next > 0 && next <= bulk.lastIndex) {
      row++;
      next = text.indexOf('\n', next) + 1;
    }
    marks[row] = 1;
    count++;
    if (next === 0) break;
    bulk.lastIndex = next;
  }
  return count;
};

/** A compiled pattern with the texts that exclude most rows, if it has any. */
interface PatternSearch extends CompiledPattern {
  readonly texts?: readonly SearchedText[];
}

export const patternSearch = (pattern: LinePattern): PatternSearch => {
  const compiled = compileLinePattern(pattern);
  const texts = compiled.required?.map((text) => searchedText(text, pattern.ignoreCase));
  const known = texts?.flatMap((text) => text ?? []) ?? [];
  return texts === undefined || known.length < texts.length ? compiled : { ...compiled, texts: known };
};

/** Part of the rows above which it is faster to search all of them than one by one. */
const mostCandidates = 1 / 8;

/** Returns the maximum number of steps to match these rows one by one; Infinity: unknown. */
const stepsOf = (block: RowBlock, rows: Uint8Array, count: number, { steps }: PatternSearch): number => {
  let sum = 0;
  for (let left = count, index = 0; left > 0; left--, index++) {
    index = rows.indexOf(1, index);
    sum += steps((block.ends[index] ?? 0) - rowBegin(block, index));
  }
  return sum;
};

/**
 * Marks matches among the rows that contain a required text. Returns how many there are; undefined, without any mark, if too many
 * rows contain one, or if matching them may take more steps than `mostSteps`.
 */
const markCandidates = (
  memory: SearchMemory,
  block: RowBlock,
  from: number,
  to: number,
  pattern: PatternSearch,
  marks: Uint8Array,
  mostSteps: number,
): number | undefined => {
  const { line, texts = [] } = pattern;
  const most = (to - from) * mostCandidates;
  const found = candidateMarks(to);
  found.fill(0, 0, to);
  const candidates = markTexts(memory, block, from, to, texts, found, most);
  if (candidates > most) return undefined;
  if (mostSteps < Number.POSITIVE_INFINITY && stepsOf(block, found, candidates, pattern) > mostSteps)
    return undefined;
  let count = 0;
  for (let left = candidates, index = from; left > 0; left--, index++) {
    index = found.indexOf(1, index);
    if (!line.test(rowTextAt(block, index))) continue;
    marks[index] = 1;
    count++;
  }
  return count;
};

/**
 * Sets `marks` to 1 for each matching row in [from, to). Returns how many rows match; undefined if that may take more steps than
 * `mostSteps`.
 */
export const markMatches = (
  block: RowBlock,
  from: number,
  to: number,
  pattern: PatternSearch,
  marks: Uint8Array,
  mostSteps: number,
): number | undefined => {
  if (from >= to) return 0;
  const { memory } = block;
  const { line, bulk, texts, isText } = pattern;
  if (texts !== undefined && memory !== undefined) {
    if (isText) return markTexts(memory, block, from, to, texts, marks);
    const count = markCandidates(memory, block, from, to, pattern, marks, mostSteps);
    if (count !== undefined) return count;
  }
  if (mostSteps < Number.POSITIVE_INFINITY) return undefined;
  if (bulk === undefined) return markAlone(block, from, to, line, marks);
  return (block.ascii ? markLatin : markDecoded)(block, from, to, bulk, marks);
};
