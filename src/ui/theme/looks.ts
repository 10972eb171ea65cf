import type { Settings, ThemeName } from '../../domain/settings.ts';
import { createThemes } from './choose.ts';
import type { ColorDepth, Theme } from './theme.ts';

/** What the command line and the terminal say of how to draw. */
interface Given {
  readonly ascii: boolean;
  readonly color: ColorDepth;
  readonly light?: boolean;
}

/** How the screen is drawn now, as the terminal can and the settings want. */
export interface Looks {
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
export const createLooks = (given: Given, settings: () => Settings): Looks => {
  const themes = createThemes();
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
