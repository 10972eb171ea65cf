import { expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import type { PaneRow } from '../../src/ui/shell/contract/pane-row.ts';
import { inOrder, type PaneOrder, parseSortValue } from '../../src/ui/shell/panes/order.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { bodyOf, headRow } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

test.each([
  ['–', undefined],
  ['', undefined],
  ['82.0 %', 82],
  ['1,204', 1204],
  ['≤4s', 4000],
  ['1h05m', 3_900_000],
  ['3m27s', 207_000],
  ['48 ms', '48 ms'],
  ['2.5 GiB', 2.5 * 1024 ** 3],
  ['+61/s', 61],
  ['100/82', 100],
  ['10:12:07', '10:12:07'],
  ['Billing', 'billing'],
])('the cell %j sorts as %j', (text, value) => {
  expect(parseSortValue(text)).toBe(value);
});

interface Sized extends PaneRow {
  readonly size?: number;
}

const sized = (label: string, size?: number, parent?: string): Sized => ({
  key: label,
  label,
  text: label,
  level: 'ok',
  ...(size === undefined ? {} : { size }),
  ...(parent === undefined ? {} : { treePosition: { depth: 1, parent } }),
});

const bySize: PaneOrder<Sized> = { name: 'by size', value: ({ size }) => size, largestFirst: true };

const labels = (rows: readonly Sized[]): string => rows.map(({ label }) => label).join(' ');

test('rows without a value come last in either direction', () => {
  const rows = [sized('none'), sized('small', 1), sized('also'), sized('large', 9)];
  expect(labels(inOrder(rows, bySize, false))).toBe('large small also none');
  expect(labels(inOrder(rows, bySize, true))).toBe('small large also none');
});

test('the rows of a tree move with their root', () => {
  const rows = [
    sized('a', 1),
    sized('a1', 50, 'a'),
    sized('b', 7),
    sized('b1', 2, 'b'),
    sized('b2', 90, 'b'),
  ];
  expect(labels(inOrder(rows, bySize, false))).toBe('b b1 b2 a a1');
  expect(labels(inOrder(rows, undefined, true))).toBe('b b1 b2 a a1');
});

/** Breakers of which one has no rates. */
const open = async (settings: Settings = {}): Promise<User> => {
  const facts = createFactsStore(frame());
  const { failureRate: _, ...quiet } = breaker('quiet', { notPermittedCalls: 30 });
  const items = [
    breaker('mail', { failureRate: 10, notPermittedCalls: 7 }),
    breaker('psp', { failureRate: 80, notPermittedCalls: 2000 }),
    quiet,
  ];
  learn(facts, feedInfo('bus/breakers', 'breakers'), { items }, noon);
  return openCockpit({ scene: { facts, cockpit: shopCockpit }, ...settings });
};

const names = (user: User): readonly string[] =>
  bodyOf(user.rows(), 'Circuit breakers')
    .flatMap((row) => /^ \S+ \S+ .*?(mail|psp|quiet) /.exec(row)?.[1] ?? [])
    .slice(0, 3);

longTest('o sorts by a value, i reverses, and the head of the column shows the direction', async () => {
  const user = await open();
  await user.press('3 z o o');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('FAIL▼');
  expect(names(user)).toEqual(['psp', 'mail', 'quiet']);
  await user.press('i');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('FAIL▲');
  expect(names(user)).toEqual(['mail', 'psp', 'quiet']);
});

test('B sorts by any column, from left to right, and o returns to the orders of the pane', async () => {
  const user = await open();
  await user.press('3 z B');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('by INSTANCE');
  await user.press('B');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('BREAKER▲');
  expect(names(user)).toEqual(['mail', 'psp', 'quiet']);
  await user.press('i');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('by BREAKER, reversed');
  expect(names(user)).toEqual(['quiet', 'psp', 'mail']);
  await user.press('B B B B');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('REJECTED▼');
  expect(names(user)).toEqual(['psp', 'quiet', 'mail']);
  await user.press('o');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('worst first');
});

test('in ASCII the direction is ^ or v', async () => {
  const user = await open({ ascii: true });
  await user.press('3 z o o');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('FAILv');
  await user.press('i');
  expect(headRow(user.rows(), 'Circuit breakers')).toContain('FAIL^');
});

longTest('Logs, which is sorted by time, has no column order', async () => {
  const user = await openCockpit({ scene: shop() });
  await user.press('8 B');
  expect(user.rowWith('B: this pane has no columns')).toBeTruthy();
});
