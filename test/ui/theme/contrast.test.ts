import { expect, test } from 'vitest';
import { themeNames } from '../../../src/domain/settings.ts';
import { themePalette } from '../../../src/ui/theme/display-settings.ts';
import { createTheme, type Rgb, rgbOf, type SgrStyle } from '../../../src/ui/theme/theme.ts';

/** Relative luminance, as WCAG 2.2 defines it for sRGB. */
const luminance = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
};

const contrast = (a: Rgb, b: Rgb): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
};

/** The color in '38;2;R;G;B'. */
const rgbIn = (params: string): Rgb => {
  const [, , r = 0, g = 0, b = 0] = params.split(';').map(Number);
  return [r, g, b];
};

const themes = themeNames.flatMap((name) => [false, true].map((onLight) => [name, onLight] as const));

test('contrast of black on white is 21:1, as WCAG defines', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast(rgbOf('#777777'), [255, 255, 255])).toBeCloseTo(4.48, 2);
});

test.each(themes)(
  '%s, light background %s: every role is readable on every background in 24-bit color',
  (name, onLight) => {
    const palette = themePalette(name, onLight);
    const theme = createTheme('truecolor', palette);
    const grounds = [...palette.grounds, palette.selected].map(rgbOf);
    const low = Object.entries(theme.styles).flatMap(([role, { fg, bg }]: [string, SgrStyle]) => {
      // Rules carry no information; their own check is below.
      if (fg === undefined || role === 'rule') return [];
      const under = bg === undefined ? grounds : [rgbIn(bg)];
      return under
        .filter((ground) => contrast(rgbIn(fg), ground) < palette.contrast)
        .map((ground) => `${role} on ${ground}: ${contrast(rgbIn(fg), ground).toFixed(2)}`);
    });
    expect(low).toEqual([]);
    expect(palette.contrast).toBeGreaterThanOrEqual(name === 'high-contrast' ? 7 : 4.5);
  },
);

test.each(themes)(
  '%s, light background %s: the rules of panels are visible on every background',
  (name, onLight) => {
    const palette = themePalette(name, onLight);
    const { fg = '' } = createTheme('truecolor', palette).styles.rule;
    for (const ground of [...palette.grounds, palette.selected].map(rgbOf))
      expect(contrast(rgbIn(fg), ground), `on ${ground}`).toBeGreaterThanOrEqual(1.5);
  },
);

test.each(themes)(
  '%s, light background %s: levels and tiers are distinguishable at every color depth',
  (name, onLight) => {
    const palette = themePalette(name, onLight);
    for (const depth of ['truecolor', '256', '16'] as const) {
      const { styles } = createTheme(depth, palette);
      const levels = [styles.ok, styles.warn, styles.crit, styles.unknown].map(({ fg }) => fg);
      expect(new Set(levels).size, `${depth} levels`).toBe(4);
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
  const { production, staging, dev, local } = themePalette('colour-blind', false).panels;
  for (const other of [staging, dev, local])
    expect(contrast(rgbOf(production.ground.hex), rgbOf(other.ground.hex))).toBeGreaterThan(3);
});
