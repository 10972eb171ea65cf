import { expect, test } from 'vitest';
import type { PaneRow } from '../../../../src/ui/shell/contract/pane-row.ts';
import { foldAlikeRows, foldOkRows, isOkFold } from '../../../../src/ui/shell/panes/folded-rows.ts';
import { shortNames } from '../../../../src/ui/shell/panes/short-names.ts';

const rowOf = (key: string, level: PaneRow['level']): PaneRow => ({ key, level, label: key, text: key });
const keysOf = (rows: readonly PaneRow[]): readonly string[] => rows.map(({ key }) => key);
/** The first letter: 'a1' and 'a2' say the same. */
const firstLetter = (row: PaneRow): string => row.key.charAt(0);

test('rows that say the same are one, at the place of the first, with the keys of all', () => {
  const rows = ['a1', 'b1', 'a2', 'c1'].map((key) => rowOf(key, 'crit'));
  const folded = foldAlikeRows(rows, firstLetter);
  expect(keysOf(folded)).toEqual(['alike/a', 'b1', 'c1']);
  expect(folded[0]).toMatchObject({ level: 'crit', foldedKeys: ['a1', 'a2'], standsFor: 2 });
  expect(folded.some(isOkFold)).toBe(false);
});

test('a row with a held place is not gathered', () => {
  const rows = ['a1', 'a2', 'a3'].map((key) => rowOf(key, 'crit'));
  expect(keysOf(foldAlikeRows(rows, firstLetter, new Set(['a2'])))).toEqual(['alike/a', 'a2']);
});

test('a row without a key stands alone', () => {
  const rows = ['a1', 'a2'].map((key) => rowOf(key, 'crit'));
  expect(foldAlikeRows(rows, () => undefined)).toEqual(rows);
});

test('OK rows are folded with the members of gathered ones; some stay if asked for, and never one alone is folded', () => {
  const gathered = foldAlikeRows(
    ['a1', 'a2', 'b1', 'c1'].map((key) => rowOf(key, 'ok')),
    firstLetter,
  );
  expect(foldOkRows(gathered)).toMatchObject([{ foldedKeys: ['a1', 'a2', 'b1', 'c1'] }]);
  expect(keysOf(foldOkRows(gathered, { kept: 1 }))).toEqual(['alike/a', 'folded']);
  // One row is no shorter as 'one more'.
  expect(foldOkRows(gathered, { kept: 2 })).toEqual(gathered);
});

test.each([
  [['bus-0', 'bus-1', 'orders-0', 'orders-1'], 'bus-0, -1, orders-0, -1'],
  [['bus', 'orders'], 'bus, orders'],
  [['pay-6d98-hk285', 'pay-6d98-ktx4b'], 'pay-6d98-hk285, -ktx4b'],
  [['10.0.0.1:80', '10.0.0.2:80'], '10.0.0.1:80, .2:80'],
  [['one'], 'one'],
])('%j is written %s', (names, text) => {
  expect(shortNames(names)).toBe(text);
});
