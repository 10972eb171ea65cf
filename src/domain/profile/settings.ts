import type { Fault, Millis } from '../base/fault.ts';
import { closestWord } from '../text/closest-word.ts';
import type { Position } from '../text/position.ts';

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

/** Chords that a terminal sends as the same byte as another key (ASCII, C0). */
const sameByte: Readonly<Record<string, string>> = {
  'ctrl-i': 'tab',
  'ctrl-j': 'enter',
  'ctrl-m': 'enter',
  'ctrl-h': 'backspace',
};

/** The error about an invalid key name, and the fix. */
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

/** Validates a key name: a character, 'ctrl-x', 'f5', 'enter'. Undefined when it is valid. */
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

/** A plugin that the user's settings allow: its source types, or why it failed to load. */
export interface PluginStatus {
  /** Its package name, with which profiles request it. */
  readonly name: string;
  readonly sourceTypes: readonly string[];
  /** Set when it failed: its sources are disabled; everything else works. */
  readonly problem?: Fault;
}

const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const longestName = 214;

/** Returns whether a text is the name of an npm package; a path is not. */
export const isPackageName = (text: string): boolean => text.length <= longestName && packageName.test(text);

/** Returns whether an entry of `plugins:` in the settings is a path. */
export const isPluginPath = (entry: string): boolean => /^(?:\.{1,2}|~)?\//.test(entry);

/** Returns whether an entry of `plugins:` in the settings is valid. */
export const isPluginEntry = (entry: string): boolean => isPluginPath(entry) || isPackageName(entry);

export const themeNames = [
  'auto',
  'dark',
  'light',
  'high-contrast',
  'color-blind',
  'mono',
  'ascii',
  '16-colors',
] as const;
/**
 * Theme; 'auto' is dark or light, depending on the background of the terminal. 'mono' has no colors, '16-colors' only those
 * of the terminal's own scheme, 'ascii' no glyphs outside of ASCII.
 */
export type ThemeName = (typeof themeNames)[number];

const themeAliases: Readonly<Record<string, ThemeName>> = {
  'colour-blind': 'color-blind',
  '16': '16-colors',
  '16-colours': '16-colors',
};

/** The theme of this name, also in another spelling; undefined if there is none. */
export const findTheme = (text: string): ThemeName | undefined =>
  themeAliases[text] ?? themeNames.find((name) => name === text);

export const colorNames = ['auto', 'none', '16', '256', 'truecolor'] as const;
/** Number of colors; 'auto' follows the terminal. */
type ColorSetting = (typeof colorNames)[number];

export const graphNames = ['braille', 'blocks', 'ascii'] as const;
/** The characters of charts: 'braille' has 2 × 4 dots per cell, 'blocks' is for fonts without braille. */
export type Graphs = (typeof graphNames)[number];

export const bellNames = ['off', 'auto', 'bell', 'osc9', 'osc777', 'both'] as const;
/**
 * Signal of a notification besides the display: BEL, a desktop notification (OSC 9 or OSC 777), or both. 'auto': a desktop
 * notification in a terminal that is known to show one, otherwise none.
 */
export type BellMode = (typeof bellNames)[number];

interface BellSetting {
  readonly how: BellMode;
  /** Minimum time between signals; suppressed ones are counted. */
  readonly everyMs: Millis;
}

/** The keys that the user sets for a binding, as written; an empty list unbinds it. */
export interface KeyBindingRequest {
  readonly id: string;
  readonly keys: readonly string[];
  readonly position: Position;
}

/** The user's settings, for every profile. */
export interface Settings {
  /** The default system for a bare environment name. */
  readonly system?: string;
  /** False: signal values are not kept between sessions. */
  readonly history: boolean;
  readonly theme: ThemeName;
  /** Absent: as the locale says. */
  readonly ascii?: boolean;
  readonly color: ColorSetting;
  readonly graphs: Graphs;
  readonly mouse: boolean;
  /** 'reduced': no animations, and a changed row does not flash. */
  readonly motion: 'on' | 'reduced';
  readonly bell: BellSetting;
  /** The program that is run for a notification, as argv; empty for none. */
  readonly notify: readonly string[];
  /** Keys of the rebound bindings, by binding ID. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Palette aliases, with the command line of each. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Plugins to load: package names and paths. */
  readonly plugins: readonly string[];
}

const ringEveryMs = 30_000;

/** Settings without a config.yaml. */
export const defaultSettings: Settings = {
  history: true,
  theme: 'auto',
  color: 'auto',
  graphs: 'braille',
  mouse: true,
  motion: 'on',
  bell: { how: 'auto', everyMs: ringEveryMs },
  notify: [],
  keys: new Map(),
  aliases: {},
  plugins: [],
};
