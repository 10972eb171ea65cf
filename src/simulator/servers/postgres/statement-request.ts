import type { Millis } from '../../../domain/base/fault.ts';
import type { Database } from '../../model/database/database.ts';
import type { TableCatalog } from '../../model/database/table-catalog.ts';
import type { RecordChange } from '../http/change-request-log.ts';
import type { ResultRows } from './protocol.ts';

/** A received statement and its context. */
export interface StatementRequest {
  readonly db: Database;
  /** Database of the session, with its contents. */
  readonly database: string;
  readonly tables: TableCatalog;
  readonly isInTransaction: boolean;
  /** Without the tag. */
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** Role of the client. */
  readonly pid: number;
  readonly user: string;
  /** Records a change request. */
  readonly note: RecordChange;
  /** A model time on the caller's clock. */
  toClock(modelAt: Millis): Millis;
}

export type StatementHandler = (asking: StatementRequest) => ResultRows;

type Cell = string | number | boolean | null | undefined;

const cellText = (cell: Cell): string | null => {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  return String(cell);
};

/** Rows given as objects; columns are those of the first row, or `columns` for possibly empty results. */
export const resultOfObjects = (
  rows: readonly Readonly<Record<string, Cell>>[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
): ResultRows => ({
  columns,
  rows: rows.map((row) => columns.map((name) => cellText(row[name]))),
  tag: `SELECT ${rows.length}`,
});

/** A statement without rows. */
export const commandDone = (tag: string): ResultRows => ({ columns: [], rows: [], tag });

/** A time in the format of `to_char(…, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`. The model has no microseconds. */
export const isoMicroseconds = (time: Millis): string =>
  new Date(Math.round(time)).toISOString().replace('Z', '000Z');
