import type { Fault, Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import type { LogStream } from '../format/log-stream.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LineFilter, LogEvent, ResumePoint, Tail } from '../reading/tail.ts';
import { type LaneBatch, laneBatchText } from './lane.ts';
import type { LineScan } from './line-scan.ts';
import { createLineScan, createPatternGuard } from './line-scan.ts';
import type { LogReading } from './read-logs.ts';

/**
 * Yields the same items and prefetches one: the next item is read while the current one is processed. Closes
 * the source when the consumer stops.
 */
async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let result = await next; result.done !== true; result = await next) {
      next = iterator.next();
      yield result.value;
    }
  } finally {
    // The prefetched item must not become an unhandled rejection.
    next.catch(() => {});
    await iterator.return?.();
  }
}

/** Receives what a stream yields besides lines. */
interface Aside {
  fault(fault: Fault): void;
  /** Receives a notice about its lines: a gap, dropped lines, or a note. */
  word(text: string): void;
}

const reportAside = (event: LogEvent, aside: Aside): void => {
  if (event.is === 'fault') aside.fault(event.fault);
  else if (event.is === 'gap') aside.word(`gap: ${event.why}`);
  else if (event.is === 'dropped')
    aside.word(`${event.count} lines dropped, because they arrived faster than opsdeck reads`);
  else if (event.is === 'note') aside.word(event.text);
};

/** Returns the number of lines that pass, from a position to the end of the stream. */
export const countPassingLines = async (
  tail: Tail,
  scan: LineScan,
  from: ResumePoint,
  aside: Aside,
  signal: AbortSignal,
): Promise<number> => {
  let count = 0;
  for await (const event of oneAhead(tail.open(from, signal))) {
    if (event.is === 'chunk') count += scan.count(event.bytes);
    else if (event.is === 'line') count += scan.passes(event.text, levelCode(event.level)) ? 1 : 0;
    else reportAside(event, aside);
  }
  return count;
};

/** Yields the lines that pass, each with its line feed, in chunks as read. Prefetches one chunk. */
export async function* passingLines(
  tail: Tail,
  scan: LineScan,
  from: ResumePoint,
  aside: Aside,
  signal: AbortSignal,
): AsyncGenerator<readonly (Uint8Array | string)[], void, undefined> {
  for await (const event of oneAhead(tail.open(from, signal))) {
    if (event.is === 'chunk') yield scan.take(event.bytes);
    else if (event.is === 'line') {
      if (scan.passes(event.text, levelCode(event.level))) yield [`${event.text}\n`];
    } else reportAside(event, aside);
  }
}

/** Collects the newest passing lines of each stream, with their context lines. */
interface LastLines {
  add(line: PipeLine): void;
  /** Returns the lines in order of arrival. */
  all(): readonly PipeLine[];
}

/** A passing line with its context lines. */
interface Group {
  readonly number: number;
  readonly lines: PipeLine[];
  hasHit: boolean;
}

/** Creates a collector that keeps at most `most` passing lines per stream. */
export const createLastLines = (most: number): LastLines => {
  const groups: Group[][] = [];
  let number = 0;
  const begin = (stream: number, line: PipeLine): void => {
    const kept = groups[stream] ?? [];
    groups[stream] = kept;
    kept.push({ number: number++, lines: [line], hasHit: line.role === 'hit' });
    // Trims rarely, which keeps the cost low.
    if (kept.length > 2 * most + 1) kept.splice(0, kept.length - most - 1);
  };
  return {
    add: (line) => {
      const last = groups[line.stream.index]?.at(-1);
      const isNew = line.role !== 'after' && (last === undefined || last.hasHit);
      if (isNew || last === undefined) return begin(line.stream.index, line);
      last.lines.push(line);
      last.hasHit ||= line.role === 'hit';
    },
    all: () =>
      groups
        .flatMap((kept) => (most === 0 ? [] : kept.filter(({ hasHit }) => hasHit).slice(-most)))
        .sort((a, b) => a.number - b.number)
        .flatMap(({ lines }) => lines),
  };
};

/** The role of a shown line: a match, or context before or after one. */
type Role = 'hit' | 'before' | 'after';

