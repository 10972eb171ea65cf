import type { CompiledPattern } from '../format/line-pattern.ts';
import { type Block, beginOf, rowText } from './block.ts';

/** Index of the row that a place in the bytes is in, or at the end of; not in front of `from`. */
const rowAt = (ends: Uint32Array, place: number, from: number, to: number): number => {
  // Where hits are close together the next one is a few rows further: double the step before halving it.
  let [low, step] = [from, 1];
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

const markAlone = (
  block: Block,
  from: number,
  to: number,
  line: CompiledPattern['line'],
  marks: Uint8Array,
): void => {
  for (let index = from; index < to; index++) if (line.test(rowText(block, index))) marks[index] = 1;
};

/** False: hits are so many that it is quicker to decode; nothing behind `from` is judged. */
const markBytes = (block: Block, from: number, to: number, needle: Buffer, marks: Uint8Array): number => {
  const { ends } = block;
  const bytes = block.bytes.subarray(0, ends[to - 1] ?? 0);
  // A call costs as much as some hundred characters.
  let patience = 16 + ((to - from) >> 4);
  let row = from;
  for (let at = bytes.indexOf(needle, beginOf(block, from)); at >= 0; ) {
    row = rowAt(ends, at, row, to);
    marks[row] = 1;
    row++;
    if (row >= to) return to;
    if (--patience === 0) return row;
    at = bytes.indexOf(needle, beginOf(block, row));
  }
  return to;
};

/** Of a block in which a byte is a character. */
const markLatin = (block: Block, from: number, to: number, bulk: RegExp, marks: Uint8Array): void => {
  const { ends } = block;
  const begin = beginOf(block, from);
  const text = block.bytes.toString('latin1', begin, ends[to - 1] ?? 0);
  let row = from;
  bulk.lastIndex = 0;
  while (bulk.test(text)) {
    row = rowAt(ends, begin + bulk.lastIndex, row, to);
    marks[row] = 1;
    if (++row >= to) return;
    bulk.lastIndex = (ends[row - 1] ?? 0) + 1 - begin;
  }
};

const markDecoded = (block: Block, from: number, to: number, bulk: RegExp, marks: Uint8Array): void => {
  const text = block.bytes.toString('utf8', beginOf(block, from), block.ends[to - 1] ?? 0);
  let row = from;
  /** Where the row behind the last one that was counted begins. */
  let next = text.indexOf('\n') + 1;
  bulk.lastIndex = 0;
  while (bulk.test(text)) {
    while (next > 0 && next <= bulk.lastIndex) {
      row++;
      next = text.indexOf('\n', next) + 1;
    }
    marks[row] = 1;
    if (next === 0) return;
    bulk.lastIndex = next;
  }
};

/** Sets 1 in `marks` for each row of `from` up to `to` that matches. */
export const markMatches = (
  block: Block,
  from: number,
  to: number,
  pattern: CompiledPattern & { readonly needle?: Buffer },
  marks: Uint8Array,
): void => {
  if (from >= to) return;
  const { line, bulk, needle } = pattern;
  const rest = needle === undefined ? from : markBytes(block, from, to, needle, marks);
  if (rest >= to) return;
  if (bulk === undefined) markAlone(block, rest, to, line, marks);
  else (block.ascii ? markLatin : markDecoded)(block, rest, to, bulk, marks);
};
