import { expect, test } from 'vitest';
import type { CockpitState } from '../../src/store/cockpit.ts';
import { widthOf } from '../../src/ui/kit/text/width.ts';
import { stages } from './support/headless.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (
  size: readonly [number, number] = [60, 18],
  cockpit: Partial<CockpitState> = {},
): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, ...cockpit } } });
};

/** The selected row: the one with a background color. */
const selected = (user: User): string =>
  user.rows().find((_, row) => row > 1 && user.terminal.cellAt(1, row).inverse) ?? '';

test('a small screen shows the environment, counts by level and the findings, worst first', async () => {
  const user = await open();
  await user.seesScreen('small');
});

test.each([
  [60, 18],
  [79, 60],
  [200, 10],
  [40, 8],
  [20, 3],
  [10, 1],
] as const)('%i×%i has complete rows and names the environment', async (columns, rows) => {
  const user = await open([columns, rows]);
  expect(user.rows().map(widthOf)).toEqual(Array.from({ length: rows }, () => columns));
  expect(user.rows()[0]).toMatch(/^ PRODUCTI/);
});

test('the cursor moves in the findings, and enter opens the row in the original pane', async () => {
  const user = await open();
  await user.press('j');
  expect(selected(user)).toContain('billing  down 503');
  await user.press('enter');
  expect(user.rowWith('▌1 Health')).toBeTruthy();
  expect(selected(user)).toContain('billing  down 503');
  await user.press('esc');
  expect(user.rowWith('▌W Problems')).toBeTruthy();
});

test('pane keys, filter and help work', async () => {
  const user = await open();
  await user.press('3');
  expect(user.rowWith('▌3 Circuit breakers  6')).toBeTruthy();
  await user.press('/');
  await user.type('mail');
  expect(user.rowWith('▌3 Circuit breakers  1')).toBeTruthy();
  expect(user.rowWith('/mail_')).toBeTruthy();
  await user.press('esc ?');
  expect(user.rowWith('HELP  Circuit breakers')).toBeTruthy();
});

test('a run cannot be confirmed on a card that is cut', async () => {
  const user = await open([60, 18], { arming: armed, run: stages.proposed });
  expect(user.rowWith('Confirm in PRODUCTION')).toBeTruthy();
  expect(user.rowWith('needs 80×24')).toContain('has 60×18');
  await user.press('enter');
  expect(user.rowWith('enter: enlarge the terminal to 80×24')).toBeTruthy();
  expect(user.given).toEqual([]);
  await user.resize(80, 24);
  await user.wait('1s');
  await user.press('enter');
  expect(user.given).toEqual([['confirm', { pasted: false }]]);
});

test('a pane without rows says why', async () => {
  const user = await open();
  await user.press('7');
  expect(user.rowWith('Not configured')).toContain('no source provides alerts');
});
