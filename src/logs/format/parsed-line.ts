import type { Millis } from '../../domain/fault.ts';
import type { LogLevel } from '../../domain/log-level.ts';

/** What a line says, taken apart. A line that is in no known format is all message. */
export interface ParsedLine {
  /** 'json', 'logfmt', 'spring', …: which parser understood it; 'text' when none did. */
  readonly format: string;
  /** When it was written, by its own words; wall clock. */
  readonly at?: Millis;
  readonly level?: LogLevel;
  /** What is left when time, level and fields are taken away. */
  readonly message: string;
  /** What else it names, in its order: logger, thread, trace id, the pairs of logfmt and JSON. Values as text. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What a row of the ring is. Kept as its index. */
export const rowKinds = ['line', 'continuation', 'gap', 'dropped', 'note'] as const;

/** 'continuation': a further line of what the line before it of its stream says (a stack trace). 'note': a stream joined, ended, began anew. */
export type RowKind = (typeof rowKinds)[number];

export const rowKind = {
  line: 0,
  continuation: 1,
  gap: 2,
  dropped: 3,
  note: 4,
} as const satisfies Record<RowKind, number>;
