import type { Millis } from '../../../src/domain/base/fault.ts';
import { type LogLevel, levelCode } from '../../../src/domain/facts/log-level.ts';
import { createRowBuilder, type RowBuilder } from '../../../src/logs/following/row-builder.ts';
import type { LogRing } from '../../../src/logs/ring/log-ring.ts';

/** Adds the output of streams to the ring. */
interface RingIngestor {
  /** `at`: wall clock time, and `hint`: the level, if the source provides them. */
  line(stream: number, text: string, time?: Millis, hint?: LogLevel): void;
  /** Complete lines, each with its line feed. */
  chunk(stream: number, bytes: Uint8Array): void;
  /** Completes an unfinished line. */
  flush(stream: number): void;
  /** Adds a row that is not a line: `rowKind.gap`, `dropped`, `note`. */
  word(stream: number, kind: number, text: string, time: Millis): void;
}

/** `wallNow`: the time of lines without a time in a stream that has not provided one yet. */
export const createRingIngestor = (ring: LogRing, wallNow: () => Millis): RingIngestor => {
  const intakes: RowBuilder[] = [];
  const sink = { put: ring.append.bind(ring) };
  const of = (stream: number): RowBuilder => {
    intakes[stream] ??= createRowBuilder(stream, sink, wallNow);
    return intakes[stream];
  };
  return {
    line: (stream, text, index, hint) => of(stream).line(text, index, levelCode(hint)),
    chunk: (stream, bytes) => of(stream).chunk(bytes),
    flush: (stream) => of(stream).flush(),
    word: (stream, kind, text, index) => of(stream).note(kind, text, index),
  };
};
