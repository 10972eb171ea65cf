import type { Millis } from '../../domain/fault.ts';
import { rowKind } from '../format/line.ts';
import type { LogStream } from '../format/stream.ts';
import type { LineFilter } from '../reading/tail.ts';
import { createAround, type Role } from './around.ts';
import { inTimeFor } from './in-time.ts';
import { createLineScan } from './line-scan.ts';
import type { LogReading } from './reading.ts';
import { type Batch, batchText } from './rows.ts';

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
