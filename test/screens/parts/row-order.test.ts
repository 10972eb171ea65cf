import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PaneRow } from '../../../src/ui/shell/contract/pane-row.ts';
import { inHeldOrder, rowKeys } from '../../../src/ui/shell/contract/row-order.ts';

const rowOf = (key: string, more: Partial<PaneRow> = {}): PaneRow => ({
  ...{ key, label: key, text: key, level: 'ok' },
  ...more,
});
const child = (key: string, parent: string): PaneRow => rowOf(key, { treePosition: { depth: 1, parent } });
const ordered = (rows: readonly PaneRow[], keys: string): string =>
  inHeldOrder(rows, keys.split(''))
    .map(({ key }) => key)
    .join('');
const rows = (keys: string): readonly PaneRow[] => keys.split('').map((key) => rowOf(key));

test('rows keep their held places, and gone rows leave none', () => {
  expect(ordered(rows('cab'), 'abc')).toBe('abc');
  expect(ordered(rows('ca'), 'abc')).toBe('ac');
});

test('a list in the held order is the same list', () => {
  const list = rows('abc');
  expect(inHeldOrder(list, ['a', 'b', 'c'])).toBe(list);
});

test('new rows come last, before the row of the folded ones', () => {
  expect(ordered(rows('xcab'), 'abc')).toBe('abcx');
  const folded = rowOf('F', { foldedKeys: ['o'] });
  expect(ordered([...rows('xba'), folded], 'abF')).toBe('abxF');
  expect(ordered([...rows('xba'), folded], 'ab')).toBe('abxF');
});

test('new children stay below the row that they were below', () => {
  expect(ordered([rowOf('b'), child('n', 'b'), child('m', 'b'), rowOf('a')], 'ab')).toBe('abnm');
  expect(ordered([rowOf('x'), child('n', 'x'), rowOf('b'), rowOf('a')], 'ab')).toBe('abxn');
});

test('no row is lost or shown twice, whatever is held', () => {
  const letters = fc.uniqueArray(fc.constantFrom(...'abcdefghij'));
  fc.assert(
    fc.property(letters, letters, fc.infiniteStream(fc.nat(2)), (now, held, depths) => {
      const list = now.map(
        (key): PaneRow => rowOf(key, { treePosition: { depth: depths.next().value ?? 0 } }),
      );
      const result = inHeldOrder(list, held);
      expect(result.map(({ key }) => key).toSorted()).toEqual(now.toSorted());
      const known = result.map(({ key }) => key).filter((key) => held.includes(key));
      expect(known).toEqual(held.filter((key) => now.includes(key)));
      expect(rowKeys(result)).toEqual(result.map(({ key }) => key));
    }),
  );
});
