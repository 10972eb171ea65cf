import type { Millis } from '../../domain/base/fault.ts';
import type { LogLevel } from '../../domain/facts/log-level.ts';

/** A parsed line. A line of unknown format consists only of a message. */
export interface ParsedLine {
  /** The parser that matched: 'json', 'logfmt', 'spring', …; 'text' if none did. */
  readonly format: string;
  /** Time from its text; wall clock. */
  readonly at?: Millis;
  readonly level?: LogLevel;
  /** Text without time, level and fields. */
  readonly message: string;
  /** Other fields, in order: logger, thread, trace id, the pairs of logfmt and JSON. Values are text. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Kind of a row in the ring; stored as its index. */
export const rowKinds = ['line', 'continuation', 'gap', 'dropped', 'note'] as const;

/**
 * 'continuation': continues the previous line of its stream (a stack trace). 'note': a stream joined, ended
 * or restarted.
 */
export type RowKind = (typeof rowKinds)[number];

export const rowKind = {
  line: 0,
  continuation: 1,
  gap: 2,
  dropped: 3,
  note: 4,
} as const satisfies Record<RowKind, number>;
