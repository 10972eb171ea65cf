import type { Millis } from '../../domain/fault.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { WireError } from '../../platform/wire-error.ts';
import { parseDecimal } from '../data-table.ts';
import { redactPasswords } from '../secrets.ts';

export type QueryRow = Readonly<Record<string, string | null>>;

/** A column as a text, '' for NULL. Throws `malformed` when there is no such column. */
export const textColumn = (row: QueryRow, column: string): string => {
  const value = row[column];
  if (value === undefined) throw new WireError('malformed', `the result has no column ${column}`);
  return value ?? '';
};

/** A column as a number; undefined for NULL and for what is none. */
export const numberColumn = (row: QueryRow, column: string): number | undefined =>
  parseDecimal(textColumn(row, column));

export const booleanColumn = (row: QueryRow, column: string): boolean => textColumn(row, column) === 't';

/** The only row of an answer. Throws `malformed` when there is none. */
export const singleRow = (rows: readonly QueryRow[]): QueryRow => {
  const [row] = rows;
  if (row === undefined) throw new WireError('malformed', 'the result has no row');
  return row;
};

/** Pids of a list such as '12,7', each once. */
export const pidsColumn = (row: QueryRow, column: string): readonly number[] => [
  ...new Set(
    textColumn(row, column)
      .split(',')
      .filter((pid) => /^\d+$/.test(pid))
      .map(Number),
  ),
];

/** Long enough to tell statements apart on a wide screen. */
const maxQueryLength = 400;
const hiddenQueryText = '<insufficient privilege>';

/** A session as it was read: the fact, and what pins it. */
export interface SessionSnapshot {
  readonly fact: Omit<DbSession, 'source' | 'at' | 'startedAt'>;
  /** When its backend started, to the microsecond: '2026-03-04T10:15:07.123456Z'. '' when that is hidden. */
  readonly started: string;
  /** Since when it is in its state, or runs its query, to the microsecond. */
  readonly since: string;
  /** True: our role may not see what it does. */
  readonly isHidden: boolean;
}

/** One row of the sessions question. Throws `malformed`. */
export const parseSession = (row: QueryRow): SessionSnapshot => {
  const pid = numberColumn(row, 'pid');
  if (pid === undefined) throw new WireError('malformed', 'a session has no pid');
  const [durationMs, transactionMs] = [numberColumn(row, 'duration_ms'), numberColumn(row, 'transaction_ms')];
  const [type, event] = [textColumn(row, 'wait_event_type'), textColumn(row, 'wait_event')];
  const query = textColumn(row, 'query');
  const isHidden = query === hiddenQueryText;
  // A backend that logs in has no state yet (from PostgreSQL 18 on the server itself calls it so).
  const state = textColumn(row, 'state') || (isHidden ? '' : 'starting');
  // An idle session waits for its client: that says nothing but that it is idle.
  const waiting = type === '' || type === 'Client' ? '' : `${type}: ${event}`;
  return {
    fact: {
      database: textColumn(row, 'database'),
      pid,
      user: textColumn(row, 'user'),
      state,
      waiting,
      blockedBy: pidsColumn(row, 'blocked_by'),
      query: isHidden ? '' : oneLine(redactPasswords(query), maxQueryLength),
      application: textColumn(row, 'application'),
      client: textColumn(row, 'client'),
      // Two clocks of the server: a state may change while it is being told.
      ...(durationMs === undefined ? {} : { durationMs: Math.max(0, durationMs) }),
      ...(transactionMs === undefined ? {} : { transactionMs: Math.max(0, transactionMs) }),
    },
    started: textColumn(row, 'started'),
    since: textColumn(row, 'since'),
    isHidden,
  };
};

/** Ms since the epoch of an exact moment; undefined when it is none. */
export const timestampToMillis = (exact: string): Millis | undefined => {
  const at = Date.parse(exact);
  return Number.isNaN(at) ? undefined : at;
};

/** What the server as a whole is busy with. Numbers are absent where our role may not see them. */
export interface ServerActivity {
  readonly max: number;
  readonly usable: number;
  /** Slots that clients hold, ours among them. */
  readonly client: number;
  readonly pool: Pick<Pool, 'active' | 'idle' | 'max' | 'taken'>;
  /** Sessions of others that our role may not see. */
  readonly hidden: number;
  readonly blocked: number;
  /** Seconds; 0 when there is none. */
  readonly longest: {
    readonly query: number;
    readonly transaction: number;
    readonly idle_in_transaction: number;
  };
}

/** The row of the activity question. Throws `malformed`. */
export const parseActivity = (row: QueryRow): ServerActivity => {
  const requireNumber = (column: string): number => {
    const value = numberColumn(row, column);
    if (value === undefined) throw new WireError('malformed', `the result has no number in ${column}`);
    return value;
  };
  const longest = (column: string): number => Math.max(0, numberColumn(row, column) ?? 0);
  const [usable, client, hiddenSessions] = [
    requireNumber('usable'),
    requireNumber('client'),
    requireNumber('hidden'),
  ];
  const seen = hiddenSessions > 0 ? {} : { active: requireNumber('active'), idle: requireNumber('idle') };
  return {
    max: requireNumber('max'),
    usable,
    client,
    hidden: hiddenSessions,
    blocked: requireNumber('blocked'),
    // What is hidden is neither idle nor active: who cannot see all knows neither number.
    pool: { max: usable, taken: client, ...seen },
    longest: {
      query: longest('query'),
      transaction: longest('transaction'),
      idle_in_transaction: longest('idle_in_transaction'),
    },
  };
};
