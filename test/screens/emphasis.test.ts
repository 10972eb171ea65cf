import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/ui/kit/text/width.ts';
import { darkPalette } from '../../src/ui/kit/theme/palettes/standard.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { gathered } from './support/gathered.ts';
import { collisionsIn, cutRowsIn, graphic } from './support/look.ts';
import { platforms } from './support/platforms.ts';
import { armed, shop } from './support/shop.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import type { Cell } from './support/terminal.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

/**
 * The emphasis of whole screens: few things stand out, and they are what matters. Calm screens have no saturated text, and no text
 * ends without a mark.
 */

const rgbNumber = (hex: string): number => Number.parseInt(hex.slice(1), 16);

const inks = (names: readonly (keyof typeof darkPalette.inks)[]): ReadonlySet<number> =>
  new Set(names.map((name) => rgbNumber(darkPalette.inks[name].hex)));

const alarming = inks(['crit', 'warn', 'unknown', 'down']);
const emphatic = inks(['crit', 'warn', 'unknown', 'down', 'focus', 'ok']);

/** The texts of neighboring cells of a row with one look for which `isCounted` is true. */
const runsOf = ({ terminal }: User, isCounted: (cell: Cell) => boolean): readonly string[] =>
  terminal.rows().flatMap((row, y) => {
    const runs: string[] = [];
    let before: Cell | undefined;
    for (let x = 0; x < widthOf(row); x++) {
      const cell = terminal.cellAt(x, y);
      const isText = cell.text.trim() !== '' && !graphic.test(cell.text);
      const isSame = before !== undefined && before.fg === cell.fg && before.bold === cell.bold;
      if (!isCounted(cell) || (!isText && before === undefined) || graphic.test(cell.text))
        before = undefined;
      else {
        runs.push(isSame ? (runs.pop() ?? '') + (cell.text || ' ') : cell.text);
        before = cell;
      }
    }
    return runs.map((run) => run.trim()).filter((run) => run !== '');
  });

const boldRuns = (user: User): readonly string[] => runsOf(user, ({ bold }) => bold);
const emphaticRuns = (user: User): readonly string[] =>
  runsOf(user, ({ bold, fg }) => bold || emphatic.has(fg));

/** The texts in a color of a problem, without the badge of the environment and glyphs alone. */
const alarmingTexts = (user: User): readonly string[] => runsOf(user, ({ fg }) => alarming.has(fg));
/** Words and numbers in green: a dot alone is none. */
const greenTexts = (user: User): readonly string[] =>
  runsOf(user, ({ fg }) => fg === rgbNumber(darkPalette.inks.ok.hex)).filter((text) =>
    /[\p{L}\d]/u.test(text),
  );

const sizes = [
  [80, 24],
  [100, 30],
  [120, 36],
  [160, 45],
  [200, 60],
] as const;
/** `npm test` has the smallest size, and the one of the most usual terminal with sides; `test:e2e` has all. */
const sampledSizes = sampled(sizes, ([columns]) => columns === 80 || columns === 120);

const scenes: readonly (readonly [name: string, scene: () => Scene])[] = [
  ['an incident', gathered.incident],
  ['a shop with lines', () => shopWith(shopLines())],
  ['platforms', platforms],
  ['a healthy environment', gathered.healthy],
];

const places = ['', 'W', 'J', '1 z', '2 z', '3 z', '5 z', '7 z'];

/** A screen of an incident has at most this many bold texts and texts that stand out, of 120×36 cells. */
const most = { bold: 30, emphatic: 93 };

longTest.each([
  ['an incident', gathered.incident],
  ['a shop', shop],
] as const)('the overview of %s has few texts that stand out', async (_, scene) => {
  const user = await openCockpit({ size: [120, 36], scene: scene(), color: 'truecolor' });
  const bold = boldRuns(user);
  expect(bold.length, bold.join(' | ')).toBeLessThanOrEqual(most.bold);
  const runs = emphaticRuns(user);
  expect(runs.length, runs.join(' | ')).toBeLessThanOrEqual(most.emphatic);
});

longTest.each(sampledSizes)(
  'a healthy screen of %i×%i has no text in the color of a problem',
  async (...size) => {
    const user = await openCockpit({ size, scene: gathered.healthy(), color: 'truecolor' });
    for (const keys of places) {
      if (keys !== '') await user.press(keys);
      expect(alarmingTexts(user), keys).toEqual([]);
      expect(greenTexts(user), keys).toEqual([]);
      await user.press('0');
    }
  },
);

describe.each(scenes)('every screen of %s', (_, scene) => {
  test.each(sampled(sampledSizes, everyNth(3)))(
    'of %i×%i has titles apart from their counts, and a mark where a text is cut',
    async (...size) => {
      const user = await openCockpit({ size, scene: scene() });
      for (const keys of places) {
        if (keys !== '') await user.press(keys);
        expect(collisionsIn(user.terminal.rows()), keys).toEqual([]);
        expect(cutRowsIn(user.terminal.rows()), keys).toEqual([]);
        await user.press('0');
      }
    },
  );
});

longTest('without colors, an armed screen differs from a read-only one in two rows', async () => {
  const looksOf = async (arming?: typeof armed): Promise<readonly string[]> => {
    const scene = shop();
    const cockpit = { ...scene.cockpit, ...(arming === undefined ? {} : { arming }) };
    const user = await openCockpit({ scene: { ...scene, cockpit }, color: 'none' });
    return user.terminal.styles();
  };
  const readOnly = await looksOf();
  const changed = (await looksOf(armed)).flatMap((row, index) => (row === readOnly[index] ? [] : [index]));
  expect(changed.length).toBeGreaterThan(2);
  // The edge rows are among them.
  expect([changed.at(0), changed.at(-1)]).toEqual([0, readOnly.length - 1]);
});

test.each(sampled(sizes, everyNth(3)))(
  'a screen of %i×%i with an unknown source is never all clear',
  async (...size) => {
    for (const state of ['denied', 'stale', 'empty'] as const) {
      const user = await openCockpit({ size, scene: gathered[state]() });
      for (const keys of ['', 'W', '1 z']) {
        if (keys !== '') await user.press(keys);
        expect(user.terminal.rows().join('\n'), state).not.toContain('All clear');
      }
    }
  },
);