/** A line to show. */
interface Shown<T> {
  readonly item: T;
  readonly role: Role;
  /** True: lines were skipped since the previous shown line, so that a separator is needed. */
  readonly isApart: boolean;
}

/**
 * Adds context lines to the matches of one stream, like grep -B and -A: each line once, in order. The
 * returned function yields the lines to show now. The first shown line never needs a separator.
 */
export const createContextLines = <T>(
  before: number,
  after: number,
): ((item: T, passes: boolean) => readonly Shown<T>[]) => {
  let pending: T[] = [];
  let left = 0;
  let isFirst = true;
  /** True: lines were skipped since the last shown one. */
  let hasSkipped = false;
  return (item, passes) => {
    if (!passes && left > 0) {
      left--;
      return [{ item, role: 'after', isApart: false }];
    }
    if (!passes) {
      pending.push(item);
      if (pending.length > before) {
        pending.shift();
        hasSkipped = true;
      }
      return [];
    }
    const isApart = !isFirst && hasSkipped;
    const shown = [...pending, item].map((value, index): Shown<T> => {
      const role = index < pending.length ? 'before' : 'hit';
      return { item: value, role, isApart: isApart && index === 0 };
    });
    pending = [];
    hasSkipped = false;
    left = after;
    isFirst = false;
    return shown;
  };
};

/** A filtered line with its position. */
export interface PipeLine {
  readonly is: 'line';
  readonly stream: LogStream;
  readonly text: string;
  /** Its continuations, if whole records are piped; otherwise each of them is a line of its own. */
  readonly more: readonly string[];
  /** True: read from a file, so that only the line itself contains its time. */
  readonly isOfFile: boolean;
  /** Wall clock: from the source, from its text, or the time of the previous line. */
  readonly at: Millis;
  /** `levelCode`. */
  readonly level: number;
  readonly role: Role;
  /** True: with context lines, lines of this stream were skipped since the previous shown one. */
  readonly isApart: boolean;
}

/** A row that is not a line: a gap, dropped lines, or a stream that started or ended. */
interface PipedWord {
  readonly is: 'word';
  readonly text: string;
}

export type PipedRow = PipeLine | PipedWord;

export interface PipeOptions {
  readonly filter: LineFilter;
  /** Number of context lines from the same stream. */
  readonly before: number;
  readonly after: number;
}

/**
 * Yields the lines of a reading (`ownLevels`) that pass, in order, as soon as they arrive. Reads nothing
 * ahead.
 */
export async function* pipeLines(
  reading: LogReading,
  { filter, before, after }: PipeOptions,
): AsyncGenerator<readonly PipedRow[], void, undefined> {
  const scan = createLineScan(filter, () => 0);
  const inTime = createPatternGuard(filter);
  const hasContext = before > 0 || after > 0;
  const arounds: ReturnType<typeof createContextLines<Omit<PipeLine, 'role' | 'isApart'>>>[] = [];
  const pipeRow = (batch: LaneBatch, index: number): readonly PipedRow[] => {
    const { rows } = batch;
    const stream = reading.streams[rows.stream];
    if (stream === undefined) return [];
    const text = laneBatchText(batch, index);
    if ((rows.kind[index] ?? 0) > rowKind.continuation) return [{ is: 'word', text }];
    const level = rows.level[index] ?? 0;
    const passes = scan.passes(text, level);
    if (!passes && !hasContext) return [];
    const isOfFile = reading.entries()[rows.stream]?.tail.isFile === true;
    const line = { is: 'line', stream, text, more: [], isOfFile, at: rows.at[index] ?? 0, level } as const;
    if (!hasContext) return [{ ...line, role: 'hit', isApart: false }];
    arounds[rows.stream] ??= createContextLines(before, after);
    const shown = arounds[rows.stream]?.(line, passes) ?? [];
    return shown.map(({ item, ...place }) => ({ ...item, ...place }));
  };
  for await (const batches of reading.readBatches) {
    const piped: PipedRow[] = [];
    inTime(() => {
      for (const batch of batches)
        for (let index = batch.from; index < batch.to; index++) piped.push(...pipeRow(batch, index));
    });
    if (piped.length > 0) yield piped;
  }
}
