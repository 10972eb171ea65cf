import { expect, test } from 'vitest';
import {
  type Column,
  extendLastColumn,
  placeColumns,
  placeTable,
} from '../../../src/ui/kit/components/table.ts';
import { lineToText } from '../../../src/ui/kit/text/line.ts';

const column = (width: number, more: Partial<Column<string>> = {}): Column<string> => ({
  head: '',
  width,
  cell: (text) => ({ text, role: 'plain' }),
  ...more,
});

const widths = (columns: readonly Column<string>[], width: number): readonly number[] =>
  placeColumns(columns, width).map((placed) => placed.width);

test('growing columns share the remaining width', () => {
  expect(widths([column(10), column(20, { grow: 1 }), column(20, { grow: 3 })], 90)).toEqual([10, 30, 50]);
});

test('growing columns give up the missing width, down to 12 cells', () => {
  expect(widths([column(10), column(20, { grow: 1 }), column(20, { grow: 1 })], 44)).toEqual([10, 17, 17]);
  expect(
    widths(
      [column(10), column(20, { grow: 1, required: true }), column(10, { grow: 1, required: true })],
      20,
    ),
  ).toEqual([10, 12, 10]);
});

test('the last column ends one cell after the table, unless it is right-aligned', () => {
  const last = (columns: readonly Column<string>[]): number | undefined =>
    extendLastColumn(placeColumns(columns, 40), 41).at(-1)?.width;
  expect(last([column(10), column(20, { grow: 1 })])).toBe(31);
  expect(last([column(20, { grow: 1 }), column(8, { align: 'right' })])).toBe(8);
});

test('free text is widened before names, which are shortened inside', () => {
  interface Change {
    readonly object: string;
    readonly change: string;
  }
  const rows: readonly Change[] = [
    {
      object: 'orders-7d9f · payment-provider-authorization',
      change: 'CLOSED → OPEN: 50 % of 20 calls failed',
    },
    { object: 'orders-7d9f · payment-provider-settlement', change: 'OPEN → HALF-OPEN' },
  ];
  const columns: readonly Column<Change>[] = [
    {
      ...{ head: 'OBJECT', width: 22, grow: 1, keepsEnd: () => true },
      cell: ({ object }) => ({ text: object, role: 'plain' }),
    },
    {
      ...{ head: 'CHANGE', width: 20, grow: 2, isText: true },
      cell: ({ change }) => ({ text: change, role: 'plain' }),
    },
  ];
  const placed = placeTable(columns, 66, rows);
  const drawn = rows.map((row) => lineToText(placed.line(row, '…')));
  expect(drawn[0]).toContain('CLOSED → OPEN: 50 % of 20 calls failed');
  expect(drawn[0]).toMatch(/^orders.*….*authorization /);
  expect(drawn[1]).toMatch(/^orders.*….*settlement /);
});

test('the dash of no value is dim in every column, other text is as the column has it', () => {
  const columns = [column(8), column(8, { align: 'right' }), column(8, { align: 'decimal' })];
  const rolesOf = (text: string) =>
    placeTable(columns, 24, [text])
      .line(text, '…')
      .filter((run) => run.text.trim() !== '')
      .map(({ role }) => role);
  expect(rolesOf('–')).toEqual(['faint', 'faint', 'faint']);
  expect(rolesOf('a – b')).not.toContain('faint');
});
