import { expect, test } from 'vitest';
import { defaultSettings, themeNames } from '../../../../src/domain/profile/settings.ts';
import { styleLine } from '../../../../src/ui/kit/text/ansi.ts';
import { contrast, type Rgb, rgbOf, rgbOf256 } from '../../../../src/ui/kit/theme/contrast.ts';
import {
  followDisplaySettings,
  themeDepth,
  themePalette,
} from '../../../../src/ui/kit/theme/display-settings.ts';
import { glyphs, levelWords } from '../../../../src/ui/kit/theme/glyphs.ts';
import {
  type ColorPalette,
  minContrast,
  minFaintContrast,
} from '../../../../src/ui/kit/theme/palettes/palette.ts';
import type { TextRole } from '../../../../src/ui/kit/theme/roles.ts';
import { type ColorDepth, createTheme, type SgrStyle } from '../../../../src/ui/kit/theme/theme.ts';

/** The default colors of xterm by their SGR code for text, for the 16 ANSI colors that a terminal defines itself. */
const xterm: Readonly<Record<number, string>> = {
  ...{
    30: '#000000',
    31: '#CD0000',
    32: '#00CD00',
    33: '#CDCD00',
    34: '#0000EE',
    35: '#CD00CD',
    36: '#00CDCD',
  },
  ...{
    37: '#E5E5E5',
    90: '#7F7F7F',
    91: '#FF0000',
    92: '#00FF00',
    93: '#FFFF00',
    94: '#5C5CFF',
    95: '#FF00FF',
  },
  ...{ 96: '#00FFFF', 97: '#FFFFFF' },
};
/** The color of SGR parameters: '38;2;R;G;B', '48;5;N', or one of the 16, of text or background. */
const rgbIn = (params: string): Rgb => {
  const [plane = 0, form, r = 0, g = 0, b = 0] = params.split(';').map(Number);
  if (form === 2) return [r, g, b];
  if (form === 5) return rgbOf256(r);
  const isBackground = (plane >= 40 && plane < 50) || plane >= 100;
  return rgbOf(xterm[plane - (isBackground ? 10 : 0)] ?? '');
};

const themes = themeNames.flatMap((name) => [false, true].map((onLight) => [name, onLight] as const));
const looks = themes.flatMap(([name, onLight]) =>
  (['truecolor', '256', '16'] as const)
    .filter((depth) => themeDepth(name, depth) === depth)
    .map((depth) => [name, onLight ? 'light' : 'dark', depth] as const),
);

/** Backgrounds on which a theme is drawn. Those of the 16 colors are the extremes, as the terminal defines its own. */
const groundsOf = ({ grounds }: ColorPalette, depth: ColorDepth): readonly Rgb[] => {
  const [first = ''] = grounds;
  return (depth === '16' ? [first] : grounds).map(rgbOf);
};

/** Minimum contrast of a role, by what it is for. */
const minFor = (role: string, depth: ColorDepth, palette: ColorPalette): number => {
  if (role === 'rule' || role === 'spark') return minFaintContrast;
  if (depth !== '16') return palette.contrast;
  return role === 'faint' || role === 'stale' ? minFaintContrast : minContrast;
};

/** The levels whose tint a situation can have. */
const levels = ['crit', 'warn', 'ok', 'unknown'] as const;

test('contrast of black on white is 21:1, as WCAG defines', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast(rgbOf('#777777'), [255, 255, 255])).toBeCloseTo(4.48, 2);
});

test.each(looks)(
  '%s on a %s background, %s: every role is readable wherever it is drawn',
  (name, ground, depth) => {
    const palette = themePalette(name, ground === 'light');
    const theme = createTheme(depth, palette);
    const grounds = groundsOf(palette, depth);
    const low = Object.entries(theme.styles).flatMap(([role, style]: [string, SgrStyle]) => {
      const least = minFor(role, depth, palette);
      const fails = (fg: string | undefined, under: readonly Rgb[], where: string): readonly string[] =>
        fg === undefined
          ? []
          : under.flatMap((rgb) => {
              const ratio = contrast(rgbIn(fg), rgb);
              return ratio < least ? [`${role} ${where} ${rgb}: ${ratio.toFixed(2)}`] : [];
            });
      const { bg } = style;
      const selected = styleLine([{ text: 'x', role: role as TextRole }], theme, 'selected')[0]?.style;
      const onTints = levels.flatMap((level) => {
        const tinted = styleLine([{ text: 'x', role: role as TextRole }], theme, level)[0]?.style;
        return tinted?.bg === undefined ? [] : fails(tinted.fg ?? '', [rgbIn(tinted.bg)], `${level} on`);
      });
      return [
        ...onTints,
        ...fails(style.fg, bg === undefined ? grounds : [rgbIn(bg)], 'on'),
        // Without a background of its own, the selected row is inverse: the colors of the terminal, exchanged.
        ...(selected?.bg === undefined ? [] : fails(selected.fg ?? '', [rgbIn(selected.bg)], 'selected on')),
      ];
    });
    expect(low).toEqual([]);
    expect(palette.contrast).toBeGreaterThanOrEqual(name === 'high-contrast' ? 7 : 4.5);
  },
);

