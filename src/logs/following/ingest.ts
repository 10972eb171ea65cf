import type { Millis } from '../../domain/fault.ts';
import { type LogLevel, levelCode } from '../../domain/log-level.ts';
import type { LogRing } from '../ring/ring.ts';
import { createIntake, type Intake } from './intake.ts';

/** Puts what streams say into the ring, as it comes. */
export interface Ingest {
  /** `at`: wall clock, and `hint`: the level, where the source knows them. */
  line(stream: number, text: string, at?: Millis, hint?: LogLevel): void;
  /** Whole lines, each with its line feed, with whatever is in them. */
  chunk(stream: number, bytes: Uint8Array): void;
  /** A row that is no line: `rowKind.gap`, `dropped`, `note`. */
  word(stream: number, kind: number, text: string, at: Millis): void;
}

/** `wallNow`: for lines that do not tell when they were written, and come from a stream that has told nothing yet. */
export const createIngest = (ring: LogRing, wallNow: () => Millis): Ingest => {
  const intakes: Intake[] = [];
  const sink = { put: ring.append.bind(ring) };
  const of = (stream: number): Intake => {
    intakes[stream] ??= createIntake(stream, sink, wallNow);
    return intakes[stream];
  };
  return {
    line: (stream, text, at, hint) => of(stream).line(text, at, levelCode(hint)),
    chunk: (stream, bytes) => of(stream).chunk(bytes),
    word: (stream, kind, text, at) => of(stream).word(kind, text, at),
  };
};
