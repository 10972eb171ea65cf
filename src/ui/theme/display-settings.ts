import type { Settings, ThemeName } from '../../domain/settings.ts';
import type { ColorPalette } from './palette.ts';
import { colorBlindDark, colorBlindLight } from './palettes/color-blind.ts';
import { highContrastDark, highContrastLight } from './palettes/high-contrast.ts';
import { darkPalette, lightPalette } from './palettes/standard.ts';
import type { ColorDepth, Theme } from './theme.ts';
import { createTheme } from './theme.ts';

/** The colors of a theme. `onLight`: true if the terminal is known to have a light background. */
export const themePalette = (name: ThemeName, onLight: boolean): ColorPalette => {
  switch (name) {
    case 'dark':
      return darkPalette;
    case 'light':
      return lightPalette;
    case 'auto':
      return onLight ? lightPalette : darkPalette;
    case 'high-contrast':
      return onLight ? highContrastLight : highContrastDark;
    case 'colour-blind':
      return onLight ? colorBlindLight : colorBlindDark;
  }
};

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
  readonly color: ColorDepth;
  readonly light?: boolean;
}

/** The effective display settings, from terminal capabilities and user settings. */
interface DisplaySettings {
  ascii(): boolean;
  /** `tried`: a theme that is previewed instead of the configured one. `mono`: true if no colors are available. */
  theme(tried: { readonly name: ThemeName; readonly over: ThemeName } | undefined): {
    readonly theme: Theme;
    readonly mono: boolean;
  };
}

/** The color depth: 'none' on the command line wins; otherwise the settings override the terminal. */
const depthOf = (given: ColorDepth, { color }: Settings): ColorDepth =>
  given === 'none' || color === 'auto' ? given : color;

/** Creates display settings that follow the user settings; `settings` is called in every frame. */
export const followDisplaySettings = (given: Given, settings: () => Settings): DisplaySettings => {
  const themes = createThemeSelector();
  return {
    ascii: () => given.ascii || settings().ascii,
    theme: (tried) => {
      const depth = depthOf(given.color, settings());
      const own = settings().theme;
      const theme = themes(tried?.over === own ? tried.name : own, depth, given.light === true);
      return { theme, mono: depth === 'none' };
    },
  };
};
