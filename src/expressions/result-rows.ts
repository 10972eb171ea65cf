import { isInBound, parseBound } from '../domain/facts/threshold.ts';
import type { DeclaredEffect, OperationResult } from '../domain/runbooks/operation.ts';
import type { ExpectedResult } from '../domain/runbooks/runbook.ts';
import { type Hide, resultText } from '../domain/text/value-text.ts';
import { failedItem } from './result-items.ts';
import { goneObject, isMet, isNumeric, naming } from './result-objects.ts';
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
  return effects.some(({ does, where, stays }) => {
    const named = Object.entries(where).filter(([name]) => name !== 'source');
    return (
      does === 'ends' &&
      stays !== true &&
      named.length > 0 &&
      named.every(([, value]) => cells.has(String(value)))
    );
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
    why: `${object} is gone${others}, and opsdeck cannot tell whether it was corrected or removed`,
    missing: { is: 'gone', object },
  };
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
  return goneObject(`the row ${key}`, { field: column, value: shown(was[column]) });
};

/**
 * Other rows that failed before the action, which have to be there, where the result has fewer rows than before. In one with as many they may have made room
 * for worse ones.
 */
const lostFailedRow = (
  expected: string,
  column: string,
  now: OperationResult,
  before: OperationResult,
  { effects, isSelected, hide }: RowAccounts,
): Truth | undefined => {
  const { rows = [] } = before;
  const names = namesOf(rows, column);
  if (isSelected || names.length === 0 || countOf(now) >= countOf(before)) return undefined;
  const here = new Set((now.rows ?? []).map((row) => rowText(row, names, hide)));
  const lost = rows.find(
    (row) => !isMet(expected, row[column]) && !here.has(rowText(row, names, hide)) && !isEnded(row, effects),
  );
  if (lost === undefined) return undefined;
  const value = resultText(column, lost[column], hide);
  return goneObject(`the row ${rowText(lost, names, hide)}`, { field: column, value });
};

/**
 * Returns what a result that meets its expectation is worth: rows, and items of lists, that failed before the action must be there and
 * pass. Undefined: it holds. A comparison with the reading before (`change`) is about the difference, whichever rows make it.
 */
export const unaccountedRows = (
  { rows, column, value, change, json = {} }: ExpectedResult,
  now: OperationResult,
  before: OperationResult,
  accounts: RowAccounts,
): Truth | undefined => {
  for (const [path, expected] of accounts.isSelected ? [] : Object.entries(json)) {
    const failed = failedItem(path, String(expected), now, before, accounts);
    if (failed !== undefined) return failed;
  }
  if (before.rows === undefined || now.rows === undefined || change !== undefined) return undefined;
  const lost = rows === undefined ? undefined : lostOfCount(rows, now, before, accounts);
  if (lost !== undefined) return lost;
  const compared = column ?? Object.keys(before.rows[0] ?? {})[0];
  return value === undefined || compared === undefined
    ? undefined
    : (failedRow(value, compared, now, before, accounts) ??
        lostFailedRow(value, compared, now, before, accounts));
};

/** True for an expected value that fewer rows meet: '= 0', '< 5'. */
export const passesWithLess = ({ value, change }: ExpectedResult): boolean => {
  if (change !== undefined) return /^\s*(?:[<≤]|=\s*(?:-|0))/.test(change) || change === 'any';
  return value !== undefined && !/^\s*[>≥!≠]/.test(value);
};
