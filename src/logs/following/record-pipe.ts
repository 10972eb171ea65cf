import type { Millis } from '../../domain/base/fault.ts';
import { levelCode } from '../../domain/facts/log-level.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LineFilter } from '../reading/tail.ts';
import { type LaneBatch, laneBatchText } from './lane.ts';
import { createLineScan, createPatternGuard } from './line-scan.ts';
import { createContextLines, type PipedRow, type PipeLine, type PipeOptions } from './log-pipe.ts';
import type { LogReading } from './read-logs.ts';

/** A line with its continuations: the unit of filters, context and counts. */
type LogRecord = Omit<PipeLine, 'role' | 'isApart' | 'more' | 'level'> & {
  readonly more: string[];
  level: number;
};

/** Time in ms that the newest record waits for further lines while nothing else arrives. */
const openMs: Millis = 300;

/**
 * Returns whether a record passes: its level is that of its first line, an include matches any of its lines, and
 * an exclude none. Throws PatternTimeoutError.
 */
const createRecordFilter = ({ include, exclude, minLevel }: LineFilter): ((record: LogRecord) => boolean) => {
  const wantedLineScan = createLineScan({ include, exclude: [] }, () => 0);
  const kept = createLineScan({ include: [], exclude }, () => 0);
  const inTime = createPatternGuard({ include, exclude });
  const minCode = levelCode(minLevel);
  return ({ text, more, level }) =>
    level >= minCode &&
    inTime(() => {
      const lines = [text, ...more];
      return lines.some((line) => wantedLineScan.passes(line)) && lines.every((line) => kept.passes(line));
    });
};

/** Yields the next item, or 'idle' each time nothing arrives for `openMs`. Closes the source at the end. */
async function* withIdle<T>(
  items: AsyncIterable<T>,
  clock: Clock,
): AsyncGenerator<T | 'idle', void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (let next = iterator.next(); ; ) {
      const timer = new AbortController();
      const idle = clock.sleep(openMs, timer.signal).then(() => 'idle' as const);
      const result = await Promise.race([next, idle]);
      timer.abort();
      if (result === 'idle') {
        yield 'idle';
        // Nothing is pending now, so only the next item matters.
        const late = await next;
        if (late.done === true) return;
        yield late.value;
      } else if (result.done === true) return;
      else yield result.value;
      next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

/**
 * Yields the records of a reading (without `ownLevels`) that pass, each as one line with its continuations in
 * `more`. The newest record is yielded when the next one begins, or after a pause of 0.3 s; a continuation that
 * arrives even later is yielded separately if its record was.
 */
export async function* pipeRecords(
  reading: LogReading,
  { filter, before, after }: PipeOptions,
  clock: Clock,
): AsyncGenerator<readonly PipedRow[], void, undefined> {
  const passes = createRecordFilter(filter);
  const arounds: ReturnType<typeof createContextLines<LogRecord>>[] = [];
  /** By stream: whether its last record passed. */
  const passed: boolean[] = [];
  let open: LogRecord | undefined;
  let piped: PipedRow[] = [];

  const close = (): void => {
    if (open === undefined) return;
    const { index } = open.stream;
    passed[index] = passes(open);
    arounds[index] ??= createContextLines(before, after);
    for (const { item, ...place } of arounds[index]?.(open, passed[index]) ?? [])
      piped.push({ ...item, ...place });
    open = undefined;
  };

  const take = (batch: LaneBatch, row: number): void => {
    const { rows } = batch;
    const stream = reading.streams[rows.stream];
    if (stream === undefined) return;
    const kind = rows.kind[row] ?? 0;
    const text = laneBatchText(batch, row);
    if (kind === rowKind.continuation && open?.stream.index === rows.stream) {
      open.more.push(text);
      // java.util.logging writes the level on the second line, which may come later than the first.
      open.level ||= rows.level[row] ?? 0;
      return;
    }
    close();
    if (kind > rowKind.continuation) {
      piped.push({ is: 'word', text });
      return;
    }
    const isOfFile = reading.entries()[rows.stream]?.tail.isFile === true;
    const time = rows.at[row] ?? 0;
    const level = rows.level[row] ?? 0;
    const record: LogRecord = { is: 'line', stream, text, more: [], isOfFile, at: time, level };
    if (kind === rowKind.continuation && passed[rows.stream] === true)
      piped.push({ ...record, role: 'after', isApart: false });
    else open = record;
  };

  const taken = (): readonly PipedRow[] => {
    const all = piped;
    piped = [];
    return all;
  };

  for await (const batches of withIdle(reading.readBatches, clock)) {
    if (batches === 'idle') close();
    else for (const batch of batches) for (let row = batch.from; row < batch.to; row++) take(batch, row);
    if (piped.length > 0) yield taken();
  }
  close();
  if (piped.length > 0) yield taken();
}
