import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { gathered } from './support/gathered.ts';
import { outage } from './support/outage.ts';
import { closeBreaker } from './support/shop.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

const suggestions = [{ runbook: closeBreaker, fits: 'yes', why: 'breakers bus-0 · broker is open' }] as const;

const open = (size: readonly [number, number] = [120, 36], more: object = {}): Promise<User> => {
  const scene = outage();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } }, ...more });
};

const click = (user: User, x: number, y: number): Promise<void> =>
  user.together(`\u001b[<0;${x + 1};${y + 1}M\u001b[<0;${x + 1};${y + 1}m`);

/** The parts of the rows left and right of the rule between list and detail. */
const halves = (user: User): readonly (readonly [string, string])[] =>
  user
    .rows()
    .slice(2, -2)
    .map((row) => [row.slice(1, 42), row.slice(43)] as const);

const left = (user: User): string =>
  halves(user)
    .map(([list]) => list)
    .join('\n');
const right = (user: User): string =>
  halves(user)
    .map(([, detail]) => detail)
    .join('\n');

longTest(
  'from 120 columns on, problems are a list with the detail of the selected one beside it',
  async () => {
    const user = await open();
    await user.press('W');
    expect(left(user)).toMatch(/✗ broker +down +≥?10m/);
    expect(left(user)).toMatch(/▾ 4 consequences +✗ 4/);
    expect(right(user)).toContain('✗ broker');
    expect(right(user)).toContain('Cause → consequences');
    expect(right(user)).toMatch(/ broker +▸ +bus-0 · broker +▸ +2 services +▸ +error rate/);
    await user.press('h j j');
    expect(left(user)).toMatch(/▸ 4 consequences +✗ 4/);
    expect(right(user)).toContain('▲ disk');
    expect(right(user)).not.toContain('Cause → consequences');
  },
);

test('suggested runbooks are below the problems. The detail has the steps and their verification', async () => {
  const user = await open();
  await user.press('W');
  const rows = left(user).split('\n');
  const heading = rows.findIndex((row) => row.includes('Suggested runbooks'));
  expect(rows[heading]).toContain('1 of 1 matches');
  expect(rows[heading + 1]).toMatch(/R close-breaker +matches/);
  expect(heading).toBeGreaterThan(rows.findIndex((row) => row.includes('disk')));
  expect(right(user)).toContain('R close-breaker');
  expect(right(user)).toMatch(/1 Close it .*○ psp stays closed/);
  await user.press('G');
  expect(right(user)).toContain(closeBreaker.title);
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
});

/** The rows of the list with its borders, as they are drawn. */
const drawnList = (user: User): readonly string[] =>
  user.terminal
    .rows()
    .slice(2, -2)
    .map((row) => row.slice(0, 43));

test('the consequences of the first cause are a tree below it, which h folds and l shows again', async () => {
  const user = await open();
  await user.press('W');
  expect(drawnList(user)[0]).toContain('W Problems  2 causes · 6 problems');
  const tree = (): readonly string[] => drawnList(user).filter((row) => /[├╰]─ ✗/u.test(row));
  expect(tree().map((row) => row.replaceAll(/ {2,}/gu, '  ').slice(1, -1).trim())).toEqual([
    '├─ ✗ error rate  40 %',
    '├─ ✗ edge  down',
    '├─ ✗ orders  down',
    '╰─ ✗ bus-0 · broker  OPEN',
  ]);
  await user.press('h');
  expect(tree()).toEqual([]);
  await user.press('l');
  expect(tree()).toHaveLength(4);
  // Below 120 columns there is no room for it without a key.
  await user.press('h');
  await user.resize(119, 36);
  expect(user.rowWith('▸ 4 consequences')).toBeTruthy();
});

test('a problem has a second line with its limit and its pane; both are selected, and a click on it selects the problem', async () => {
  const user = await open([120, 36], { color: 'truecolor' });
  await user.press('W h j j');
  const second = drawnList(user).findIndex((row) => row.includes('limit ≥ 80')) + 2;
  expect(user.terminal.rows()[second]).toMatch(/limit ≥ 80 +Threshold matrix/);
  const ground = (y: number): number => user.terminal.cellAt(20, y).bg;
  expect(ground(second)).toBe(ground(second - 1));
  expect(ground(second)).not.toBe(ground(second + 1));
  await user.press('g');
  expect(right(user)).toContain('✗ broker');
  await click(user, 20, second);
  expect(right(user)).toContain('▲ disk');
});

test('rules of sections are joined with the borders that they end on', async () => {
  const user = await open();
  await user.press('W');
  const list = drawnList(user);
  expect(list.find((row) => row.includes('Suggested runbooks'))).toMatch(/^├─ Suggested runbooks ─.*─┤$/u);
  expect(list.find((row) => row.includes('Not affected'))).toMatch(/^├─ .*─┤$/u);
  const rule = user.terminal.rows().find((row) => /^│.*│├─ R close-breaker/u.test(row));
  expect(rule).toMatch(/─┤$/u);
  const plain = await open([120, 36], { ascii: true, color: 'none' });
  await plain.press('W');
  expect(plain.terminal.rows().some((row) => row.startsWith('+- Suggested runbooks -'))).toBe(true);
});

test('a click in the list selects a row below a heading, a click in the detail none', async () => {
  const user = await open();
  await user.press('W');
  const row = user
    .rows()
    .findIndex((text) => text.includes('R close-breaker  ') && text.indexOf('R close') < 42);
  await click(user, 6, row);
  expect(right(user).split('\n')[0]).toContain('R Close');
  await click(user, 60, 4);
  expect(right(user).split('\n')[0]).toContain('R Close');
});

longTest('only the list has the ground of the selected row', async () => {
  const user = await open();
  await user.press('W');
  const row = user.rows().findIndex((text) => text.includes('✗ broker  '));
  const own = user.rows().findIndex((text, y) => y > 2 && text.slice(1, 40).includes('✗ broker'));
  expect(own).toBeGreaterThan(0);
  expect(row).toBeGreaterThan(0);
  expect(user.terminal.cellAt(5, own)).not.toEqual(user.terminal.cellAt(60, own));
});

longTest.each(['incident', 'stale'] as const)('every width lists the same problems: %s', (name) => {
  const scene = gathered[name]();
  const labels = (size: readonly [number, number]): number => {
    const screen = drawn(scene, 'W', size);
    return screen.filter((row) => /^.?\s+[✗▲?⊗⊘◌]/.test(row)).length;
  };
  expect(labels([200, 60])).toBeGreaterThanOrEqual(labels([117, 60]));
});

test('without sides, in ASCII and without color the parts stay apart', async () => {
  const user = await open([120, 24], { ascii: true, color: 'none' });
  await user.press('W');
  const rows = user.terminal.rows();
  expect(rows.slice(3, 20).every((row) => row[42] === '|')).toBe(true);
  expect(rows.join('\n')).not.toMatch(/[│╭▸]/u);
});

test('the detail begins with the sentence of the situation, and names the signals that follow', async () => {
  const user = await open();
  await user.press('W');
  const [, first, second] = halves(user).map(([, detail]) => detail.trim());
  expect(first).toMatch(/^broker is down/);
  expect(second).toMatch(/^error rate at 40 %, over the limit of 5 %/);
  expect(right(user)).not.toContain('enter opens the row');
  await user.press('h j j');
  expect(right(user)).toMatch(/disk at \d+ % – over the limit of 80 %/);
});
