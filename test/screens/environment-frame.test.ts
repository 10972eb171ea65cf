import { describe, expect, test } from 'vitest';
import type { Tier } from '../../src/domain/profile/profile.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { armed, shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const red = 1;
const bright = 11;

const inTier = (tier: Tier, env: string = tier): Scene => {
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('the shop is not open');
  return { ...shop(), cockpit: { ...shopCockpit, open: { ...open, env, tier } } };
};

const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

/** The cells of the screen with this background. */
const cellsOn = ({ terminal }: User, ground: number): readonly string[] =>
  terminal.rows().flatMap((row, y) =>
    Array.from({ length: row.length }, (_, x) => ({ x, y, cell: terminal.cellAt(x, y) }))
      .filter(({ cell }) => cell.bg === ground)
      .map(({ x, y: at }) => `${x},${at}`),
  );

test.each(sampled(sizes, everyNth(3)))(
  'read-only production at %i×%i is red in its badge and nowhere else',
  async (...size) => {
    const user = await openCockpit({ size, scene: inTier('production') });
    const badge = Array.from({ length: ' PRODUCTION '.length }, (_, x) => `${x},0`);
    for (const keys of ['3', 'z', ':', 'esc', '?']) {
      await user.press(keys);
      expect(cellsOn(user, red)).toEqual(badge);
      expect(user.rows()[0]).toMatch(/^ PRODUCTION {2}.*read-only/);
    }
  },
);

test('without color the tier is in brackets and inverse', async () => {
  const user = await openCockpit({ size: [80, 24], scene: inTier('production'), color: 'none' });
  expect(user.rows()[0]).toMatch(/^\[PRODUCTION\] shop .*read-only/);
  expect(user.lookOf('[PRODUCTION]')).toMatchObject({ inverse: true, bold: true });
});

test.each(['staging', 'dev', 'local'] as const)('%s has its own badge and is not read-only', async (tier) => {
  const scene = inTier(tier);
  const user = await openCockpit({
    size: [80, 24],
    scene: { ...scene, cockpit: { ...scene.cockpit, arming: { readOnly: false } } },
  });
  expect(user.rows()[0]).toMatch(new RegExp(`^ ${tier.toUpperCase()} {2}shop `));
  expect(user.rows()[0]).not.toContain('read-only');
  expect(cellsOn(user, red)).toEqual([]);
});

test.each([
  ['eu-1', '[PRODUCTION EU-1]'],
  ['staging', '[PRODUCTION STAGING]'],
  ['pre-production', '[PRODUCTION PRE-PRODUCTION]'],
  ['prod-eu', '[PROD-EU]'],
  ['production-eu', '[PRODUCTION-EU]'],
])('production environment %s is marked as production without color', async (env, word) => {
  const user = await openCockpit({ size: [120, 36], scene: inTier('production', env), color: 'none' });
  expect(user.rows()[0]?.startsWith(`${word} `)).toBe(true);
});

longTest.each([true, false])('a simulator says so beside the system: %s', async (embedded) => {
  const scene = inTier('production');
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('the shop is not open');
  for (const size of sizes) {
    const user = await openCockpit({
      size,
      scene: { ...scene, cockpit: { ...shopCockpit, open: { ...open, embedded } } },
    });
    expect(user.rows()[0]?.includes('simulated')).toBe(embedded);
  }
});

test.each([
  [80, 24],
  [120, 36],
  [60, 18],
] as const)('during a drill a simulator says so too, read-only and armed: %i×%i', async (columns, rows) => {
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('the shop is not open');
  for (const arming of [shopCockpit.arming, armed]) {
    const scene = inTier('production');
    const user = await openCockpit({
      size: [columns, rows],
      scene: {
        ...scene,
        cockpit: {
          ...scene.cockpit,
          ...(arming === undefined ? {} : { arming }),
          open: { ...open, embedded: true, incident: 'a-dependency-with-a-long-name-is-down' },
        },
      },
    });
    expect(user.rows()[0]).toContain('simulated');
    expect(user.rows()[0]).toContain('PRODUCTION');
  }
});

describe('while production is armed', () => {
  const scene = (isArmed: boolean): Scene => {
    const base = inTier('production');
    return isArmed ? { ...base, cockpit: { ...base.cockpit, arming: armed } } : base;
  };

  test.each(sizes)(
    'the first and the last row at %i×%i have its color, and all rules are double',
    async (...size) => {
      const user = await openCockpit({ size, scene: scene(true) });
      for (const y of [0, size[1] - 1])
        for (let x = 0; x < size[0]; x++) expect(user.terminal.cellAt(x, y).bg, `${x},${y}`).toBe(bright);
      const rows = user.terminal.rows();
      expect(rows[0]).toMatch(/^ ▲ ARMED {2}PRODUCTION .*14:52 left · "psp outage".* A disarm $/);
      expect(rows.at(-1)).toMatch(/\? help {2}q quit {3}every call is recorded(?: in the ledger)? $/);
      const titled = rows.filter((row) =>
        /[ ▌]\d (?:Health|Threshold matrix|Circuit breakers|Connection pools)/.test(row),
      );
      expect(titled.length).toBeGreaterThan(1);
      for (const row of titled) {
        expect(row).toContain('═══');
        expect(row).not.toContain('─');
      }
    },
  );

  test.each([
    ['without color', false],
    ['in ASCII without color', true],
  ] as const)('%s at least two rows differ, and the word is there', async (_, ascii) => {
    const look = { size: [80, 24], color: 'none', ascii } as const;
    const [calm, hot] = [
      await openCockpit({ ...look, scene: scene(false) }),
      await openCockpit({ ...look, scene: scene(true) }),
    ];
    const differing = hot.terminal.rows().filter((row, y) => row !== calm.terminal.rows()[y]);
    // Both edge rows, and the rule above each panel.
    expect(differing.length).toBeGreaterThanOrEqual(2 + 4);
    for (const y of [0, 23])
      for (let x = 0; x < 80; x++) expect(hot.terminal.cellAt(x, y).inverse, `${x},${y}`).toBe(true);
    expect(hot.rows()[0]).toContain(ascii ? '!! ARMED' : '▲ ARMED');
    expect(hot.terminal.rows().filter((row) => /={4} |═{4} /.test(row)).length).toBeGreaterThanOrEqual(4);
    expect(calm.terminal.rows().join('\n')).not.toMatch(/^={4}|═/m);
    if (ascii) expect(hot.terminal.rows().join('')).toMatch(/^[ -~]*$/);
  });

  longTest('the last two minutes have another mark, and the time is bold', async () => {
    const base = inTier('production');
    const arming = { ...armed, armedUntil: noon + 123_000 };
    const user = await openCockpit({
      size: [80, 24],
      scene: { ...base, cockpit: { ...base.cockpit, arming } },
    });
    expect(user.lookOf('2:03').bold).toBe(false);
    await user.wait('11s');
    expect(user.rows()[0]).toMatch(/^ !! ARMED {2}PRODUCTION .*1:52 left/);
    expect(user.lookOf('1:52').bold).toBe(true);
  });

  test('a card has a double border that is not calm', async () => {
    const user = await openCockpit({ size: [120, 36], scene: scene(true) });
    await user.press('?');
    expect(user.terminal.rows().join('\n')).not.toMatch(/[╭╮╰╯]/);
  });
});
