import { closestWord } from './closest-word.ts';
import type { Fault, Millis } from './fault.ts';
import type { Position } from './position.ts';

const functionKeys = Array.from({ length: 12 }, (_, index) => `f${index + 1}`);

const named: readonly string[] = [
  ...['enter', 'esc', 'tab', 'shift-tab', 'space', 'backspace', 'delete'],
  ...['up', 'down', 'left', 'right', 'home', 'end', 'pageup', 'pagedown'],
  ...functionKeys,
];

const otherNames: Readonly<Record<string, string>> = {
  return: 'enter',
  cr: 'enter',
  escape: 'esc',
  spacebar: 'space',
  del: 'delete',
  pgup: 'pageup',
  pgdn: 'pagedown',
  backtab: 'shift-tab',
};

/** Chords that a terminal sends as the same byte as a key of its own (ASCII, C0). */
const sameByte: Readonly<Record<string, string>> = {
  'ctrl-i': 'tab',
  'ctrl-j': 'enter',
  'ctrl-m': 'enter',
  'ctrl-h': 'backspace',
};

/** Why a text names no key, and what to write. */
interface KeyNameProblem {
  readonly what: string;
  readonly todo: string;
}

const meant = (text: string): string | undefined => {
  const lower = text.toLowerCase();
  const control = /^(?:ctrl[-+ ]|control[-+ ]|c-|\^)([a-z])$/.exec(lower)?.[1];
  if (control !== undefined) return `ctrl-${control}`;
  return otherNames[lower] ?? closestWord(lower, named);
};

/**
 * Undefined when a text names a key as opsdeck writes it: a character, 'ctrl-x', 'f5', 'enter'. Otherwise what is
 * wrong with it.
 */
export const keyNameProblem = (text: string): KeyNameProblem | undefined => {
  const same = sameByte[text];
  if (same !== undefined)
    return { what: `terminals send ${text} as ${same}`, todo: `write ${same}, or another key` };
  if (/^ctrl-[a-z]$/.test(text) || named.includes(text)) return undefined;
  if (/^\S$/u.test(text) && !/^\p{C}$/u.test(text)) return undefined;
  if (text === ' ') return { what: 'a blank key is called space', todo: 'write space' };
  if (/^(alt|meta|m)-/i.test(text))
    return {
      what: `terminals cannot tell "${text}" from esc followed by the key`,
      todo: 'write ctrl-x, f5 or a letter',
    };
  const word = meant(text);
  return {
    what: `"${text}" is not a key`,
    todo:
      word === undefined
        ? 'write a letter, ctrl-x, f5, or a key name such as enter, pageup or space'
        : `write ${word}`,
  };
};

/** A plugin that the user's settings allow: the source types that it gives, or why it could not be loaded. */
export interface PluginStatus {
  /** The name of its package, by which profiles ask for it. */
  readonly name: string;
  readonly sourceTypes: readonly string[];
  /** Its sources are off, and everything else goes on. */
  readonly problem?: Fault;
}

const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const longestName = 214;

/** True for the name of an npm package; a path is none. */
export const isPackageName = (text: string): boolean => text.length <= longestName && packageName.test(text);

/** True for an entry of `plugins:` in the settings that says where a plugin is. */
export const isPluginPath = (entry: string): boolean => /^(?:\.{1,2}|~)?\//.test(entry);

/** Whether an entry of `plugins:` in the settings can name a plugin. */
export const isPluginEntry = (entry: string): boolean => isPluginPath(entry) || isPackageName(entry);

export const themeNames = ['auto', 'dark', 'light', 'high-contrast', 'colour-blind'] as const;
/** How the screen is coloured; 'auto' is dark or light, as far as the terminal says which it is. */
export type ThemeName = (typeof themeNames)[number];

export const colorNames = ['auto', 'none', '16', '256', 'truecolor'] as const;
/** How many colours are used; 'auto' is what the terminal says of itself. */
type ColorSetting = (typeof colorNames)[number];

export const bellNames = ['off', 'bell', 'osc9', 'both'] as const;
/** What a new critical does besides being shown: BEL, a notice of the desktop (OSC 9), or both. */
export type BellMode = (typeof bellNames)[number];

interface BellSetting {
  readonly how: BellMode;
  /** At most one ring in so long; those between are counted. */
  readonly everyMs: Millis;
}

/** What the user wants a binding's keys to be, as written; no keys: it has none. */
export interface KeyBindingRequest {
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
