import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSettings, type Settings } from '../../../../src/domain/profile/settings.ts';
import { parseBackgroundReply } from '../../../../src/ui/shell/terminal/background.ts';
import { shop } from '../../../screens/support/shop.ts';
import { openCockpit, type User } from '../../../screens/support/user.ts';
import { everyNth, longTest, sampled } from '../../../support/layer.ts';

const esc = '\u001b';
const bel = '\u0007';
const st = '\u001b\\';
const query = `${esc}]11;?${bel}`;
const white = `${esc}]11;rgb:ffff/ffff/ffff${bel}`;
const black = `${esc}]11;rgb:0000/0000/0000${bel}`;

test.each([
  ['11;rgb:ffff/ffff/ffff', [255, 255, 255]],
  ['11;rgb:FFFF/8080/0000', [255, 128, 0]],
  ['11;rgb:f/8/0', [255, 136, 0]],
  ['11;rgb:fff/800/000', [255, 128, 0]],
  ['11;rgba:1c1c/1c1c/1c1c/ffff', [28, 28, 28]],
  ['10;rgb:ffff/ffff/ffff', undefined],
  ['11;rgb:fffff/0/0', undefined],
  ['11;rgb:ff/ff', undefined],
  ['11;rgb:gg/ff/ff', undefined],
  ['11;#ffffff', undefined],
  ['11;?', undefined],
  ['', undefined],
])('the color in %j is %j', (body, color) => {
  expect(parseBackgroundReply(body)).toEqual(color);
});

interface Given {
  readonly settings?: Partial<Settings> | 'not read';
  readonly color?: '16' | '256' | 'truecolor' | 'none';
  readonly light?: boolean;
  readonly asks?: boolean;
}

const open = ({
  settings = {},
  color = 'truecolor',
  light = false,
  asks = true,
}: Given = {}): Promise<User> => {
  const scene = shop();
  const read = settings === 'not read' ? {} : { settings: { ...defaultSettings, ...settings } };
  return openCockpit({
    color,
    light,
    asksBackground: asks,
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, ...read } },
  });
};

const queries = (user: User): number => user.terminal.written().split(query).length - 1;
const critical = { dark: 0xff6b6b, light: 0xb3261e } as const;
const shown = (user: User): string => {
  const { fg } = user.lookOf('✗ billing');
  return fg === critical.dark ? 'dark' : fg === critical.light ? 'light' : `#${fg.toString(16)}`;
};
/** The row under the cursor, by its background. */
const cursorRow = (user: User): string => {
  const { bg } = user.lookOf('billing');
  const rows = user.terminal.rows();
  return rows.find((_, y) => user.terminal.cellAt(5, y).bg === bg) ?? '';
};

describe('asking', () => {
  longTest(
    'the first frame is complete before the terminal is asked, and the answer switches the theme in one write',
    async () => {
      const user = await open({ settings: 'not read' });
      await user.happens(() => user.cockpit.setState({ settings: { ...defaultSettings } }));
      expect(queries(user)).toBe(1);
      const [before = ''] = user.terminal.written().split(query);
      expect(before).toContain('Health');
      expect(shown(user)).toBe('dark');
      const written = user.terminal.written().length;
      await user.together(white);
      expect(shown(user)).toBe('light');
      const frames = user.terminal.written().slice(written).split(`${esc}[?2026h`).length - 1;
      expect(frames).toBe(1);
      await user.press('j');
      expect(queries(user)).toBe(1);
    },
  );

  test('an answer that confirms what was assumed draws nothing', async () => {
    const user = await open();
    const written = user.terminal.written();
    await user.together(black);
    expect(user.terminal.written()).toBe(written);
  });

  longTest('COLORFGBG holds until the answer, and the answer takes precedence', async () => {
    const user = await open({ light: true });
    expect(shown(user)).toBe('light');
    await user.together(black);
    expect(shown(user)).toBe('dark');
  });

  longTest.each<readonly [string, Given]>([
    ['the theme is dark', { settings: { theme: 'dark' } }],
    ['the theme is light', { settings: { theme: 'light' } }],
    ['the theme has no colors', { settings: { theme: 'mono' } }],
    ['there are no colors', { color: 'none' }],
    ['the settings have no colors', { settings: { color: 'none' } }],
    ['the terminal cannot be asked', { asks: false }],
    ['config.yaml has not been read', { settings: 'not read' }],
  ])('a terminal is not asked when %s', async (_, given) => {
    const user = await open(given);
    await user.wait('2s');
    expect(queries(user)).toBe(0);
  });

  test.each(['high-contrast', 'color-blind', '16-colors', 'ascii', 'auto'] as const)(
    'theme %s depends on the background, so the terminal is asked',
    async (theme) => {
      expect(queries(await open({ settings: { theme } }))).toBe(1);
    },
  );

  longTest(
    'a terminal is asked when the settings have been read, or a preview needs it, and only once',
    async () => {
      const user = await open({ settings: 'not read' });
      const set = (theme: Settings['theme']): Promise<void> =>
        user.happens(() => user.cockpit.setState({ settings: { ...defaultSettings, theme } }));
      await set('dark');
      expect(queries(user)).toBe(0);
      await set('auto');
      expect(queries(user)).toBe(1);
      await set('high-contrast');
      expect(queries(user)).toBe(1);
    },
  );
});

