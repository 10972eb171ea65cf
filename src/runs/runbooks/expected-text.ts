import type { ExpectedResult } from '../../domain/runbooks/runbook.ts';
import { isBound } from '../../expressions/expect.ts';

type Expected = string | number | boolean | null;

/** 'ready >= 2', 'state = up' */
const compared = (what: string, expected: Expected): string =>
  typeof expected === 'string' && isBound(expected)
    ? `${what} ${expected.trim()}`
    : `${what} = ${String(expected)}`;

/** An expected result in words: 'rows = 0', 'status = 200, details.state = up', 'n changes by > 0'. */
export const expectedText = (expect: ExpectedResult): string => {
  const { rows, column, value, status, json = {}, matches, path, change } = expect;
  const changing = path ?? column ?? 'the result';
  return [
    ...(rows === undefined ? [] : [compared('rows', rows)]),
    ...(value === undefined ? [] : [compared(column ?? 'value', value)]),
    ...(status === undefined ? [] : [compared('status', status)]),
    ...Object.entries(json).map(([place, expected]) => compared(place, expected)),
    ...(matches === undefined || change !== undefined ? [] : [`a line matches /${matches}/`]),
    ...(change === undefined
      ? []
      : [change === 'any' ? `${changing} changes` : `${changing} changes by ${change}`]),
  ].join(', ');
};
