import { isInBound, parseBound } from '../domain/facts/threshold.ts';
import type { DeclaredEffect, OperationResult } from '../domain/runbooks/operation.ts';
import type { ExpectedResult } from '../domain/runbooks/runbook.ts';
import { type Hide, resultText } from '../domain/text/value-text.ts';
import type { Truth } from './rows/truth.ts';

type ResultRow = NonNullable<OperationResult['rows']>[number];

/** The reason why rows of a reading may be gone. */
export interface RowAccounts {
  /** Effects that the actions of the run declare. */
  readonly effects: readonly DeclaredEffect[];
  /** True: parameters of the run select the rows, so that they are what it acts on. */
  readonly isSelected: boolean;
  /** Masks secrets in values. */
  readonly hide: Hide;
}

/** Columns that name a row: 'id', 'order_id', 'relname'. */
const naming =
  /^(?:.*_)?(?:id|uid|oid|uuid|key|pid|name|instance|pod|host|node|queue|topic|group|partition|slot|user|role|database|table|index)$|name$/i;

const isNumeric = (cell: unknown): boolean =>
  typeof cell !== 'string' || (cell.trim() !== '' && !Number.isNaN(Number(cell)));

/** The columns that name the rows of a result, without the one that is compared; otherwise those with words. */
const namesOf = (rows: readonly ResultRow[], compared: string | undefined): readonly string[] => {
  const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== compared);
  const named = columns.filter((name) => naming.test(name));
  return named.length > 0
    ? named
    : columns.filter((name) => rows.every((row) => row[name] !== null && !isNumeric(row[name])));
};

const rowText = (row: ResultRow, names: readonly string[], hide: Hide): string => {
  const shown = names.length > 0 ? names : Object.keys(row).slice(0, 1);
  return shown.map((name) => `${name}=${resultText(name, row[name], hide)}`).join(' ');
};

/** True: an action ends what the row is about, since its declaration names values of the row. */
const isEnded = (row: ResultRow, effects: readonly DeclaredEffect[]): boolean => {
  const cells = new Set(Object.values(row).map(String));
  return effects.some(({ does, where }) => {
    const named = Object.entries(where).filter(([name]) => name !== 'source');
    return does === 'ends' && named.length > 0 && named.every(([, value]) => cells.has(String(value)));
  });
};

const isWithin = (bound: string, value: number | string): boolean => {
  const parsed = parseBound(bound);
  return !('error' in parsed) && isInBound(parsed, value) === true;
};

const countOf = ({ rows = [], rowCount = rows.length }: OperationResult): number => rowCount;

/** Rows that are gone, where their number decides: fewer are no proof that they were corrected. */
const lostOfCount = (
  bound: string,
  now: OperationResult,
  before: OperationResult,
  { effects, isSelected, hide }: RowAccounts,
): Truth | undefined => {
  const is = countOf(now);
  const was = countOf(before);
  if (isSelected || is >= was || isWithin(bound, was)) return undefined;
  const { rows = [] } = before;
  const names = namesOf(rows, undefined);
  const here = new Set((now.rows ?? []).map((row) => rowText(row, names, hide)));
  const gone = rows.filter((row) => !here.has(rowText(row, names, hide)));
  const unexplained = gone.filter((row) => !isEnded(row, effects));
  const [first] = unexplained;
  if (first === undefined || isWithin(bound, is + unexplained.length)) return undefined;
  const others = unexplained.length > 1 ? `, and ${unexplained.length - 1} more` : '';
  const object = `the row ${rowText(first, names, hide)}`;
  return {
    value: 'unknown',
    why: `${object} is gone${others}: unknown whether corrected or removed`,
    missing: { is: 'gone', object },
  };
};

const isMet = (expected: string, cell: unknown): boolean => {
  const parsed = parseBound(expected);
  if (/^\s*[=!<>≥≤≠]/.test(expected) && !('error' in parsed))
    return isInBound(parsed, typeof cell === 'number' ? cell : String(cell)) === true;
  return String(cell) === expected || (isNumeric(cell) && Number(cell) === Number(expected));
};

/** The row that failed before the action, which must pass, wherever in the result it is now. */
const failedRow = (
  expected: string,
  column: string,
  now: OperationResult,
  before: OperationResult,
  { effects, hide }: RowAccounts,
): Truth | undefined => {
  const [was] = before.rows ?? [];
  if (was === undefined || isMet(expected, was[column])) return undefined;
  const names = namesOf(before.rows ?? [], column);
  if (names.length === 0) return undefined;
  const key = rowText(was, names, hide);
  const is = (now.rows ?? []).find((row) => rowText(row, names, hide) === key);
  const shown = (value: unknown): string => resultText(column, value, hide);
  if (is !== undefined)
    return isMet(expected, is[column])
      ? undefined
      : { value: 'false', why: `${key}: ${column} ${shown(is[column])}, expected ${expected}` };
  if (isEnded(was, effects)) return undefined;
  return {
    value: 'unknown',
    why: `the row ${key} is gone, its ${column} was ${shown(was[column])} before the action`,
    missing: { is: 'gone', object: `the row ${key}` },
  };
};

/**
 * Returns what a result that meets its expectation is worth: rows that failed before the action must be there and pass. Undefined: it
 * holds. A comparison with the reading before (`change`) is about the difference, whichever rows make it.
 */
export const unaccountedRows = (
  { rows, column, value, change }: ExpectedResult,
  now: OperationResult,
  before: OperationResult,
  accounts: RowAccounts,
): Truth | undefined => {
  if (before.rows === undefined || now.rows === undefined || change !== undefined) return undefined;
  const lost = rows === undefined ? undefined : lostOfCount(rows, now, before, accounts);
  if (lost !== undefined) return lost;
  const compared = column ?? Object.keys(before.rows[0] ?? {})[0];
  return value === undefined || compared === undefined
    ? undefined
    : failedRow(value, compared, now, before, accounts);
};

/** True for an expected value that fewer rows meet: '= 0', '< 5'. */
export const passesWithLess = ({ value, change }: ExpectedResult): boolean => {
  if (change !== undefined) return /^\s*(?:[<≤]|=\s*(?:-|0))/.test(change) || change === 'any';
  return value !== undefined && !/^\s*[>≥!≠]/.test(value);
};
