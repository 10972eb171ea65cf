import type { Millis } from '../../domain/fault.ts';
import { rowKind } from '../format/line.ts';
import type { LogStream } from '../format/stream.ts';
import type { LineFilter } from '../reading/tail.ts';
import { inTimeFor } from './in-time.ts';
import { type Batch, batchText } from './lane.ts';
import { createLineScan } from './line-scan.ts';
import type { LogReading } from './reading.ts';

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
export interface PipedLine {
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

type Piped = PipedLine | PipedWord;

export interface PipeWanted {
  readonly filter: LineFilter;
  /** Lines around those that pass, of the same stream. */
  readonly before: number;
  readonly after: number;
}

/** What passes of a reading (`ownLevels`), in its order, as soon as it is there. Nothing is read ahead of what is asked for. */
export async function* pipeLines(
  reading: LogReading,
  { filter, before, after }: PipeWanted,
): AsyncGenerator<readonly Piped[], void, undefined> {
  const scan = createLineScan(filter, () => 0);
  const inTime = inTimeFor(filter);
  const hasContext = before > 0 || after > 0;
  const arounds: ReturnType<typeof createAround<Omit<PipedLine, 'role' | 'isApart'>>>[] = [];
  const pipeRow = (batch: Batch, index: number): readonly Piped[] => {
    const { rows } = batch;
    const stream = reading.streams[rows.stream];
    if (stream === undefined) return [];
    const text = batchText(batch, index);
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
  for await (const batches of reading.batches) {
    const piped: Piped[] = [];
    inTime(() => {
      for (const batch of batches)
        for (let index = batch.from; index < batch.to; index++) piped.push(...pipeRow(batch, index));
    });
    if (piped.length > 0) yield piped;
  }
}
