import { expect, test } from 'vitest';
import {
  type ColumnRead,
  columnValue,
  parseCsv,
  parseDecimal,
  tableFromCsv,
} from '../../../../src/sources/kit/values/data-table.ts';

const table = (raw: string, header = true) => tableFromCsv(parseCsv(raw).rows, header);
const builds = table('at,seconds,branch\n1,431,main\n2,,main\n3,95.5,fix\n4,412,main\n');

test.each<readonly [ColumnRead, unknown]>([
  [{ column: 'seconds' }, { value: 412 }],
  [{ column: 'seconds', fold: 'first' }, { value: 431 }],
  [{ column: 'seconds', fold: 'min' }, { value: 95.5 }],
  [{ column: 'seconds', fold: 'max' }, { value: 431 }],
  [{ column: 'seconds', fold: 'sum' }, { value: 938.5 }],
  [{ column: 'seconds', fold: 'avg', where: { branch: 'main' } }, { value: 421.5 }],
  [{ column: 'seconds', fold: 'count', where: { branch: 'main' } }, { value: 3 }],
  [{ column: 'seconds', fold: 'count', where: { branch: 'none' } }, { value: 0 }],
  [{ column: 'branch' }, { value: 'main' }],
  [{ column: 2, fold: 'last', where: { at: 3 } }, { value: 'fix' }],
  [{ column: 'seconds', where: { at: 2 } }, { why: 'line 3: the cell has no value. Check column:' }],
  [
    { column: 'seconds', fold: 'sum', where: { at: 2 } },
    { why: 'no row has a number in this column. Check column:' },
  ],
  [
    { column: 'seconds', where: { branch: 'gone', at: 1 } },
    { why: 'no row of the table has branch = gone, at = 1' },
  ],
])('%j', (read, expected) => {
  expect(columnValue(builds, read)).toEqual(expected);
});

test.each<readonly [ColumnRead, string, string]>([
  [{ column: 'minutes' }, 'missing', 'has no column "minutes". Available: at, seconds, branch'],
  [{ column: 3 }, 'missing', 'has no column 3'],
  [{ column: 'at', where: { team: 'x' } }, 'missing', 'has no column "team"'],
  [{ column: 'branch', fold: 'sum' }, 'malformed', 'line 2: "main" is not a number'],
])('%j is refused', (read, kind, message) => {
  expect(() => columnValue(builds, read)).toThrow(
    expect.objectContaining({ kind, message: expect.stringContaining(message) }),
  );
});

test('without a header the first line is a row, and columns are addressed by index', () => {
  const bare = table('1,5\n2,7\n', false);
  expect(columnValue(bare, { column: 1, fold: 'sum' })).toEqual({ value: 12 });
  expect(columnValue(bare, { column: 1, where: { 0: 1 } })).toEqual({ value: 5 });
  expect(() => columnValue(bare, { column: 'at' })).toThrow('has no column "at". Available: 2 columns');
});

test('a table with a header only has no value, and a count of 0', () => {
  const empty = table('at,seconds\n');
  expect(columnValue(empty, { column: 'seconds' })).toEqual({
    why: 'the table has no rows, so there is no value to read',
  });
  expect(columnValue(empty, { column: 'seconds', fold: 'count' })).toEqual({ value: 0 });
});

test('a row with another number of columns is an error, with its line', () => {
  expect(() => table('a,b\n1,2\n1,2,3\n')).toThrow('line 3 has 3 fields, expected 2');
});

test('of a partial table only the ends can be read', () => {
  const part = { ...builds, leadingRows: [{ line: 2, fields: ['1', '7', 'old'] }] };
  expect(columnValue(part, { column: 'seconds', fold: 'first' })).toEqual({ value: 7 });
  expect(columnValue(part, { column: 'seconds', fold: 'last' })).toEqual({ value: 412 });
  expect(() => columnValue(part, { column: 'seconds', fold: 'max' })).toThrow('too large');
  expect(columnValue(part, { column: 'at', where: { branch: 'x' } })).toEqual({
    why: 'no row of the table has branch = x in the part that was read',
  });
});

test.each([
  ['12', 12],
  [' -1.5e3 ', -1500],
  ['.5', 0.5],
  ['5.', 5],
  ['+7', 7],
  ['', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['1e999', undefined],
  ['0x10', undefined],
  ['1,5', undefined],
  ['12 ms', undefined],
])('%j is the number %j', (text, expected) => {
  expect(parseDecimal(text)).toBe(expected);
});
