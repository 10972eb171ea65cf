import type { Millis } from '../../../domain/fault.ts';
import type { RecordChange } from '../../change-request-log.ts';
import type { Database } from '../../model/database/database.ts';
import type { TableCatalog } from '../../model/database/table-catalog.ts';
import type { ResultRows } from './protocol.ts';

/** A statement that came, and what it may look at. */
export interface StatementRequest {
  readonly db: Database;
  /** Where the session is, and what is in there. */
  readonly database: string;
  readonly tables: TableCatalog;
  readonly isInTransaction: boolean;
  /** Without its tag. */
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** Who asks. */
  readonly pid: number;
  readonly user: string;
  /** Notes that it was asked to change something. */
  readonly note: RecordChange;
  /** A moment of the model on the caller's clock. */
  toClock(modelAt: Millis): Millis;
}

export type StatementHandler = (asking: StatementRequest) => ResultRows;

type Cell = string | number | boolean | null | undefined;

const cellText = (cell: Cell): string | null => {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  return String(cell);
};

/** Rows given as objects; the columns are those of the first, or `columns` when there may be none. */
export const resultOfObjects = (
  rows: readonly Readonly<Record<string, Cell>>[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
): ResultRows => ({
  columns,
  rows: rows.map((row) => columns.map((name) => cellText(row[name]))),
  tag: `SELECT ${rows.length}`,
});

/** A statement that gives no rows. */
export const commandDone = (tag: string): ResultRows => ({ columns: [], rows: [], tag });

/** A moment as `to_char(…, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` writes it. The model counts no microseconds. */
export const isoMicroseconds = (at: Millis): string =>
  new Date(Math.round(at)).toISOString().replace('Z', '000Z');
