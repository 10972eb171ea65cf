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

test('the title of every pane counts its rows by level, worst first, and names the worst one', async () => {
  const user = await open();
  expect(glanceOf(user.rows(), 'Health')).toBe('✗ 1 ▲ 1 ? 1 ● 4  billing');
  // A piece of the name would not tell billing-0 from billing-1.
  expect(glanceOf(user.rows(), 'Circuit breakers')).toBe('✗ 2 ▲ 2 ● 2');
  expect(glanceOf(user.rows(), 'Connection pools')).toBe('✗ 1 ▲ 1 ● 2  billing-0 · hikari');
  await user.press('5 z');
  expect(glanceOf(user.rows(), 'Connection pools')).toBe('✗ 1 ▲ 1 ● 2  billing-0 · hikari');
});

test('the counts follow the head of the open environment where the name leaves no room', async () => {
  const user = await open();
  await user.press('z');
  expect(headRow(user.rows(), 'Health')).toMatch(/^▌1 Health +local .*PRODUCTION {2}✗ 1 ▲ 1 \? 1 ● 4/);
});

test('a narrow overview counts by state, and by level where the states do not fit', async () => {
  const narrow = await open([80, 24]);
  expect(headRow(narrow.rows(), 'Circuit breakers')).toContain(
    '✗ 2 OPEN  ▲ 1 HALF-OPEN  ○ 1 DISABLED  ● 2 CLOSED',
  );
  const half = await openCockpit({ size: [120, 36], scene: platforms() });
  expect(half.rowWith('4 Consumer lag')).toMatch(/▲ 3 ● 3 +Consumer lag +RATE VERDICT/);
});

test('without room for all counts the worst come first; the head of a sorted column stays', async () => {
  const user = await open();
  expect(headRow(user.rows(), 'Threshold matrix')).toMatch(/2 Threshold matrix {2}✗ 1 {3}local/);
  await user.press('3 z B');
  expect(headRow(user.rows(), 'Circuit breakers')).toMatch(/INSTANCE▲/);
});

test('in ASCII the counts have other glyphs', async () => {
  const user = await open([120, 36], { ascii: true });
  expect(user.rowWith('1 Health')).toContain('X 1 ! 1 ? 1 + 4  billing');
});

test('the counts stay those of all rows while a filter hides some', async () => {
  const user = await open();
  await user.press('3 z / p s p enter');
  expect(glanceOf(user.rows(), 'Circuit breakers')).toMatch(/^✗ 2 ▲ 2 ● 2/);
});

test('a silenced alert is no problem of its pane', async () => {
  const user = await openCockpit({ size: [120, 36], scene: monitored() });
  await user.press('7 z');
  expect(glanceOf(user.rows(), 'Alerts')).toBe('✗ 2 ▲ 2  ConsumerLagHigh · billing-events');
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
  expect(glanceOf(user.rows(), 'Circuit breakers')).toMatch(/^✗ 2 ● 2 {2}bus-0/);
  await user.wait('90s');
  const trendOf = async (open: number): Promise<string> => {
    await user.happens(() => report(store, open, user.clock.now()));
    await user.wait('1s');
    return glanceOf(user.rows(), 'Circuit breakers');
  };
  expect(await trendOf(2)).toMatch(/^✗ 2 ● 2 → {2}bus-0/);
  expect(await trendOf(3)).toMatch(/^✗ 3 ● 1 ↗ {2}bus-0/);
  expect(await trendOf(1)).toMatch(/^✗ 1 ● 3 ↘ {2}bus-0/);
  expect(await trendOf(0)).toBe('● 4 ↘');
});

test('a title with little room leaves out the arrow, then the name, then counts; a blank name is none', () => {
  const row = (key: string, level: Level, label = key): PaneRow => ({ key, level, label, text: '' });
  const rows = [row('billing-0 · psp', 'crit'), row('b', 'warn'), row('c', 'ok')];
  const text = (room: number, ascii = false): string =>
    lineToText(renderGlance(createTextPen(ascii), glanceOfRows(rows, 1), room));
  expect([40, 29, 28, 27, 13, 11, 10, 6].map((room) => text(room))).toEqual([
    '✗ 1 ▲ 1 ● 1 ↗  billing-0 · psp',
    '✗ 1 ▲ 1 ● 1  billing-0 · psp',
    '✗ 1 ▲ 1 ● 1  billing-0 · psp',
    '✗ 1 ▲ 1 ● 1 ↗',
    '✗ 1 ▲ 1 ● 1 ↗',
    '✗ 1 ▲ 1 ● 1',
    '✗ 1 ▲ 1',
    '✗ 1',
  ]);
  expect(text(40, true)).toBe('X 1 ! 1 + 1 ^  billing-0 - psp');
  const long = glanceOfRows([row('worker-pool-of-production-eu-1', 'crit'), row('worker-pool-eu-2', 'ok')]);
  expect(
    [30, 27].map((room) => lineToText(renderGlance(createTextPen(false), long, room)).trimEnd()),
  ).toEqual(['✗ 1 ● 1  worker-pool-…eu-1', '✗ 1 ● 1  worker-pool-…eu-1']);
  const blank = glanceOfRows([row('d', 'crit', '\u3000\u3000')]);
  expect(lineToText(renderGlance(createTextPen(false), blank, 40))).toBe('✗ 1');
});

test('a session with a recorded history compares with it from the start, and never in the past', async () => {
  const user = await openCockpit({ size: [120, 36], scene: keptShop() });
  await user.wait('1s');
  expect(user.rowWith('5 Connection pools')).toMatch(/✗ 1 ▲ 1 ● 2 [↗↘→] {2}billing-0/);
  await user.press('<');
  expect(user.rowWith('5 Connection pools')).not.toMatch(/[↗↘]|→ /);
});

test('a full pane has a row of heads, so that its title covers none; with little room the title has them', async () => {
  const user = await open();
  await user.press('3 z');
  const [title = '', heads = '', first = ''] = user.rows().slice(2);
  expect(title).toMatch(/^▌3 Circuit breakers {2}✗ 2 ▲ 2 ● 2 {2}billing-0 · psp *$/);
  expect(heads).toMatch(/^ +INSTANCE +BREAKER +FAIL +SLOW +FAILED +REJECTED +SINCE/);
  expect(first.indexOf('billing-0')).toBe(heads.indexOf('INSTANCE'));
  expect(user.rows()[2 + 2]).toBe(first);
});

test('the title of Charts counts its signals by level and names the worst one', async () => {
  const user = await open();
  await user.press('P');
  expect(headRow(user.rows(), 'Charts')).toMatch(
    /^▌P Charts {2}✗ 1 (?:[▲?●] \d+ )* ?error rate %.* last \d+m/,
  );
});
