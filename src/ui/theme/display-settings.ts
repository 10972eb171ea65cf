import type { Settings, ThemeName } from '../../domain/settings.ts';
import type { ColorPalette } from './palette.ts';
import { colorBlindDark, colorBlindLight } from './palettes/color-blind.ts';
import { highContrastDark, highContrastLight } from './palettes/high-contrast.ts';
import { darkPalette, lightPalette } from './palettes/standard.ts';
import type { ColorDepth, Theme } from './theme.ts';
import { createTheme } from './theme.ts';

/** The colours of a theme; `onLight`: the terminal has a light ground, as far as is known. */
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

/** The theme of the moment; worked out again only when something about it has changed. */
const createThemeSelector = (): ((name: ThemeName, depth: ColorDepth, onLight: boolean) => Theme) => {
  let last: { readonly of: string; readonly theme: Theme } | undefined;
  return (name, depth, onLight) => {
    const of = `${name} ${depth} ${onLight}`;
    if (last?.of !== of) last = { of, theme: createTheme(depth, themePalette(name, onLight)) };
    return last.theme;
  };
};

/** What the command line and the terminal say of how to draw. */
interface Given {
  readonly ascii: boolean;
  readonly color: ColorDepth;
  readonly light?: boolean;
}

/** How the screen is drawn now, as the terminal can and the settings want. */
interface DisplaySettings {
  ascii(): boolean;
  /** `tried`: a theme that stands in place of the settings' one. `mono`: there is no colour to tell anything by. */
  theme(tried: { readonly name: ThemeName; readonly over: ThemeName } | undefined): {
    readonly theme: Theme;
    readonly mono: boolean;
  };
}

/** No colour on the command line is no colour; otherwise the settings may know better than the terminal. */
const depthOf = (given: ColorDepth, { color }: Settings): ColorDepth =>
  given === 'none' || color === 'auto' ? given : color;

/** Follows the settings: `settings` is asked for every frame. */
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
