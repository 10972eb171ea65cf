import type { Fault, Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { LogStream } from '../format/log-stream.ts';
import { rowKind } from '../format/parsed-line.ts';
import type { LineFilter, LogEvent, ResumePoint, Tail } from '../reading/tail.ts';
import { type LaneBatch, laneBatchText } from './lane.ts';
import type { LineScan } from './line-scan.ts';
import { createLineScan, createPatternGuard } from './line-scan.ts';
import type { LogReading } from './read-logs.ts';

/**
 * The same items, the next of which is asked for before one is handed over: it is read while the one is worked on. Ends what
 * it reads from when nobody wants more.
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
    // What has been asked for already must not become a rejection that nobody hears.
    next.catch(() => {});
    await iterator.return?.();
  }
}

/** What reading a stream to its end brought besides lines. */
interface Aside {
  fault(fault: Fault): void;
  /** Something about its lines that is to be known: a gap, lines that were dropped, a note. */
  word(text: string): void;
}

const tellAside = (event: LogEvent, aside: Aside): void => {
  if (event.is === 'fault') aside.fault(event.fault);
  else if (event.is === 'gap') aside.word(`gap: ${event.why}`);
  else if (event.is === 'dropped') aside.word(`${event.count} lines dropped`);
  else if (event.is === 'note') aside.word(event.text);
};

/** How many lines of a stream, from somewhere to its end, pass. */
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
    else tellAside(event, aside);
  }
  return count;
};

/** The lines of a stream that pass, each with its line feed, in pieces as they were read. Nothing is read ahead of what is asked for. */
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
    } else tellAside(event, aside);
  }
}

/** The newest lines of each stream that pass, with those around them. */
interface LastLines {
  add(line: PipeLine): void;
  /** In the order in which they came. */
  all(): readonly PipeLine[];
}

/** A line that passes, with what is shown with it. */
interface Group {
  readonly number: number;
  readonly lines: PipeLine[];
  hasHit: boolean;
}

/** Holds `most` lines of each stream that pass, and no more. */
export const createLastLines = (most: number): LastLines => {
  const groups: Group[][] = [];
  let number = 0;
  const begin = (stream: number, line: PipeLine): void => {
    const held = groups[stream] ?? [];
    groups[stream] = held;
    held.push({ number: number++, lines: [line], hasHit: line.role === 'hit' });
    // Seldom, so that it costs little.
    if (held.length > 2 * most + 1) held.splice(0, held.length - most - 1);
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
        .flatMap((held) => (most === 0 ? [] : held.filter(({ hasHit }) => hasHit).slice(-most)))
        .sort((a, b) => a.number - b.number)
        .flatMap(({ lines }) => lines),
  };
};

/** Why a line is shown: it passes, or stands in front of one that does, or behind. */
type Role = 'hit' | 'before' | 'after';

/** A line that is shown. */
interface Shown<T> {
  readonly item: T;
  readonly role: Role;
  /** True: lines between it and the one that was shown before are not, so that something has to tell the two apart. */
  readonly isApart: boolean;
}

/**
 * Lines around those that pass, of one stream, as grep's -B and -A show them: each once, in order. Gives, for each line, what
 * is to be shown now. The first line that is shown is not apart: there is nothing before it.
 */
const createAround = <T>(
  before: number,
  after: number,
): ((item: T, passes: boolean) => readonly Shown<T>[]) => {
  let held: T[] = [];
  let left = 0;
  let isFirst = true;
  /** Lines were passed over since the last one that was shown. */
  let hasSkipped = false;
  return (item, passes) => {
    if (!passes && left > 0) {
      left--;
      return [{ item, role: 'after', isApart: false }];
    }
    if (!passes) {
      held.push(item);
      if (held.length > before) {
        held.shift();
        hasSkipped = true;
      }
      return [];
    }
    const isApart = !isFirst && hasSkipped;
    const shown = [...held, item].map((one, index): Shown<T> => {
      const role = index < held.length ? 'before' : 'hit';
      return { item: one, role, isApart: isApart && index === 0 };
    });
    held = [];
    hasSkipped = false;
    left = after;
    isFirst = false;
    return shown;
  };
};

/** A line as it leaves: judged, in its place. */
export interface PipeLine {
  readonly is: 'line';
  readonly stream: LogStream;
  readonly text: string;
  /** It is of a file: nobody but the line itself knows when it was written. */
  readonly isOfFile: boolean;
  /** Wall clock: by the source, by its own words, or that of the line in front. */
  readonly at: Millis;
  /** `levelCode`. */
  readonly level: number;
  readonly role: Role;
  /** True: with context lines, it does not follow upon the line of its stream that was shown before. */
  readonly isApart: boolean;
}

/** What is no line: a gap, lines that were dropped, a stream that began or ended. */
interface PipedWord {
  readonly is: 'word';
  readonly text: string;
}

type Piped = PipeLine | PipedWord;

interface PipeOptions {
  readonly filter: LineFilter;
  /** Lines around those that pass, of the same stream. */
  readonly before: number;
  readonly after: number;
}

/** What passes of a reading (`ownLevels`), in its order, as soon as it is there. Nothing is read ahead of what is asked for. */
export async function* pipeLines(
  reading: LogReading,
  { filter, before, after }: PipeOptions,
): AsyncGenerator<readonly Piped[], void, undefined> {
  const scan = createLineScan(filter, () => 0);
  const inTime = createPatternGuard(filter);
  const hasContext = before > 0 || after > 0;
  const arounds: ReturnType<typeof createAround<Omit<PipeLine, 'role' | 'isApart'>>>[] = [];
  const pipeRow = (batch: LaneBatch, index: number): readonly Piped[] => {
    const { rows } = batch;
    const stream = reading.streams[rows.stream];
    if (stream === undefined) return [];
    const text = laneBatchText(batch, index);
    if ((rows.kind[index] ?? 0) > rowKind.continuation) return [{ is: 'word', text }];
    const level = rows.level[index] ?? 0;
    const passes = scan.passes(text, level);
    if (!passes && !hasContext) return [];
    const isOfFile = reading.entries()[rows.stream]?.tail.isFile === true;
    const line = { is: 'line', stream, text, isOfFile, at: rows.at[index] ?? 0, level } as const;
    if (!hasContext) return [{ ...line, role: 'hit', isApart: false }];
    arounds[rows.stream] ??= createAround(before, after);
    const shown = arounds[rows.stream]?.(line, passes) ?? [];
    return shown.map(({ item, ...place }) => ({ ...item, ...place }));
  };
  for await (const batches of reading.readBatches) {
    const piped: Piped[] = [];
    inTime(() => {
      for (const batch of batches)
        for (let index = batch.from; index < batch.to; index++) piped.push(...pipeRow(batch, index));
    });
    if (piped.length > 0) yield piped;
  }
}
