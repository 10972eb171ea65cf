import { expect, test } from 'vitest';
import type { DeclaredEffect, OperationResult } from '../../src/domain/runbooks/operation.ts';
import { passesWithLess, unaccountedRows } from '../../src/expressions/result-rows.ts';

type Rows = NonNullable<OperationResult['rows']>;

const nothing: Parameters<typeof unaccountedRows>[3] = {
  effects: [],
  isSelected: false,
  hide: (text) => text,
};
const worth = (
  expected: Parameters<typeof unaccountedRows>[0],
  before: Rows,
  now: Rows,
  accounts: Partial<typeof nothing> = {},
) => unaccountedRows(expected, { rows: now }, { rows: before }, { ...nothing, ...accounts });

const errors = (...rows: readonly (readonly [string, number])[]): Rows =>
  rows.map(([instance, count]) => ({ instance, errors: count }));

test('the row that failed before the action must be there', () => {
  const before = errors(['orders-1', 48], ['orders-2', 0]);
  expect(worth({ column: 'errors', value: '< 5' }, before, errors(['orders-2', 0]))).toEqual({
    value: 'unknown',
    why: 'the row instance=orders-1 is gone. Before the action its errors was 48',
    missing: { is: 'gone', object: 'the row instance=orders-1' },
  });
});

test('the row that failed must pass, also behind another one', () => {
  const before = errors(['orders-1', 48], ['orders-2', 0]);
  expect(
    worth({ column: 'errors', value: '< 5' }, before, errors(['orders-2', 0], ['orders-1', 48])),
  ).toEqual({ value: 'false', why: 'instance=orders-1: errors 48, expected < 5' });
  expect(
    worth({ column: 'errors', value: '< 5' }, before, errors(['orders-2', 0], ['orders-1', 1])),
  ).toBeUndefined();
});

test('a row is known by its name, not by a state that the action changes', () => {
  const before: Rows = [{ id: '7', state: 'failed', tries: 9 }];
  expect(worth({ column: 'tries', value: '0' }, before, [{ id: '7', state: 'done', tries: 0 }])).toBe(
    undefined,
  );
});

test('fewer rows are no proof that those which are gone were corrected', () => {
  const before: Rows = [{ id: '7' }, { id: '8' }];
  const why = 'the row id=7 is gone, and 1 more, and opsdeck cannot tell whether it was corrected or removed';
  expect(worth({ rows: '= 0' }, before, [])).toEqual({
    value: 'unknown',
    why,
    missing: { is: 'gone', object: 'the row id=7' },
  });
});

test('rows that the run acts on may go: by its parameter, or by a declared effect', () => {
  const before: Rows = [{ pid: '42', state: 'idle in transaction' }];
  expect(worth({ rows: '= 0' }, before, [], { isSelected: true })).toBeUndefined();
  const ends = (pid: number): readonly DeclaredEffect[] => [
    { does: 'ends', kind: 'sessions', where: { source: 'pg', pid } },
  ];
  expect(worth({ rows: '= 0' }, before, [], { effects: ends(42) })).toBeUndefined();
  expect(worth({ rows: '= 0' }, before, [], { effects: ends(43) })?.value).toBe('unknown');
});

test('rows that come, are replaced, or of which fewer were enough before need no account', () => {
  expect(worth({ rows: '>= 2' }, [{ id: '1' }], [{ id: '1' }, { id: '2' }])).toBeUndefined();
  expect(worth({ rows: '= 2' }, [{ id: '1' }, { id: '2' }], [{ id: '3' }, { id: '4' }])).toBeUndefined();
  expect(worth({ rows: '< 5' }, [{ id: '1' }, { id: '2' }], [{ id: '1' }])).toBeUndefined();
});

test('a comparison with the reading before is about the difference', () => {
  const before: Rows = [{ file: 'a.dump', age: 9 }];
  expect(worth({ column: 'age', value: '< 5', change: '< 0' }, before, [{ file: 'b.dump', age: 1 }])).toBe(
    undefined,
  );
});

test('expected values that fewer rows meet', () => {
  for (const value of ['= 0', '< 5', '<= 5', '0']) expect(passesWithLess({ value })).toBe(true);
  for (const value of ['> 0', '>= 5', '!= 0']) expect(passesWithLess({ value })).toBe(false);
  expect(passesWithLess({ value: '= 1', change: '> 0' })).toBe(false);
  expect(passesWithLess({ change: '= 1' })).toBe(false);
  for (const change of ['< 0', '= -1', '= 0']) expect(passesWithLess({ change })).toBe(true);
});

test('every row that failed must be there, unless the result has as many as before', () => {
  const before = errors(['orders-1', 48], ['orders-2', 9], ['orders-3', 0]);
  const bound = { column: 'errors', value: '< 5' };
  expect(worth(bound, before, errors(['orders-1', 1], ['orders-3', 0]))).toMatchObject({
    value: 'unknown',
    why: 'the row instance=orders-2 is gone. Before the action its errors was 9',
  });
  expect(worth(bound, before, errors(['orders-1', 1], ['orders-2', 0]))).toBeUndefined();
  // A page of the worst rows.
  expect(worth(bound, before, errors(['orders-1', 1], ['orders-4', 1], ['orders-5', 0]))).toBeUndefined();
  expect(worth(bound, before, errors(['orders-1', 1]), { isSelected: true })).toBeUndefined();
});

const states = (...items: readonly (readonly [string, string])[]): OperationResult => ({
  json: { items: items.map(([name, state]) => ({ metadata: { name }, status: { state } })) },
});

test('the item of a JSON list that failed must be there and pass, wherever it is now', () => {
  const expected = { json: { 'items.0.status.state': 'ok' } };
  const worthOf = (now: OperationResult, effects: readonly DeclaredEffect[] = []) =>
    unaccountedRows(expected, now, states(['orders-1', 'bad'], ['orders-2', 'ok']), { ...nothing, effects });
  expect(worthOf(states(['orders-2', 'ok']))).toMatchObject({
    value: 'unknown',
    why: 'the item metadata.name=orders-1 is gone. Before the action its status.state was bad',
  });
  expect(worthOf(states(['orders-2', 'ok'], ['orders-1', 'bad']))).toMatchObject({ value: 'false' });
  expect(worthOf(states(['orders-2', 'ok'], ['orders-1', 'ok']))).toBeUndefined();
  const where = { owner: 'deploy orders' };
  const replaced: readonly DeclaredEffect[] = [{ does: 'replaces', kind: 'workloads', where }];
  const ended: readonly DeclaredEffect[] = [{ does: 'ends', kind: 'workloads', where }];
  expect(worthOf(states(['orders-2', 'ok']), ended)).toBeUndefined();
  // The sibling was there before: what replaces the item has to be there, and to pass.
  expect(worthOf(states(['orders-2', 'ok']), replaced)).toMatchObject({ value: 'unknown' });
  expect(worthOf(states(['orders-2', 'ok'], ['orders-3', 'bad']), replaced)).toMatchObject({
    value: 'unknown',
  });
  expect(worthOf(states(['orders-2', 'ok'], ['orders-3', 'ok']), replaced)).toBeUndefined();
});
