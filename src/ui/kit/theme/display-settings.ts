import type { Settings, ThemeName } from '../../../domain/profile/settings.ts';
import { colorBlindDark, colorBlindLight } from './palettes/color-blind.ts';
import { highContrastDark, highContrastLight } from './palettes/high-contrast.ts';
import type { ColorPalette } from './palettes/palette.ts';
import { darkPalette, lightPalette } from './palettes/standard.ts';
import type { ColorDepth, Theme } from './theme.ts';
import { createTheme } from './theme.ts';

/** The settings that a theme determines. */
interface ThemeTraits {
  readonly onDark: ColorPalette;
  /** The colors on a light background; the same as `onDark` if the theme does not follow the background. */
  readonly onLight: ColorPalette;
  /** The largest number of colors that it uses; absent: as many as the terminal has. */
  readonly maxDepth?: ColorDepth;
  /** True: draws ASCII glyphs only. */
  readonly ascii?: true;
}

const standard = { onDark: darkPalette, onLight: lightPalette };

const traits: Readonly<Record<ThemeName, ThemeTraits>> = {
  auto: standard,
  dark: { onDark: darkPalette, onLight: darkPalette },
  light: { onDark: lightPalette, onLight: lightPalette },
  'high-contrast': { onDark: highContrastDark, onLight: highContrastLight },
  'color-blind': { onDark: colorBlindDark, onLight: colorBlindLight },
  mono: { onDark: darkPalette, onLight: darkPalette, maxDepth: 'none' },
  ascii: { ...standard, ascii: true },
  '16-colors': { ...standard, maxDepth: '16' },
};

/** The colors of a theme. `onLight`: true if the terminal is known to have a light background. */
export const themePalette = (name: ThemeName, onLight: boolean): ColorPalette =>
  onLight ? traits[name].onLight : traits[name].onDark;

const depths: readonly ColorDepth[] = ['none', '16', '256', 'truecolor'];

/** The color depth in which a theme is drawn, on a terminal with `depth`. */
export const themeDepth = (name: ThemeName, depth: ColorDepth): ColorDepth => {
  const { maxDepth = depth } = traits[name];
  return depths.indexOf(maxDepth) < depths.indexOf(depth) ? maxDepth : depth;
};

/** True if a theme draws ASCII glyphs only. */
export const isAsciiTheme = (name: ThemeName): boolean => traits[name].ascii === true;

/** Creates the theme selector, which recreates the theme only when its inputs change. */
const createThemeSelector = (): ((name: ThemeName, depth: ColorDepth, onLight: boolean) => Theme) => {
  let last: { readonly of: string; readonly theme: Theme } | undefined;
  return (name, depth, onLight) => {
    const of = `${name} ${depth} ${onLight}`;
    if (last?.of !== of) last = { of, theme: createTheme(depth, themePalette(name, onLight)) };
    return last.theme;
  };
};

/** Display options of the command line and the terminal. */
interface Given {
  readonly ascii: boolean;
  /** True if the locale has ASCII only, which the settings override. */
  readonly asciiByLocale?: boolean;
  readonly color: ColorDepth;
  /** True if the terminal has a light background, as far as known. Can change while the terminal is asked. */
  readonly light?: boolean | (() => boolean);
}

/** A theme that is previewed instead of the configured one. */
type TriedTheme = { readonly name: ThemeName; readonly over: ThemeName } | undefined;

/** The effective display settings, from terminal capabilities and user settings. */
interface DisplaySettings {
  ascii(tried?: TriedTheme): boolean;
  theme(tried: TriedTheme): {
    readonly theme: Theme;
    readonly mono: boolean;
  };
  /** True if the colors depend on whether the terminal's background is dark or light. */
  followsBackground(tried: TriedTheme): boolean;
}

/** The color depth: 'none' on the command line wins; otherwise the settings override the terminal. */
const depthOf = (given: ColorDepth, { color }: Settings): ColorDepth =>
  given === 'none' || color === 'auto' ? given : color;

/** Creates display settings that follow the user settings; `settings` is called in every frame. */
export const followDisplaySettings = (given: Given, settings: () => Settings): DisplaySettings => {
  const themes = createThemeSelector();
  const isLight = (): boolean => (typeof given.light === 'function' ? given.light() : given.light === true);
  const nameOf = (tried: TriedTheme): ThemeName => {
    const own = settings().theme;
    return tried?.over === own ? tried.name : own;
  };
  const depthIn = (name: ThemeName): ColorDepth => themeDepth(name, depthOf(given.color, settings()));
  return {
    ascii: (tried) =>
      given.ascii || isAsciiTheme(nameOf(tried)) || (settings().ascii ?? given.asciiByLocale === true),
    theme: (tried) => {
      const name = nameOf(tried);
      const depth = depthIn(name);
      return { theme: themes(name, depth, isLight()), mono: depth === 'none' };
    },
    followsBackground: (tried) => {
      const name = nameOf(tried);
      return depthIn(name) !== 'none' && themePalette(name, false) !== themePalette(name, true);
    },
  };
};
