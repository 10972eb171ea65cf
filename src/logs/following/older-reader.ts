import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import { formatBytes } from '../../domain/text/format.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { HeadOptions } from '../format/head-reader.ts';
import type { LogStream } from '../format/log-stream.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LinesAround, LogEvent, OlderLines, OlderLinesRequest, Tail } from '../reading/tail.ts';
import type { RowHead } from '../ring/row-block.ts';
import { gapText } from './line-ingestor.ts';
import { createRowBuilder } from './row-builder.ts';
import type { StreamReader } from './stream-registry.ts';

export type OlderRow = RowHead & { readonly text: string };

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

/** Rows around a time. */
export interface RowsAround {
  /** In display order; with a row of kind `gap` where a stream has lines that are not loaded. [] if no stream has lines there. */
  readonly rows: readonly OlderRow[];
  /** Rows that were read earlier and belong between these rows and those shown. */
  readonly rest: readonly OlderRow[];
  /** From the end of the first stream to where the last one is loaded again (wall clock); absent: nothing is missing. */
  readonly unloaded?: { readonly from: Millis; readonly to: Millis };
  /** Errors, and what could not be seen, as messages. */
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
/** Lines of each stream from a time on. */
const linesAfter = 5000;

const linesAround = (
  { around, older }: Tail,
  { at, edge }: { readonly at: Millis; readonly edge: OlderLinesRequest },
  signal: AbortSignal,
): Promise<LinesAround> | undefined =>
  around === undefined
    ? older?.({ at, lines: linesEach }, signal)
    : around({ at, before: linesEach, after: linesAfter, ...defined({ until: edge.mark }) }, signal);

/** Lines that are not loaded, as a row. */
const unloadedRow = (
  { index, label }: LogStream,
  { from, to, bytes }: { readonly from: Millis; readonly to: Millis; readonly bytes: number | undefined },
): OlderRow => {
  const size = bytes === undefined ? 'lines' : `${formatBytes(bytes)} of lines`;
  const why = `${size} are not loaded. Go to a time in between to load the lines around it`;
  const text = gapText(label, { why, isSure: true, ms: Math.max(0, to - from) }, undefined);
  return { at: from, level: 0, stream: index, kind: rowKind.gap, text };
};

const timeOf = (row: OlderRow | undefined): Millis => row?.at ?? Number.NEGATIVE_INFINITY;

/** Reads the older lines of streams backward, 500 of each at a time. */
export const createOlderReader = (
  clock: Clock,
  entries: () => readonly StreamReader[],
  heads?: HeadOptions,
) => {
  const pasts = new Map<StreamReader, Past>();
  /** After going to a time: the streams that are loaded around it, and where their lines begin that were loaded before. */
  const edges = new Map<StreamReader, OlderLinesRequest>();
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

  /** Takes the rows that every one of these streams has been read up to. */
  const takeRows = (all: readonly Past[]): readonly OlderRow[] => {
    // Rows before this time are kept back, because not every stream was read that far.
    const horizon = Math.max(...all.filter(({ isStart }) => !isStart).map(({ rows }) => timeOf(rows[0])));
    const rows = all.flatMap((past) => {
      const from = recordTimes(past.rows).findIndex((position) => position >= horizon);
      return from < 0 ? [] : past.rows.splice(from);
    });
    return mergedOlder(rows);
  };

  /** Streams with older lines. Around another time only those that are loaded there: lines of others would stand before it. */
  const able = (): readonly StreamReader[] =>
    entries().filter((entry) => entry.tail.older !== undefined && (edges.size === 0 || edges.has(entry)));

  const edgeOf = (entry: StreamReader): OlderLinesRequest => edges.get(entry) ?? pastOf(entry).before;

  /** Reads the rows of one stream around a time, up to those that are loaded. */
  const readAround = async (entry: StreamReader, at: Millis, signal: AbortSignal): Promise<Around> => {
    const edge = edgeOf(entry);
    const answer = await linesAround(entry.tail, { at, edge }, signal);
    const fault = answer?.events.find((event) => event.is === 'fault');
    if (answer === undefined || fault !== undefined)
      return { entry, problem: fault?.fault.message ?? `${entry.stream.label} has no older lines` };
    const to = wall(edge.at ?? clock.now());
    const read = olderRows(entry.stream, answer, wall, wall(at), heads);
    const known = edge.mark === undefined ? read.findIndex((row) => row.at >= to) : -1;
    const rows = known < 0 ? read : read.slice(0, known);
    const { missingBytes: bytes, first: mark, isStart, unseen } = answer;
    const from = rows.at(-1)?.at ?? wall(at);
    const unloaded = bytes === 0 || known >= 0 ? undefined : { from, to };
    if (unloaded !== undefined) rows.push(unloadedRow(entry.stream, { ...unloaded, bytes }));
    const before = {
      lines: linesEach,
      at: (rows[0]?.at ?? wall(at)) - clock.wallOffset(),
      ...defined({ mark }),
    };
    const problem = unseen === undefined ? undefined : `${entry.stream.label}: ${unseen}`;
    return { entry, edge, past: { before, rows, isStart }, ...defined({ unloaded, problem }) };
  };

  return {
    /** Returns the rows before those already returned, from all streams that support it. Never rejects. */
    next: async (signal: AbortSignal): Promise<OlderRowsResult> => {
      const streams = able();
      if (streams.length === 0) return { rows: [], is: 'unable', problems: [] };
      const problems = await Promise.all(
        streams.map(async (entry) => {
          const past = pastOf(entry);
          return past.rows.length > 0 || past.isStart ? undefined : ask(entry, past, signal);
        }),
      );
      const all = streams.map(pastOf);
      const rows = takeRows(all);
      const isStart = all.every((past) => past.isStart && past.rows.length === 0);
      return {
        rows,
        is: isStart ? 'start' : 'idle',
        problems: problems.filter((problem) => problem !== undefined),
      };
    },
    /**
     * Returns the rows around a time (wall clock) of the streams that are loaded from a later time on, instead of those around the last
     * such time; `next` continues before them. Undefined if canceled. Never rejects.
     */
    around: async (time: Millis, signal: AbortSignal): Promise<RowsAround | undefined> => {
      const moment = time - clock.wallOffset();
      const later = entries().filter(
        (entry) => entry.tail.older !== undefined && (edgeOf(entry).at ?? clock.now()) > moment,
      );
      const answers = await Promise.all(later.map((entry) => readAround(entry, moment, signal)));
      if (signal.aborted) return undefined;
      const problems = answers.flatMap(({ problem }) => problem ?? []);
      const found = answers.filter((answer) => 'past' in answer);
      if (found.every(({ past }) => past.rows.length === 0)) return { rows: [], rest: [], problems };
      for (const [entry, before] of edges) pasts.set(entry, { before, rows: [], isStart: false });
      edges.clear();
      const rest = mergedOlder(found.flatMap(({ entry }) => pastOf(entry).rows));
      for (const { entry, edge, past } of found) {
        edges.set(entry, edge);
        pasts.set(entry, past);
      }
      const gaps = found.flatMap(({ unloaded }) => unloaded ?? []);
      const unloaded =
        gaps.length === 0
          ? undefined
          : { from: Math.min(...gaps.map(({ from }) => from)), to: Math.max(...gaps.map(({ to }) => to)) };
      return { rows: takeRows(found.map(({ past }) => past)), rest, problems, ...defined({ unloaded }) };
    },
    /** Restarts before this time (wall clock), because the first rows shown were evicted. */
    startAt: (time: Millis): void => {
      pasts.clear();
      edges.clear();
      for (const entry of entries())
        pasts.set(entry, {
          before: { at: time - clock.wallOffset(), lines: linesEach },
          rows: [],
          isStart: false,
        });
    },
  };
};

/** The rows of one stream around a time, with its reading state before them and where it was loaded from; or why there are none. */
type Around =
  | {
      readonly entry: StreamReader;
      readonly edge: OlderLinesRequest;
      readonly past: Past;
      readonly unloaded?: { readonly from: Millis; readonly to: Millis };
      readonly problem?: string;
    }
  | { readonly entry: StreamReader; readonly problem: string };

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
