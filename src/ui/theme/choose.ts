import type { ThemeName } from '../../domain/settings.ts';
import type { Palette } from './palette.ts';
import { colourBlindDark, colourBlindLight } from './palettes/colour-blind.ts';
import { dark } from './palettes/dark.ts';
import { highContrastDark, highContrastLight } from './palettes/high-contrast.ts';
import { light } from './palettes/light.ts';
import { type ColorDepth, type Theme, themeOf } from './theme.ts';

/** The colours of a theme; `onLight`: the terminal has a light ground, as far as is known. */
export const paletteOf = (name: ThemeName, onLight: boolean): Palette => {
  switch (name) {
    case 'dark':
      return dark;
    case 'light':
      return light;
    case 'auto':
      return onLight ? light : dark;
    case 'high-contrast':
      return onLight ? highContrastLight : highContrastDark;
    case 'colour-blind':
      return onLight ? colourBlindLight : colourBlindDark;
  }
};

/** The theme of the moment; worked out again only when something about it has changed. */
export const createThemes = (): ((name: ThemeName, depth: ColorDepth, onLight: boolean) => Theme) => {
  let last: { readonly of: string; readonly theme: Theme } | undefined;
  return (name, depth, onLight) => {
    const of = `${name} ${depth} ${onLight}`;
    if (last?.of !== of) last = { of, theme: themeOf(depth, paletteOf(name, onLight)) };
    return last.theme;
  };
};
