import { expect, test } from 'vitest';
import type { Tier } from '../../src/domain/profile/profile.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const red = 1;
const yellow = 3;

const inTier = (tier: Tier, env: string = tier): Scene => {
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('the shop is not open');
  return { ...shop(), cockpit: { ...shopCockpit, open: { ...open, env, tier } } };
};

/** The style of each cell of one column. */
const column = ({ terminal }: User, x: number) => terminal.rows().map((_, y) => terminal.cellAt(x, y));

const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

test.each(sizes)(
  'production at %i×%i has red edges on every row, and its tier in two corners',
  async (...size) => {
    const user = await openCockpit({ size, scene: inTier('production') });
    for (const keys of ['3', 'z', ':', 'esc', 'e', '?']) {
      await user.press(keys);
      expect(column(user, size[0] - 1).map((cell) => cell.bg)).toEqual(Array(size[1]).fill(red));
      expect(column(user, 0).map((cell) => cell.bg)).toEqual(Array(size[1]).fill(red));
      expect(user.rows()[0]).toMatch(/^ PRODUCTION /);
      expect(user.rows().at(-1)).toMatch(/ PRODUCTION $/);
    }
  },
);

test('without color the tier is in brackets and the edges are inverse', async () => {
  const user = await openCockpit({ size: [80, 24], scene: inTier('production'), color: 'none' });
  expect(user.rows()[0]).toMatch(/^ \[PRODUCTION\] /);
  expect(user.rows().at(-1)).toMatch(/ \[PRODUCTION\] $/);
  for (const x of [0, 79]) expect(column(user, x).every((cell) => cell.inverse)).toBe(true);
});

test('the edges take no room: the content of their cells stays', async () => {
  const user = await openCockpit({ size: [80, 24], scene: inTier('production') });
  expect(user.rowWith('1 Health')).toMatch(/^▌1 Health/);
});

test.each([
  ['staging', yellow],
  ['dev', -1],
  ['local', -1],
] as const)('%s has its own label and edge', async (tier, left) => {
  const user = await openCockpit({ size: [80, 24], scene: inTier(tier) });
  const word = tier.toUpperCase();
  expect(user.rows().at(-1)).toMatch(new RegExp(` ${word} $`));
  expect(
    column(user, 0)
      .slice(1, -1)
      .map((cell) => cell.bg),
  ).toEqual(Array(22).fill(left));
  expect(
    column(user, 79)
      .slice(1, -1)
      .map((cell) => cell.bg),
  ).toEqual(Array(22).fill(-1));
});

test.each([
  ['eu-1', '[PRODUCTION EU-1]'],
  ['staging', '[PRODUCTION STAGING]'],
  ['pre-production', '[PRODUCTION PRE-PRODUCTION]'],
  ['prod-eu', '[PROD-EU]'],
  ['production-eu', '[PRODUCTION-EU]'],
])('production environment %s is marked as production without color', async (env, word) => {
  const user = await openCockpit({ size: [120, 36], scene: inTier('production', env), color: 'none' });
  expect(user.rows()[0]).toContain(` ${word} `);
  // The corner is narrower than the longest name, so the tier comes first.
  expect(user.rows().at(-1)).toMatch(/ \[PROD\S*/);
});
