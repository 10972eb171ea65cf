import type { Millis } from '../../domain/base/fault.ts';
import { parseLine } from '../format/parse-line.ts';
import { rowKind } from '../format/parsed-line.ts';
import { joinHashes, lineHash } from './line-hash.ts';
import type { ReadonlyLogRing } from './log-ring.ts';
import { type RowBlock, rowTextAt } from './row-block.ts';

/** Maximum time between equal lines of several streams that count as the same event. */
const sameEventMs: Millis = 1000;

/** Fields that differ between streams and are not shown in a row. */
const ownFields: ReadonlySet<string> = new Set(['pid', 'thread', 'tid']);

/** The parts of a line that its row shows, besides time and stream. */
const shownParts = (block: RowBlock, index: number): string => {
  const { message, fields } = parseLine(rowTextAt(block, index));
  return JSON.stringify([message, [...fields].filter(([name]) => !ownFields.has(name))]);
};

/** Equal lines of a block; each list has their indexes, oldest first. */
type Repeats = ReadonlyMap<number, readonly number[]>;

interface BlockRepeats {
  readonly count: number;
  readonly regrouped: number;
  /** Hash by row; grows with the block, and is released once the block is sealed. */
  readonly hashes: Uint32Array | undefined;
  readonly repeats: Repeats;
}

const known = new WeakMap<RowBlock, BlockRepeats>();

/** Hashes the rows that were added since the last call. */
const hashRows = (block: RowBlock, was: BlockRepeats | undefined): Uint32Array => {
  const from = was?.hashes === undefined ? 0 : was.count;
  const hashes =
    was?.hashes !== undefined && was.hashes.length >= block.count
      ? was.hashes
      : new Uint32Array(Math.max(block.count, block.sealed ? 0 : block.ends.length));
  if (was?.hashes !== undefined && was.hashes !== hashes) hashes.set(was.hashes.subarray(0, was.count));
  for (let index = from; index < block.count; index++) hashes[index] = lineHash(block, index);
  return hashes;
};

/** The hash of each line with its continuations, by index; 0: not a line, or continued in another block. */
const recordHashes = (block: RowBlock, hashes: Uint32Array): Uint32Array => {
  const records = new Uint32Array(block.count);
  for (let index = 0; index < block.count; index++) {
    const back = block.back?.[index] ?? 0;
    const own = hashes[index] ?? 0;
    if (block.kind[index] === rowKind.line) records[index] = own;
    else if (back > 0 && back <= index) records[index - back] = joinHashes(records[index - back] ?? 0, own);
  }
  for (const index of block.spans?.keys() ?? []) records[index] = 0;
  return records;
};

const findRepeats = (block: RowBlock, records: Uint32Array): Repeats => {
  /** Index of the first line of the newest group by record. Most lines have no equal: they get no list. */
  const open = new Map<number, number>();
  const repeats = new Map<number, number[]>();
  for (let index = 0; index < block.count; index++) {
    const record = records[index] ?? 0;
    if (record === 0) continue;
    const first = open.get(record);
    const equal = first === undefined ? undefined : repeats.get(first);
    const joins =
      first !== undefined &&
      Math.abs((block.at[index] ?? 0) - (block.at[first] ?? 0)) <= sameEventMs &&
      block.level[index] === block.level[first] &&
      !(equal ?? [first]).some((other) => block.stream[other] === block.stream[index]) &&
      shownParts(block, first) === shownParts(block, index);
    if (!joins) {
      open.set(record, index);
      continue;
    }
    const group = equal ?? [first];
    group.push(index);
    repeats.set(first, group);
    repeats.set(index, group);
  }
  return repeats;
};

const repeatsOf = (block: RowBlock): Repeats => {
  const was = known.get(block);
  if (was?.count === block.count && was.regrouped === block.regrouped) return was.repeats;
  const hashes = hashRows(block, was);
  const repeats = findRepeats(block, recordHashes(block, hashes));
  known.set(block, {
    count: block.count,
    regrouped: block.regrouped,
    hashes: block.sealed ? undefined : hashes,
    repeats,
  });
  return repeats;
};

/**
 * Returns the ids of the lines that equal this one, itself included: one line per stream, with the same level, text and
 * continuations, within a second, oldest first. Undefined for a line without an equal one. The lines of one block are compared, when
 * one of them is shown.
 */
export const equalLines = (ring: ReadonlyLogRing, id: number): readonly number[] | undefined => {
  const block = ring.blocks[ring.blockOf(id)];
  if (block === undefined || block.count < 2) return undefined;
  const equal = repeatsOf(block).get(id - block.base);
  return equal?.map((index) => block.base + index);
};
