import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { HeadOptions } from '../format/head-reader.ts';
import type { LogStream } from '../format/log-stream.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LogEvent, OlderLines, OlderLinesRequest } from '../reading/tail.ts';
import type { RowHead } from '../ring/row-block.ts';
import { gapText } from './line-ingestor.ts';
import { createRowBuilder } from './row-builder.ts';
import type { StreamReader } from './stream-registry.ts';

type OlderRow = RowHead & { readonly text: string };

/** Converts older lines to rows, oldest first. `at`: wall-clock time for lines that contain none. */
const olderRows = (
  { index, label }: Pick<LogStream, 'index' | 'label'>,
  { events }: OlderLines,
  wall: (time: Millis) => Millis,
  moment: Millis,
  heads: HeadOptions | undefined,
): OlderRow[] => {
  const rows: OlderRow[] = [];
  const put = (bytes: Buffer, begin: number, end: number, head: RowHead): void => {
    rows.push({ ...head, text: bytes.toString('utf8', begin, end) });
  };
  const rowBuilder = createRowBuilder(index, { put }, () => moment, heads);
  const take = (event: LogEvent): void => {
    if (event.is === 'line')
      rowBuilder.line(
        event.text,
        event.at === undefined ? undefined : wall(event.at),
        levelCode(event.level),
      );
    else if (event.is === 'chunk') rowBuilder.chunk(Buffer.from(event.bytes));
    else if (event.is === 'gap') {
      const gap = { why: event.why, isSure: true, ...defined({ ms: event.ms }) };
      rowBuilder.note(rowKind.gap, gapText(label, gap, undefined), rowBuilder.latest ?? moment);
    }
  };
  for (const event of events) take(event);
  rowBuilder.flush();
  return rows;
};

/** Older rows in display order, and whether there are more before them. */
interface OlderRowsResult {
  readonly rows: readonly OlderRow[];
  readonly is: 'idle' | 'start' | 'unable';
  /** Errors, as messages. */
  readonly problems: readonly string[];
}

/** Reading state of one stream's older lines. */
interface Past {
  before: OlderLinesRequest;
  /** Read but not shown yet, oldest first. */
  rows: OlderRow[];
  isStart: boolean;
}

const linesEach = 500;

const timeOf = (row: OlderRow | undefined): Millis => row?.at ?? Number.NEGATIVE_INFINITY;

/** Reads the older lines of streams backward, 500 of each at a time. */
export const createOlderReader = (
  clock: Clock,
  entries: () => readonly StreamReader[],
  heads?: HeadOptions,
) => {
  const pasts = new Map<StreamReader, Past>();
  const wall = (time: Millis): Millis => time + clock.wallOffset();

  const ask = async (entry: StreamReader, past: Past, signal: AbortSignal): Promise<string | undefined> => {
    const older = await entry.tail.older?.(past.before, signal);
    if (older === undefined || signal.aborted) return undefined;
    past.rows = olderRows(entry.stream, older, wall, wall(past.before.at ?? clock.now()), heads);
    const fault = older.events.find((event) => event.is === 'fault');
    if (fault !== undefined) return fault.fault.message;
    past.isStart = older.isStart;
    const [first] = past.rows;
    const time = first === undefined ? past.before.at : first.at - clock.wallOffset();
    past.before = {
      lines: linesEach,
      ...defined({ mark: older.first, at: time }),
    };
    return undefined;
  };

  /** Returns the reading state of a stream, which starts before the first line read. */
  const pastOf = (entry: StreamReader): Past => {
    const known = pasts.get(entry);
    if (known !== undefined) return known;
    const { firstPosition: first } = entry.ingestor;
    const time = first === undefined ? clock.now() : first.at - clock.wallOffset();
    const mark = first?.mark === undefined ? {} : { mark: first.mark };
    const past: Past = { before: { at: time, lines: linesEach, ...mark }, rows: [], isStart: false };
    pasts.set(entry, past);
    return past;
  };

  return {
    /** Returns the rows before those already returned, from all streams that support it. Never rejects. */
    next: async (signal: AbortSignal): Promise<OlderRowsResult> => {
      const able = entries().filter(({ tail }) => tail.older !== undefined);
      if (able.length === 0) return { rows: [], is: 'unable', problems: [] };
      const problems = await Promise.all(
        able.map(async (entry) => {
          const past = pastOf(entry);
          return past.rows.length > 0 || past.isStart ? undefined : ask(entry, past, signal);
        }),
      );
      const all = able.map(pastOf);
      // Rows before this time are kept back, because not every stream was read that far.
      const horizon = Math.max(...all.filter(({ isStart }) => !isStart).map(({ rows }) => timeOf(rows[0])));
      const rows = all.flatMap((past) => {
        const from = recordTimes(past.rows).findIndex((position) => position >= horizon);
        return from < 0 ? [] : past.rows.splice(from);
      });
      const isStart = all.every((past) => past.isStart && past.rows.length === 0);
      return {
        rows: mergedOlder(rows),
        is: isStart ? 'start' : 'idle',
        problems: problems.filter((problem) => problem !== undefined),
      };
    },
    /** Restarts before this time (wall clock), because the first rows shown were evicted. */
    startAt: (time: Millis): void => {
      pasts.clear();
      for (const entry of entries())
        pasts.set(entry, {
          before: { at: time - clock.wallOffset(), lines: linesEach },
          rows: [],
          isStart: false,
        });
    },
  };
};

/** The time of each row of one stream; a continuation has that of its line, so that a record stays together. */
const recordTimes = (rows: readonly OlderRow[]): readonly Millis[] => {
  let line: Millis | undefined;
  return rows.map(({ at, kind }) => {
    if (kind === rowKind.line) line = at;
    return kind === rowKind.continuation ? (line ?? at) : at;
  });
};

/**
 * Sorts rows by time and keeps each stream's order: a row counts as late as the latest row before it in its
 * stream. A continuation counts as early as its line, because no row of another stream comes between them.
 */
const mergedOlder = (rows: readonly OlderRow[]): readonly OlderRow[] => {
  const latest = new Map<number, Millis>();
  const timed = rows.map((row) => {
    const before = latest.get(row.stream);
    if (row.kind === rowKind.continuation && before !== undefined) return { row, at: before };
    const time = Math.max(row.at, before ?? Number.NEGATIVE_INFINITY);
    latest.set(row.stream, time);
    return { row, at: time };
  });
  // The sort is stable, and `rows` contains each stream in order.
  return timed.sort((a, b) => a.at - b.at).map(({ row }) => row);
};
