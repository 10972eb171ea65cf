import { levelCode } from '../../../../domain/facts/log-level.ts';
import { rowKind } from '../../../../logs/format/parsed-line.ts';
import { joinHashes, linePatternHash } from '../../../../logs/ring/line-hash.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { memoizePerObject } from '../../../shell/state/memoize.ts';
import { ringRowHead } from './ring-row.ts';
import { isRepeat, linesOfRow } from './visible-rows.ts';

const minLevel = levelCode('warn');
/** Maximum rows to scan for severe lines per frame. */
const maxScannedRows = 100_000;
/** Maximum severe lines that patterns count. */
const maxCountedRows = 1000;

/** The newest visible rows ≥ WARN and rows that mark missing lines, at most `room`. Oldest first. */
export const severeRows = (logs: LogsState, from: number, room: number): readonly number[] => {
  const { ring, filteredView } = logs;
  const rows: number[] = [];
  let scanned = 0;
  for (
    let position = ring.blockOf(from);
    position >= 0 && rows.length < room && scanned < maxScannedRows;
    position--
  ) {
    const block = ring.blocks[position];
    if (block === undefined) break;
    for (
      let index = Math.min(block.count, from + 1 - block.base) - 1;
      index >= 0 && rows.length < room;
      index--
    ) {
      scanned++;
      const kind = block.kind[index] ?? 0;
      const isSevere =
        kind === rowKind.line ? (block.level[index] ?? 0) >= minLevel : kind > rowKind.continuation;
      const id = block.base + index;
      if (isSevere && filteredView.passes(id) && !isRepeat(logs, id)) rows.push(id);
    }
  }
  return rows.toReversed();
};

/** Rows to read for each that is shown: a stream that joins late brings older lines after newer ones. */
const readPerShown = 4;

const memoizedNewest = memoizePerObject<readonly number[]>();

/** The newest severe rows by their own time, at most `room`, oldest first. A row without a time stays with the one before it. */
export const newestSevereRows = (logs: LogsState, from: number, room: number): readonly number[] =>
  memoizedNewest(logs, [from, room, logs.ring.end], () => {
    let time = 0;
    return severeRows(logs, from, room * readPerShown)
      .map((id) => {
        const own = ringRowHead(logs.ring, id)?.at ?? 0;
        time = own > 0 ? own : time;
        return { id, time };
      })
      .toSorted((a, b) => a.time - b.time)
      .slice(-room)
      .map(({ id }) => id);
  });

/** Severe lines of one template and level. */
export interface SeverePattern {
  readonly count: number;
  /** `levelCode`. */
  readonly level: number;
  /** Id of its newest line. */
  readonly newest: number;
  /** Indices of the streams that wrote it. */
  readonly streams: ReadonlySet<number>;
}

/** The patterns of severe lines, highest level first, then the most frequent first, and the number of lines that they count. */
interface SeverePatterns {
  readonly patterns: readonly SeverePattern[];
  readonly counted: number;
}

const memoized = memoizePerObject<SeverePatterns>();

/** Counts the newest severe lines up to row `until` by template. */
export const severePatterns = (logs: LogsState, until: number): SeverePatterns =>
  memoized(logs, [until, logs.ring.end], () => {
    const { ring } = logs;
    const found = new Map<number, { count: number; level: number; newest: number; streams: Set<number> }>();
    let counted = 0;
    for (const id of severeRows(logs, until, maxCountedRows)) {
      const block = ring.blocks[ring.blockOf(id)];
      const index = id - (block?.base ?? 0);
      if (block === undefined || block.kind[index] !== rowKind.line) continue;
      const level = block.level[index] ?? 0;
      const key = joinHashes(linePatternHash(block, index), level);
      const pattern = found.get(key) ?? { count: 0, level, newest: id, streams: new Set<number>() };
      const lines = linesOfRow(logs, id);
      pattern.count += lines.length;
      pattern.newest = id;
      for (const line of lines) pattern.streams.add(ringRowHead(ring, line)?.stream ?? 0);
      found.set(key, pattern);
      counted += lines.length;
    }
    const patterns = [...found.values()].toSorted((a, b) => b.level - a.level || b.count - a.count);
    return { patterns, counted };
  });