describe('the answer is no input', () => {
  longTest('it moves nothing and types nothing, between keys and in pieces', async () => {
    const calm = await open();
    await calm.press('j');
    await calm.press('j');
    const expected = cursorRow(calm);
    expect(expected).not.toBe('');
    for (const pieces of [
      [`j${white}j`],
      ['j', white, 'j'],
      ['j', esc, ']11;rgb:ffff/ffff/ffff', bel, 'j'],
      ['j', `${esc}]`, '11;', 'rgb:ff', 'ff/ffff/ff', `ff${bel}j`],
      [`j${white.replace(bel, esc)}`, '\\j'],
    ]) {
      const user = await open();
      for (const piece of pieces) await user.together(piece);
      expect(shown(user), JSON.stringify(pieces)).toBe('light');
      expect(cursorRow(user).slice(0, 30), JSON.stringify(pieces)).toBe(expected.slice(0, 30));
    }
  });

  longTest('any split of it between keys changes only the theme', async () => {
    const expected = await open();
    await expected.press('j');
    await expected.press('3');
    const rows = expected.rows();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(bel, st),
        fc.array(fc.integer({ min: 1, max: 28 }), { maxLength: 4 }),
        async (end, at) => {
          const user = await open();
          const text = `j${white.replace(bel, end)}3`;
          const cuts = [0, ...at.filter((n) => n < text.length), text.length].toSorted((a, b) => a - b);
          for (const [index, to] of cuts.slice(1).entries())
            if (to > (cuts[index] ?? 0)) await user.together(text.slice(cuts[index], to));
          expect(user.rows()).toEqual(rows);
          expect(shown(user)).toBe('light');
        },
      ),
      { numRuns: 6 },
    );
  });

  longTest('a late answer has no effect', async () => {
    const user = await open();
    await user.wait('6s');
    const rows = user.rows();
    await user.together(white);
    expect(shown(user)).toBe('dark');
    expect(user.rows()).toEqual(rows);
  });

  test('an answer that was not asked for has no effect', async () => {
    const user = await open({ settings: { theme: 'auto' }, asks: false });
    await user.together(white);
    expect(shown(user)).toBe('dark');
  });

  test.each(
    sampled(
      [
        `${esc}]11;rgb:ffff/ff${bel}`,
        `${esc}]11;rgb:qqqq/jjjj/3333${st}`,
        `${esc}]11;${'3'.repeat(3000)}${bel}`,
        `${esc}]52;c;cXE=${bel}`,
      ],
      everyNth(4),
    ),
  )('a broken or hostile answer %j has no effect, and the keys work', async (reply) => {
    const user = await open();
    const rows = user.rows();
    await user.together(reply);
    expect(user.rows()).toEqual(rows);
    expect(shown(user)).toBe('dark');
    await user.press('3');
    expect(user.rowWith('3 Circuit breakers')).toMatch(/^▌/);
  });

  test('after an answer without an end, enter and ctrl-c work at once and all keys after a second', async () => {
    const user = await open();
    await user.together(`${esc}]11;rgb:ff`);
    await user.wait('1s');
    await user.press('3');
    expect(user.rowWith('3 Circuit breakers')).toMatch(/^▌/);
    const other = await open();
    await other.together(`${esc}]11;rgb:ff`);
    await other.press('ctrl-c');
    await other.wait('1s');
    expect(other.given).toContainEqual(['quit']);
  });
});

describe('leaving', () => {
  test('a quit right after the start waits for the answer, which would be typed at the prompt', async () => {
    const user = await open();
    await user.press('q');
    expect(user.given).toEqual([]);
    expect(user.terminal.raw()).toBe(true);
    await user.together(black);
    expect(user.given).toEqual([['quit']]);
    expect(user.terminal.raw()).toBe(false);
  });

  longTest('it waits no longer than a second, and not at all later', async () => {
    const silent = await open();
    await silent.press('q q');
    await silent.wait('1s');
    expect(silent.given).toEqual([['quit']]);
    const later = await open();
    await later.wait('2s');
    await later.press('q');
    expect(later.given).toEqual([['quit']]);
  });
});
