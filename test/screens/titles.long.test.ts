import { expect, test } from 'vitest';
import type { Level } from '../../src/domain/facts/level.ts';
import type { FactsStore } from '../../src/store/facts-store.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { lineToText } from '../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../src/ui/kit/text/pen.ts';
import type { PaneRow } from '../../src/ui/shell/contract/pane-row.ts';
import { glanceOf as glanceOfRows, renderGlance } from '../../src/ui/shell/panes/glance.ts';
import { breaker, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { monitored } from './support/monitored.ts';
import { platforms } from './support/platforms.ts';
import { glanceOf, headRow } from './support/screen.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { keptShop } from './support/stored-history.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (size: readonly [number, number] = [120, 36], more: object = {}): Promise<User> =>
  openCockpit({ size, scene: shop(), ...more });

test('the title of every pane counts its rows by level, worst first, in words', async () => {
  const user = await open();
  expect(glanceOf(user.rows(), 'Health')).toBe('✗ 1 critical ▲ 1 warning ? 1 unknown ● 4 ok');
  expect(glanceOf(user.rows(), 'Connection pools')).toBe('✗ 1 ▲ 1 ● 2');
  await user.press('5 z');
  expect(glanceOf(user.rows(), 'Connection pools')).toBe('✗ 1 critical ▲ 1 warning ● 2 ok');
});

test('the counts are at the right of the title, above the heads of the environments', async () => {
  const user = await open();
  await user.press('z');
  expect(headRow(user.rows(), 'Health')).toMatch(
    /^▌1 Health {2}7 {2}worst first +✗ 1 critical ▲ 1 warning \? 1 unknown ● 4 ok {2}SERVICE +local .*PRODUCTION/,
  );
});

test('a narrow overview counts by state, and by level where the states do not fit', async () => {
  const narrow = await open([80, 24]);
  expect(headRow(narrow.rows(), 'Circuit breakers')).toContain(
    '✗ 2 open ▲ 1 half-open ○ 1 disabled ● 2 closed',
  );
  const half = await openCockpit({ size: [120, 36], scene: platforms() });
  expect(half.rowWith('4 Consumer lag')).toMatch(/▲ 3 warning ● 3 ok/);
});

test('the head of a sorted column has the mark of the order', async () => {
  const user = await open();
  await user.press('3 z B');
  expect(headRow(user.rows(), 'Circuit breakers')).toMatch(/INSTANCE▲/);
});

test('in ASCII the counts have other glyphs', async () => {
  const user = await open([120, 36], { ascii: true });
  expect(user.rowWith('1 Health')).toContain('X 1 critical ! 1 warning ? 1 unknown + 4 ok');
});

test('the counts stay those of all rows while a filter hides some', async () => {
  const user = await open();
  await user.press('3 z / p s p enter');
  expect(glanceOf(user.rows(), 'Circuit breakers')).toBe('✗ 2 critical ▲ 2 warning ● 2 ok');
});

test('a silenced alert is no problem of its pane', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('7 z');
  expect(glanceOf(user.rows(), 'Alerts')).toBe('✗ 2 critical ▲ 2 warning');
});

const feed = { ...feedInfo('bus/breakers', 'breakers'), staleMs: 3_600_000 };

/** Reports four breakers, of which the first `open` ones are open. */
const report = (store: FactsStore, open: number, time: number): void => {
  const items = ['a', 'b', 'c', 'd'].map((name, index) =>
    breaker(name, { instance: `bus-${index}`, state: index < open ? 'open' : 'closed', at: time }),
  );
  learn(store, feed, { items }, time);
};

test('after ten minutes the title compares the number of problems with that of then', async () => {
  const sources = { bus: { type: 'actuator', kinds: ['breakers'] } } as const;
  const store = createFactsStore(frame({ system: 'shop', env: 'production', sources }));
  report(store, 2, noon);
  const scene = { facts: store, cockpit: { ...shopCockpit, messages: [] } };
  const user = await openCockpit({ size: [120, 36], scene });
  await user.press('3 z');
  await user.wait('9m');
  expect(glanceOf(user.rows(), 'Circuit breakers')).toBe('✗ 2 critical ● 2 ok');
  await user.wait('90s');
  const trendOf = async (open: number): Promise<string> => {
    await user.happens(() => report(store, open, user.clock.now()));
    await user.wait('1s');
    return glanceOf(user.rows(), 'Circuit breakers');
  };
  expect(await trendOf(2)).toBe('✗ 2 critical ● 2 ok →');
  expect(await trendOf(3)).toBe('✗ 3 critical ● 1 ok ↗');
  expect(await trendOf(1)).toBe('✗ 1 critical ● 3 ok ↘');
  expect(await trendOf(0)).toBe('● 4 ok ↘');
});

test('a title with little room leaves out words, then the arrow, then counts', () => {
  const row = (key: string, level: Level, label = key): PaneRow => ({ key, level, label, text: '' });
  const rows = [row('billing-0 · psp', 'crit'), row('b', 'warn'), row('c', 'ok')];
  const text = (room: number, ascii = false): string =>
    lineToText(renderGlance(createTextPen(ascii), glanceOfRows(rows, 1), room));
  expect([40, 29, 28, 27, 13, 11, 10, 6].map((room) => text(room))).toEqual([
    '✗ 1 critical ▲ 1 warning ● 1 ok ↗',
    '✗ 1 ▲ 1 ● 1 ↗',
    '✗ 1 ▲ 1 ● 1 ↗',
    '✗ 1 ▲ 1 ● 1 ↗',
    '✗ 1 ▲ 1 ● 1 ↗',
    '✗ 1 ▲ 1 ● 1',
    '✗ 1 ▲ 1',
    '✗ 1',
  ]);
  expect(text(40, true)).toBe('X 1 critical ! 1 warning + 1 ok ^');
});

test('a session with a recorded history compares with it from the start, and never in the past', async () => {
  const user = await openCockpit({ size: [120, 36], scene: keptShop() });
  await user.wait('1s');
  expect(user.rowWith('5 Connection pools')).toMatch(/✗ 1 ▲ 1 ● 2 [↗↘→]/);
  await user.press('<');
  expect(user.rowWith('5 Connection pools')).not.toMatch(/[↗↘]|→ /);
});

test('a full pane has a row of heads below its title', async () => {
  const user = await open();
  await user.press('3 z');
  const [title = '', heads = '', first = ''] = user.rows().slice(2);
  expect(title).toMatch(/^▌3 Circuit breakers {2}6 {2}worst first +✗ 2 critical ▲ 2 warning ● 2 ok *$/);
  expect(heads).toMatch(/^ +INSTANCE +BREAKER +FAIL +SLOW +FAILED +REJECTED +SINCE/);
  expect(first.indexOf('billing-0')).toBe(heads.indexOf('INSTANCE'));
  expect(user.rows()[2 + 2]).toBe(first);
});

test('the title of Charts counts its signals by level', async () => {
  const user = await open();
  await user.press('P z');
  expect(headRow(user.rows(), 'Charts')).toMatch(
    /^▌P Charts {2}✗ 1 critical (?:[▲?●] \d+ [a-z]+ )* ?.*last \d+m/,
  );
});
