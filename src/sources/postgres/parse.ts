import type { Millis } from '../../domain/base/fault.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { parseDecimal } from '../kit/values/data-table.ts';
import { redactPasswords } from '../kit/values/secrets.ts';

export type QueryRow = Readonly<Record<string, string | null>>;

/** Returns a column as text, '' for NULL. Throws `malformed` when the column does not exist. */
export const textColumn = (row: QueryRow, column: string): string => {
  const value = row[column];
  if (value === undefined) throw new WireError('malformed', `the result has no column ${column}`);
  return value ?? '';
};

/** Returns a column as a number; undefined for NULL and non-numbers. */
export const numberColumn = (row: QueryRow, column: string): number | undefined =>
  parseDecimal(textColumn(row, column));

export const booleanColumn = (row: QueryRow, column: string): boolean => textColumn(row, column) === 't';

/** Returns the only row of a result. Throws `malformed` when it is empty. */
export const singleRow = (rows: readonly QueryRow[]): QueryRow => {
  const [row] = rows;
  if (row === undefined) throw new WireError('malformed', 'the query returned no row');
  return row;
};

/** Parses a list of pids such as '12,7', without duplicates. */
export const pidsColumn = (row: QueryRow, column: string): readonly number[] => [
  ...new Set(
    textColumn(row, column)
      .split(',')
      .filter((pid) => /^\d+$/.test(pid))
      .map(Number),
  ),
];

/** Long enough to distinguish statements on a wide screen. */
const maxQueryLength = 400;
const hiddenQueryText = '<insufficient privilege>';

/** A session at the time of the read: the fact, and its pin. */
export interface SessionSnapshot {
  readonly fact: Omit<DbSession, 'source' | 'at' | 'startedAt'>;
  /** Start time of its backend, to the microsecond: '2026-03-04T10:15:07.123456Z'. '' when hidden. */
  readonly started: string;
  /** Start of its current state or query, to the microsecond. */
  readonly since: string;
  /** True: our role may not see its activity. */
  readonly isHidden: boolean;
}

/** Parses one row of the sessions query. Throws `malformed`. */
export const parseSession = (row: QueryRow): SessionSnapshot => {
  const pid = numberColumn(row, 'pid');
  if (pid === undefined)
    throw new WireError(
      'malformed',
      'a row of pg_stat_activity has no pid: check that the server is PostgreSQL',
    );
  const durationMs = numberColumn(row, 'duration_ms');
  const transactionMs = numberColumn(row, 'transaction_ms');
  const type = textColumn(row, 'wait_event_type');
  const event = textColumn(row, 'wait_event');
  const query = textColumn(row, 'query');
  const isHidden = query === hiddenQueryText;
  // A backend has no state during login (from PostgreSQL 18 on the server itself reports 'starting').
  const state = textColumn(row, 'state') || (isHidden ? '' : 'starting');
  // An idle session waits for its client, which adds no information.
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
      // Two clocks of the server: a state may change during the query.
      ...(durationMs === undefined ? {} : { durationMs: Math.max(0, durationMs) }),
      ...(transactionMs === undefined ? {} : { transactionMs: Math.max(0, transactionMs) }),
    },
    started: textColumn(row, 'started'),
    since: textColumn(row, 'since'),
    isHidden,
  };
};

/** Converts an exact timestamp to ms since the epoch; undefined when it is not one. */
export const timestampToMillis = (exact: string): Millis | undefined => {
  const time = Date.parse(exact);
  return Number.isNaN(time) ? undefined : time;
};

/** Activity of the whole server. Numbers are absent where our role may not see them. */
export interface ServerActivity {
  readonly max: number;
  readonly usable: number;
  /** Slots used by clients, including ours. */
  readonly client: number;
  readonly pool: Pick<Pool, 'active' | 'idle' | 'max' | 'taken'>;
  /** Sessions of other roles that ours may not see. */
  readonly hidden: number;
  readonly blocked: number;
  /** Seconds; 0 without any. */
  readonly longest: {
    readonly query: number;
    readonly transaction: number;
    readonly idle_in_transaction: number;
  };
}

/** Parses the row of the activity query. Throws `malformed`. */
export const parseActivity = (row: QueryRow): ServerActivity => {
  const requireNumber = (column: string): number => {
    const value = numberColumn(row, column);
    if (value === undefined) throw new WireError('malformed', `the result has no number in ${column}`);
    return value;
  };
  const longest = (column: string): number => Math.max(0, numberColumn(row, column) ?? 0);
  const usable = requireNumber('usable');
  const client = requireNumber('client');
  const hiddenSessions = requireNumber('hidden');
  const seen = hiddenSessions > 0 ? {} : { active: requireNumber('active'), idle: requireNumber('idle') };
  return {
    max: requireNumber('max'),
    usable,
    client,
    hidden: hiddenSessions,
    blocked: requireNumber('blocked'),
    // A hidden session may be idle or active: with hidden sessions neither number is known.
    pool: { max: usable, taken: client, ...seen },
    longest: {
      query: longest('query'),
      transaction: longest('transaction'),
      idle_in_transaction: longest('idle_in_transaction'),
    },
  };
};
