import type { Millis } from './fault.ts';
import type { Position } from './position.ts';

export const themeNames = ['auto', 'dark', 'light', 'high-contrast', 'colour-blind'] as const;
/** How the screen is coloured; 'auto' is dark or light, as far as the terminal says which it is. */
export type ThemeName = (typeof themeNames)[number];

export const colorNames = ['auto', 'none', '16', '256', 'truecolor'] as const;
/** How many colours are used; 'auto' is what the terminal says of itself. */
export type ColorSetting = (typeof colorNames)[number];

export const bellNames = ['off', 'bell', 'osc9', 'both'] as const;
/** What a new critical does besides being shown: BEL, a notice of the desktop (OSC 9), or both. */
export type BellHow = (typeof bellNames)[number];

export interface BellSetting {
  readonly how: BellHow;
  /** At most one ring in so long; those between are counted. */
  readonly everyMs: Millis;
}

/** What the user wants a binding's keys to be, as written; no keys: it has none. */
export interface WantedKeys {
  readonly id: string;
  readonly keys: readonly string[];
  readonly position: Position;
}

/** What the user sets for themselves, for every profile. */
export interface Settings {
  /** The system that a bare environment name means. */
  readonly system?: string;
  /** False: signals' values are not kept from one cockpit to the next. */
  readonly history: boolean;
  readonly theme: ThemeName;
  readonly ascii: boolean;
  readonly color: ColorSetting;
  readonly mouse: boolean;
  /** 'reduced': nothing moves by itself. */
  readonly motion: 'on' | 'reduced';
  readonly bell: BellSetting;
  /** The keys of the bindings whose keys are not the usual ones, by binding id. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Words of the palette, and the command line that each stands for. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Plugins that are loaded: names of packages, and paths. */
  readonly plugins: readonly string[];
}

const ringEveryMs = 30_000;

/** Without a config.yaml. */
export const defaultSettings: Settings = {
  history: true,
  theme: 'auto',
  ascii: false,
  color: 'auto',
  mouse: true,
  motion: 'on',
  bell: { how: 'off', everyMs: ringEveryMs },
  keys: new Map(),
  aliases: {},
  plugins: [],
};
