import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { type BreakersUser, openBreakers, type States } from './support/breakers.ts';
import { outage } from './support/outage.ts';
import { closeBreaker } from './support/shop.ts';
import { openCockpit } from './support/user.ts';

const start: States = { auth: 'open', mail: 'open', psp: 'open', search: 'half-open', stock: 'half-open' };

/** The breakers in the order of the screen. */
const order = (user: BreakersUser): readonly string[] =>
  user.rows().flatMap((row) => /^ ?.?[✗▲●].*pay-0(?: · | +)(\w+)/.exec(row)?.[1] ?? []);

const title = (user: BreakersUser): string => user.rowWith('3 Circuit breakers');

test('without a key, rows are sorted with every reading', async () => {
  const user = await openBreakers(start);
  await user.learns({ ...start, auth: 'closed' });
  expect(order(user)).toEqual(['mail', 'psp', 'search', 'stock', 'auth']);
  expect(title(user)).not.toMatch(/order held|re-sorted/);
});

test('while the user moves the cursor, no row moves; then they are sorted, with a hint for a moment', async () => {
  const user = await openBreakers(start);
  await user.press('j j');
  await user.learns({ ...start, auth: 'closed', stock: 'open' });
  expect(order(user)).toEqual(['auth', 'mail', 'psp', 'search', 'stock']);
  expect(title(user)).toContain('order held');
  await user.wait('2s');
  await user.press('j');
  await user.wait('2s');
  expect(order(user)).toEqual(['auth', 'mail', 'psp', 'search', 'stock']);
  await user.wait('3s');
  expect(order(user)).toEqual(['mail', 'psp', 'stock', 'search', 'auth']);
  expect(title(user)).toContain('re-sorted');
  expect(title(user)).not.toContain('order held');
  await user.wait('5s');
  expect(title(user)).not.toContain('re-sorted');
});

longTest('nothing is said if the order did not change', async () => {
  const user = await openBreakers(start);
  await user.press('j');
  await user.learns(start);
  expect(title(user)).not.toContain('order held');
  await user.wait('4s');
  expect(title(user)).not.toContain('re-sorted');
});

test('a row that is inserted above does not make enter open another row', async () => {
  const user = await openBreakers(start);
  await user.press('j');
  await user.learns({ aaa: 'open', ...start });
  expect(order(user)).toEqual(['auth', 'mail', 'psp', 'search', 'stock', 'aaa']);
  await user.press('j enter');
  // The details below the rows name the open one.
  const details = (): string => user.rows().findLast((row) => row.includes('pay-0 · ')) ?? '';
  expect(details()).toContain('psp');
  await user.wait('5s');
  expect(order(user).slice(0, 3)).toEqual(['aaa', 'auth', 'mail']);
  expect(details()).toContain('psp');
});

test('a row that is gone leaves the others in their order', async () => {
  const user = await openBreakers(start);
  await user.press('j j');
  const { auth: _, ...rest } = start;
  await user.learns({ ...rest, mail: 'closed' });
  expect(order(user)).toEqual(['mail', 'psp', 'search', 'stock']);
});

longTest('in the overview, a row that turned OK is folded only when the user has stopped', async () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`calm${n}`, 'closed' as const]));
  const user = await openBreakers({ ...start, ...many }, { size: [120, 36] });
  await user.press('0 j');
  await user.learns({ ...start, ...many, stock: 'closed' });
  expect(order(user)).toContain('stock');
  await user.wait('5s');
  expect(order(user)).not.toContain('stock');
});

test('a key that asks for another order or other rows ends the hold', async () => {
  const user = await openBreakers(start);
  await user.press('j');
  await user.learns({ ...start, auth: 'closed' });
  await user.press('i');
  expect(order(user)[0]).toBe('auth');
  expect(title(user)).not.toContain('order held');
  const other = await openBreakers(start);
  await other.press('j');
  await other.learns({ ...start, auth: 'closed' });
  await other.press('v');
  expect(order(other)).toEqual(['mail', 'psp', 'search', 'stock']);
});

test('enter right after another row came under the cursor opens nothing; pressed again it opens the row in sight', async () => {
  const user = await openBreakers(start);
  const { auth: _, ...rest } = start;
  await user.learns(rest);
  expect(order(user)[0]).toBe('mail');
  const opened = (): boolean => user.rows().some((row) => row.includes('limits'));
  const before = opened();
  await user.press('enter');
  expect(user.rowWith('the list has just changed')).toContain('press enter again to open this row');
  expect(opened()).toBe(before);
  await user.press('enter');
  expect(user.rows().join('\n')).not.toContain('the list has just changed');
});

test('enter opens the row at once if it has been in sight long enough, or came there by a key', async () => {
  const user = await openBreakers(start);
  const { auth: _, ...rest } = start;
  await user.learns(rest);
  await user.wait('1s');
  await user.press('enter');
  expect(user.rows().join('\n')).not.toContain('the list has just changed');
  await user.learns(start);
  await user.press('j enter');
  expect(user.rows().join('\n')).not.toContain('the list has just changed');
});

longTest(
  'a finding inserted above the cursor of Problems does not move the cursor to another one',
  async () => {
    const user = await openCockpit({ size: [110, 36], scene: outage() });
    await user.press('W');
    expect(user.rowWith('broker  Health · enter opens the row')).toBeTruthy();
    await user.happens(() =>
      user.cockpit.setState({
        suggestions: [{ runbook: closeBreaker, fits: 'yes', why: 'a breaker is open' }],
      }),
    );
    expect(user.rowWith('broker  Health · enter opens the row')).toBeTruthy();
    await user.press('enter');
    expect(user.given.map(([name]) => name)).not.toContain('propose');
    expect(user.rowWith('1 Health')).toBeTruthy();
  },
);