test.each(looks)(
  '%s on a %s background, %s: the selected row has its own text and background',
  (name, ground, depth) => {
    const theme = createTheme(depth, themePalette(name, ground === 'light'));
    for (const role of Object.keys(theme.styles) as TextRole[]) {
      const style = styleLine([{ text: 'x', role }], theme, 'selected')[0]?.style ?? {};
      if (depth === '16')
        // An inverse cell of an inverse row is plain, so that it still differs from its neighbors.
        expect(style.inverse === true || style.bg !== undefined).toBe(theme.styles[role].inverse !== true);
      else expect([style.fg, style.bg], role).not.toContain(undefined);
    }
  },
);

test.each(themes)(
  '%s, light background %s: levels and tiers are distinguishable at every color depth',
  (name, onLight) => {
    const palette = themePalette(name, onLight);
    for (const depth of ['truecolor', '256', '16'] as const) {
      const { styles } = createTheme(depth, palette);
      const levelColors = [styles.ok, styles.warn, styles.crit, styles.unknown].map(({ fg }) => fg);
      expect(new Set(levelColors).size, `${depth} levels`).toBe(4);
      const tiers = [styles['env.local'], styles['env.dev'], styles['env.staging'], styles['env.production']];
      expect(new Set(tiers.map(({ bg }) => bg)).size, `${depth} tiers`).toBe(4);
    }
  },
);

test('without color no role has one, and the environment is inverse', () => {
  for (const [name, onLight] of themes) {
    const { styles, selected, dimmed } = createTheme('none', themePalette(name, onLight));
    for (const style of [...Object.values(styles), selected, dimmed])
      expect([style.fg, style.bg]).toEqual([undefined, undefined]);
    expect(styles['env.production'].inverse).toBe(true);
  }
});

test('production differs from every other tier in lightness too, for color-blind users', () => {
  const { production, staging, dev, local } = themePalette('color-blind', false).panels;
  for (const other of [staging, dev, local])
    expect(contrast(rgbOf(production.ground.hex), rgbOf(other.ground.hex))).toBeGreaterThan(3);
});

test('no theme depends on color alone: every level has its own glyph and word, with and without ASCII', () => {
  const levels = ['ok', 'warn', 'crit', 'unknown'] as const;
  for (const ascii of [0, 1] as const)
    expect(new Set(levels.map((level) => glyphs[level][ascii])).size).toBe(levels.length);
  expect(new Set(levels.map((level) => levelWords[level])).size).toBe(levels.length);
});

const display = (theme: (typeof themeNames)[number], more: object = {}, given: object = {}) =>
  followDisplaySettings({ ascii: false, color: 'truecolor', ...given }, () => ({
    ...defaultSettings,
    theme,
    ...more,
  }));

test.each([
  ['mono', {}, {}, { mono: true, ascii: false, asks: false }],
  ['ascii', {}, {}, { mono: false, ascii: true, asks: true }],
  ['16-colors', {}, {}, { mono: false, ascii: false, asks: true }],
  ['auto', {}, {}, { mono: false, ascii: false, asks: true }],
  ['dark', {}, {}, { mono: false, ascii: false, asks: false }],
  ['light', {}, {}, { mono: false, ascii: false, asks: false }],
  ['high-contrast', {}, {}, { mono: false, ascii: false, asks: true }],
  ['mono', { color: 'truecolor' }, {}, { mono: true, ascii: false, asks: false }],
  ['dark', {}, { color: 'none' }, { mono: true, ascii: false, asks: false }],
  ['ascii', {}, { color: 'none' }, { mono: true, ascii: true, asks: false }],
  ['light', {}, { ascii: true }, { mono: false, ascii: true, asks: false }],
  ['light', { ascii: true }, {}, { mono: false, ascii: true, asks: false }],
  ['light', {}, { asciiByLocale: true }, { mono: false, ascii: true, asks: false }],
  ['light', { ascii: false }, { asciiByLocale: true }, { mono: false, ascii: false, asks: false }],
  ['auto', { color: 'none' }, {}, { mono: true, ascii: false, asks: false }],
] as const)('theme %s, settings %o, command line %o: %o', (theme, more, given, expected) => {
  const shown = display(theme, more, given);
  expect({
    mono: shown.theme(undefined).mono,
    ascii: shown.ascii(),
    asks: shown.followsBackground(undefined),
  }).toEqual(expected);
});

test('16-colors limits a larger color depth and keeps a smaller one', () => {
  expect(display('16-colors').theme(undefined).theme.styles.crit.fg).toBe('91');
  expect(display('16-colors', { color: '256' }).theme(undefined).theme.styles.crit.fg).toBe('91');
  expect(display('16-colors', {}, { color: 'none' }).theme(undefined).theme.styles.crit.fg).toBeUndefined();
});
