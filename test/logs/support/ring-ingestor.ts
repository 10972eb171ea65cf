import type { Millis } from '../../../src/domain/fault.ts';
import { type LogLevel, levelCode } from '../../../src/domain/log-level.ts';
import { createRowBuilder, type RowBuilder } from '../../../src/logs/following/row-builder.ts';
import type { LogRing } from '../../../src/logs/ring/log-ring.ts';

/** Puts what streams say into the ring, as it comes. */
interface RingIngestor {
  /** `at`: wall clock, and `hint`: the level, where the source knows them. */
  line(stream: number, text: string, at?: Millis, hint?: LogLevel): void;
  /** Whole lines, each with its line feed, with whatever is in them. */
  chunk(stream: number, bytes: Uint8Array): void;
  /** A row that is no line: `rowKind.gap`, `dropped`, `note`. */
  word(stream: number, kind: number, text: string, at: Millis): void;
}

/** `wallNow`: for lines that do not tell when they were written, and come from a stream that has told nothing yet. */
export const createRingIngestor = (ring: LogRing, wallNow: () => Millis): RingIngestor => {
  const intakes: RowBuilder[] = [];
  const sink = { put: ring.append.bind(ring) };
  const of = (stream: number): RowBuilder => {
    intakes[stream] ??= createRowBuilder(stream, sink, wallNow);
    return intakes[stream];
  };
  return {
    line: (stream, text, at, hint) => of(stream).line(text, at, levelCode(hint)),
    chunk: (stream, bytes) => of(stream).chunk(bytes),
    word: (stream, kind, text, at) => of(stream).note(kind, text, at),
  };
};
