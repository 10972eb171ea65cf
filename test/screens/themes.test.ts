import { expect, test } from 'vitest';
import { defaultSettings, type ThemeName, themeNames } from '../../src/domain/profile/settings.ts';
import { colorBlindDark, colorBlindLight } from '../../src/ui/kit/theme/palettes/color-blind.ts';
import { darkPalette, lightPalette } from '../../src/ui/kit/theme/palettes/standard.ts';
import { longTest } from '../support/layer.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (theme: ThemeName, size: readonly [number, number] = [120, 36]): Promise<User> => {
  const scene = shop();
  return openCockpit({
    color: 'truecolor',
    size,
    scene: { ...scene, cockpit: { ...scene.cockpit, settings: { ...defaultSettings, theme } } },
  });
};

const hex = (text: string): number => Number.parseInt(text.slice(1), 16);
/** The color of a cell that paints none. */
const terminalsOwn = -1;

/** The backgrounds of the areas below the lines of charts. */
const areaGrounds: ReadonlySet<number> = new Set(
  [darkPalette, lightPalette, colorBlindDark, colorBlindLight].flatMap(({ tints }) =>
    tints === undefined ? [] : [hex(tints.fill), hex(tints.warn), hex(tints.breach)],
  ),
);

/** Rows of the situation below the header. */
const situationRows = 3;

const selectedRow = (user: User): number => {
  const index = user.terminal
    .rows()
    .findIndex((row, y) => y > situationRows && row.includes('billing') && row.includes('503'));
  expect(index).toBeGreaterThan(0);
  return index;
};

test.each([
  ['light', '#1B1F27', '#DDE3EC'],
  ['dark', '#E6EAF0', '#1F2A3A'],
] as const)('theme %s gives the selected row its own text and background', async (theme, text, ground) => {
  const user = await open(theme);
  const row = selectedRow(user);
  const line = user.terminal.rows()[row] ?? '';
  for (const word of ['503', '4.8']) {
    const cell = user.terminal.cellAt(line.indexOf(word), row);
    expect([cell.fg, cell.bg], word).toEqual([hex(text), hex(ground)]);
  }
  const level = user.terminal.cellAt(line.indexOf('✗ billing'), row);
  expect(level.bg).toBe(hex(ground));
  expect(level.fg).not.toBe(hex(text));
});

test.each(themeNames)(
  'theme %s paints a background only in the header, the situation, below the line of a chart, the selected row and badges',
  async (theme) => {
    const user = await open(theme);
    const rows = user.terminal.rows();
    const selected = selectedRow(user);
    const painted: string[] = [];
    for (const [y, row] of rows.entries()) {
      if (y <= situationRows) continue;
      for (let x = 0; x < row.length; x++) {
        const cell = user.terminal.cellAt(x, y);
        if (areaGrounds.has(cell.bg)) continue;
        if (y !== selected && (cell.bg !== terminalsOwn || cell.inverse))
          painted.push(`${x},${y} ${cell.text}`);
      }
    }
    expect(painted).toEqual([]);
  },
);

test('a card paints no background either', async () => {
  const user = await open('light');
  await user.press('ctrl-p');
  const rows = user.terminal.rows();
  const top = rows.findIndex((row) => row.includes('Command palette'));
  const x = (rows[top] ?? '').indexOf('Command palette');
  expect(user.terminal.cellAt(x, top).bg).toBe(terminalsOwn);
  expect(user.terminal.cellAt(x, top + 2).bg).toBe(terminalsOwn);
});

longTest(
  'every theme shows the same text; ascii other glyphs, mono the environment in brackets',
  async () => {
    const shown = new Map<ThemeName, readonly string[]>();
    for (const name of themeNames) shown.set(name, (await open(name)).rows());
    const dark = shown.get('dark') ?? [];
    for (const name of ['light', 'high-contrast', 'color-blind', '16-colors', 'auto'] as const)
      expect(shown.get(name), name).toEqual(dark);
    expect(shown.get('mono')?.slice(1, -1)).toEqual(dark.slice(1, -1));
    expect(shown.get('mono')?.[0]).toContain('[PRODUCTION]');
    expect(shown.get('ascii')?.join('')).toMatch(/^[\x20-\x7e]*$/);
    for (const level of ['X billing', '! checkout', '? ledger'])
      expect(shown.get('ascii')?.join('\n'), level).toContain(level);
  },
);

longTest('the palette previews every theme', async () => {
  const user = await open('dark');
  for (const name of ['mono', 'ascii', '16-colors']) {
    await user.press(':');
    await user.type(`theme ${name}`);
    await user.press('enter');
    expect(user.rowWith(`theme ${name} for this session`)).toBeTruthy();
  }
  // Yellow of the terminal's own scheme.
  expect(user.lookOf('▲ checkout').fg).toBe(3);
});
