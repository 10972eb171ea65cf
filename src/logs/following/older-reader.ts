import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { Clock } from '../../platform/clock.ts';
import type { HeadOptions } from '../format/head-reader.ts';
import type { LogStream } from '../format/log-stream.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LogEvent, OlderLines, OlderLinesRequest } from '../reading/tail.ts';
import type { RowHead } from '../ring/row-block.ts';
import { gapText } from './line-ingestor.ts';
import { createRowBuilder } from './row-builder.ts';
import type { StreamReader } from './stream-registry.ts';

type OlderRow = RowHead & { readonly text: string };

/** Lines of the past as rows, oldest first. `at`: for those that do not tell when they were written; wall clock. */
const olderRows = (
  { index, label }: Pick<LogStream, 'index' | 'label'>,
  { events }: OlderLines,
  wall: (at: Millis) => Millis,
  at: Millis,
  heads: HeadOptions | undefined,
): OlderRow[] => {
  const rows: OlderRow[] = [];
  const put = (bytes: Buffer, begin: number, end: number, head: RowHead): void => {
    rows.push({ ...head, text: bytes.toString('utf8', begin, end) });
  };
  const intake = createRowBuilder(index, { put }, () => at, heads);
  const take = (event: LogEvent): void => {
    if (event.is === 'line')
      intake.line(event.text, event.at === undefined ? undefined : wall(event.at), levelCode(event.level));
    else if (event.is === 'chunk') intake.chunk(Buffer.from(event.bytes));
    else if (event.is === 'gap') {
      const gap = { why: event.why, isSure: true, ...(event.ms === undefined ? {} : { ms: event.ms }) };
      intake.note(rowKind.gap, gapText(label, gap, undefined), intake.latest ?? at);
    }
  };
  for (const event of events) take(event);
  intake.flush();
  return rows;
};

/** Older rows in the order in which they are shown, and how it stands with those before them. */
interface OlderRowsResult {
  readonly rows: readonly OlderRow[];
  readonly is: 'idle' | 'start' | 'unable';
  /** What went wrong on the way, in words. */
  readonly problems: readonly string[];
}

/** What was read of the past of one stream. */
interface Past {
  before: OlderLinesRequest;
  /** Read and not shown yet, oldest first. */
  rows: OlderRow[];
  isStart: boolean;
}

const linesEach = 500;

const timeOf = (row: OlderRow | undefined): Millis => row?.at ?? Number.NEGATIVE_INFINITY;

/** Reads the past of streams backwards, some hundred lines of each at a time. */
export const createOlderReader = (
  clock: Clock,
  entries: () => readonly StreamReader[],
  heads?: HeadOptions,
) => {
  const pasts = new Map<StreamReader, Past>();
  const wall = (at: Millis): Millis => at + clock.wallOffset();

  const ask = async (entry: StreamReader, past: Past, signal: AbortSignal): Promise<string | undefined> => {
    const older = await entry.tail.older?.(past.before, signal);
    if (older === undefined || signal.aborted) return undefined;
    past.rows = olderRows(entry.stream, older, wall, wall(past.before.at ?? clock.now()), heads);
    const fault = older.events.find((event) => event.is === 'fault');
    if (fault !== undefined) return fault.fault.message;
    past.isStart = older.isStart;
    const [first] = past.rows;
    const at = first === undefined ? past.before.at : first.at - clock.wallOffset();
    past.before = {
      lines: linesEach,
      ...(older.first === undefined ? {} : { mark: older.first }),
      ...(at === undefined ? {} : { at }),
    };
    return undefined;
  };

  /** Where the past of a stream begins: in front of what was read first. */
  const pastOf = (entry: StreamReader): Past => {
    const known = pasts.get(entry);
    if (known !== undefined) return known;
    const { firstPosition: first } = entry.ingestor;
    const at = first === undefined ? clock.now() : first.at - clock.wallOffset();
    const mark = first?.mark === undefined ? {} : { mark: first.mark };
    const past: Past = { before: { at, lines: linesEach, ...mark }, rows: [], isStart: false };
    pasts.set(entry, past);
    return past;
  };

  return {
    /** The rows before those that were given, of all streams that can tell. Never rejects. */
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
      // Of what is older than this, not every stream has been read: it waits for the next time.
      const horizon = Math.max(...all.filter(({ isStart }) => !isStart).map(({ rows }) => timeOf(rows[0])));
      const rows = all.flatMap((past) => {
        const from = past.rows.findIndex(({ at }) => at >= horizon);
        return from < 0 ? [] : past.rows.splice(from);
      });
      const isStart = all.every((past) => past.isStart && past.rows.length === 0);
      return {
        rows: mergedOlder(rows),
        is: isStart ? 'start' : 'idle',
        problems: problems.filter((problem) => problem !== undefined),
      };
    },
    /** What was shown first is not there any more: the past begins in front of this moment (wall clock). */
    startAt: (at: Millis): void => {
      pasts.clear();
      for (const entry of entries())
        pasts.set(entry, {
          before: { at: at - clock.wallOffset(), lines: linesEach },
          rows: [],
          isStart: false,
        });
    },
  };
};

/** By time, each stream in its own order: a row counts as late as the latest before it in its stream. */
const mergedOlder = (rows: readonly OlderRow[]): readonly OlderRow[] => {
  const latest = new Map<number, Millis>();
  const timed = rows.map((row) => {
    const at = Math.max(row.at, latest.get(row.stream) ?? Number.NEGATIVE_INFINITY);
    latest.set(row.stream, at);
    return { row, at };
  });
  // The sort is stable, and `rows` has each stream's in its order.
  return timed.sort((a, b) => a.at - b.at).map(({ row }) => row);
};
