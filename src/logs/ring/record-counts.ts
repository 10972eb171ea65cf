import type { Millis } from '../../domain/base/fault.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { VisibleBlock } from './visible-rows.ts';

const minuteMs: Millis = 60_000;

/** Number of shown records of a block by minute and level: `minute * 7 + level code`, minutes since 1970. */
type MinuteCounts = ReadonlyMap<number, number>;

const levelCodes = 7;
const known = new WeakMap<VisibleBlock, { readonly stamp: number; readonly counts: MinuteCounts }>();

const countsOf = (shown: VisibleBlock): MinuteCounts => {
  const was = known.get(shown);
  if (was?.stamp === shown.stamp) return was.counts;
  const { block, visible, stamp } = shown;
  const counts = new Map<number, number>();
  for (let index = 0; index < block.count; index++) {
    if (visible[index] !== 1 || block.kind[index] !== rowKind.line) continue;
    const key = Math.floor((block.at[index] ?? 0) / minuteMs) * levelCodes + (block.level[index] ?? 0);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  known.set(shown, { stamp, counts });
  return counts;
};

/**
 * Counts the shown records (a line with its continuations counts once) by level code, in the given number of full minutes
 * up to that of `to`. Caches counts per block, so that a frame counts only new rows.
 */
export const countRecords = (
  blocks: readonly VisibleBlock[],
  to: Millis,
  minutes: number,
): readonly number[] => {
  const last = Math.floor(to / minuteMs);
  const first = last - minutes + 1;
  const sums = Array.from({ length: levelCodes }, () => 0);
  for (const shown of blocks) {
    if (shown.visibleCount === 0 || shown.block.to < first * minuteMs) continue;
    for (const [key, count] of countsOf(shown)) {
      const minute = Math.floor(key / levelCodes);
      const level = key % levelCodes;
      if (minute >= first && minute <= last) sums[level] = (sums[level] ?? 0) + count;
    }
  }
  return sums;
};
