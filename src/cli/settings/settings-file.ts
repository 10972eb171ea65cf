import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { Complaint } from '../../domain/position.ts';
import {
  bellNames,
  colorNames,
  defaultSettings,
  isPluginEntry,
  type KeyBindingRequest,
  keyNameProblem,
  type Settings,
  themeNames,
} from '../../domain/settings.ts';
import { checkNode } from '../../profile/check.ts';
import { didYouMean, errorAt, sortComplaints } from '../../profile/complaints.ts';
import { type MapEntry, type MapNode, nodeNoun, type YamlNode } from '../../profile/tree.ts';
import { parseYaml } from '../../profile/yaml-tree.ts';
import type { CommandContext } from '../context.ts';

/** The user's settings file, as far as it can be understood; nothing set when there is none. */
export const readSettings = async ({
  files,
  settingsFile,
}: Pick<CommandContext, 'files' | 'settingsFile'>): Promise<ParsedSettings> => {
  try {
    const text = await files.read(settingsFile);
    return { ...parseSettings(text ?? '', settingsFile), ...(text === undefined ? { absent: true } : {}) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const todo = /^E(ACCES|PERM)\b/.test(why)
      ? 'correct its permissions'
      : 'put a file of settings in its place';
    const position = { file: settingsFile, line: 1, col: 1 };
    return {
      settings: defaultSettings,
      wantedKeys: [],
      complaints: [errorAt(position, `this file cannot be read: ${why}`, todo)],
      systemUnclear: true,
    };
  }
};

/** YAML 1.2 knows no `off`: it is a word like any other. */
const zSwitch = (example: string) =>
  z
    .union([z.enum(['on', 'off']), z.boolean()], { error: `neither on nor off; write ${example}` })
    .transform((value) => value === true || value === 'on');

const zTheme = z.preprocess(
  (value) => (value === 'color-blind' ? 'colour-blind' : value),
  z.enum(themeNames),
);

/** `16` and `256` are numbers in YAML. */
const zColor = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.enum(colorNames),
);

const leastBellMs = 1000;

const zEvery = z.string({ error: 'no duration; write every: 30s' }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= leastBellMs) return ms;
  context.addIssue({
    code: 'custom',
    message:
      ms === undefined
        ? `"${text}" is no duration; write every: 30s`
        : `"${text}" is too short; write 1s or more`,
  });
  return z.NEVER;
});

const zBell = z.union([
  z.enum(bellNames).transform((how) => ({ how, everyMs: defaultSettings.bell.everyMs })),
  z
    .strictObject({ how: z.enum(bellNames), every: zEvery.optional() })
    .transform(({ how, every }) => ({ how, everyMs: every ?? defaultSettings.bell.everyMs })),
]);

/** One key, as opsdeck writes it. A digit may stand without quotes. */
const zKey = z
  .union([z.string(), z.int().min(0).max(9).transform(String)], {
    error: 'no name of a key; write it in quotes: "~"',
  })
  .superRefine((text, context) => {
    const problem = keyNameProblem(text);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: `${problem.what}; ${problem.todo}` });
  });

/** One key, several, or `off`. */
const zKeys = z.union([
  z.literal('off').transform((): readonly string[] => []),
  zKey.transform((key): readonly string[] => [key]),
  z.array(zKey).min(1),
]);

/** A word of the palette. */
const zAlias = z.string().trim().min(1);

/** A plugin: the name of its package, or where it is. */
const zPlugin = z.string().refine(isPluginEntry, {
  error: (issue) =>
    `"${String(issue.input)}" names no package; write its name, or a path that begins with ./ or ~/ or /`,
});

/** All of config.yaml: what may be written, and what it is taken for. */
export const settingsShape = {
  system: z.string().min(1).meta({ description: 'the system that a bare environment name means' }),
  history: zSwitch('history: off').meta({ description: "keep signals' values from one cockpit to the next" }),
  theme: zTheme.meta({
    description: 'colours; `auto` is `light` when the terminal says so in `COLORFGBG`, else `dark`',
  }),
  ascii: zSwitch('ascii: on').meta({ description: 'ASCII glyphs only, as `--ascii`' }),
  color: zColor.meta({
    description: 'how many colours; `--no-color`, `NO_COLOR` and `TERM=dumb` are stronger',
  }),
  mouse: zSwitch('mouse: off').meta({ description: 'clicks and the wheel; off leaves them to the terminal' }),
  motion: z.enum(['on', 'reduced']).meta({
    description:
      '`reduced`: nothing is drawn that moves by itself, as the bar of the cancel window; seconds go on counting',
  }),
  bell: zBell.meta({
    description: 'a new critical rings: BEL, a notice of the desktop (OSC 9), or both, and how often at most',
  }),
  keys: z
    .record(z.string(), zKeys)
    .meta({ description: 'keys of bindings by id: one, a list, or `off` ([keys.md](keys.md))' }),
  aliases: z
    .record(z.string(), zAlias)
    .meta({ description: 'words of the `:` palette, and the command line that each stands for' }),
  plugins: z.array(zPlugin).meta({
    description: 'plugins that are loaded when a command begins, by package name or path ([how to write one](../how-to/write-a-plugin.md))',
  }),
} as const;

export type SettingName = keyof typeof settingsShape;

/** What a config.yaml sets; for what is wrong in it the defaults stand, and a complaint tells. */
export interface ParsedSettings {
  /** `keys` is empty here: which keys may be had is known to those who know the bindings. */
  readonly settings: Settings;
  readonly wantedKeys: readonly KeyBindingRequest[];
  readonly complaints: readonly Complaint[];
  /** Which system is meant cannot be told: the text is no YAML, or what it says of the system is wrong. */
  readonly systemUnclear: boolean;
  /** There is no such file. */
  readonly absent?: true;
}

const isSetting = (key: string): key is SettingName => Object.hasOwn(settingsShape, key);

/** Nothing but blanks, comments and the mark of a document's beginning. */
const saysNothing = (text: string): boolean =>
  text.split('\n').every((line) => /^\s*(#.*|---\s*)?$/.test(line));

/** Each entry of a map by itself: one that is wrong takes nothing from the others. */
const eachEntry = <T>(
  name: string,
  node: YamlNode,
  schema: z.ZodType<T>,
): {
  readonly entries: readonly (readonly [string, MapEntry, T])[];
  readonly complaints: readonly Complaint[];
} => {
  if (node.is !== 'map')
    return {
      entries: [],
      complaints: [
        errorAt(node.position, `${name}: expected a map, found ${nodeNoun(node)}`, 'write KEY: VALUE lines'),
      ],
    };
  const checked = [...node.entries].map(([key, entry]) => ({
    key,
    entry,
    ...checkNode(schema, entry.value, { label: `${name} ${key}` }),
  }));
  return {
    entries: checked.flatMap(({ key, entry, value }) =>
      value === undefined ? [] : [[key, entry, value] as const],
    ),
    complaints: checked.flatMap(({ complaints }) => complaints),
  };
};

/** Each item of a list by itself. */
const eachItem = <T>(
  name: string,
  node: YamlNode,
  schema: z.ZodType<T>,
): { readonly items: readonly T[]; readonly complaints: readonly Complaint[] } => {
  if (node.is !== 'list')
    return {
      items: [],
      complaints: [
        errorAt(node.position, `${name}: expected a list, found ${nodeNoun(node)}`, `write ${name}: [ … ]`),
      ],
    };
  const checked = node.items.map((item, index) => checkNode(schema, item, { label: `${name}[${index}]` }));
  return {
    items: checked.flatMap(({ value }) => (value === undefined ? [] : [value])),
    complaints: checked.flatMap(({ complaints }) => complaints),
  };
};

const readMap = (tree: MapNode): ParsedSettings => {
  const complaints: Complaint[] = [];
  let settings = defaultSettings;
  let wantedKeys: readonly KeyBindingRequest[] = [];
  let systemUnclear = false;
  for (const [key, entry] of tree.entries) {
    const { value: node } = entry;
    if (!isSetting(key)) {
      complaints.push(
        errorAt(entry.key, `unknown key "${key}"`, didYouMean(key, Object.keys(settingsShape))),
      );
      continue;
    }
    // `keys:` with nothing below it is a section nobody has filled yet.
    if (node.is === 'scalar' && node.value === null) continue;
    if (key === 'keys') {
      const read = eachEntry(key, node, zKeys);
      wantedKeys = read.entries.map(([id, at, keys]) => ({ id, keys, position: at.key }));
      complaints.push(...read.complaints);
    } else if (key === 'aliases') {
      const read = eachEntry(key, node, zAlias);
      settings = {
        ...settings,
        aliases: Object.fromEntries(read.entries.map(([word, , line]) => [word, line])),
      };
      complaints.push(...read.complaints);
    } else if (key === 'plugins') {
      const read = eachItem(key, node, zPlugin);
      settings = { ...settings, plugins: [...new Set(read.items)] };
      complaints.push(...read.complaints);
    } else {
      const read = checkNode<unknown>(settingsShape[key], node, { label: key });
      if (read.complaints.length === 0) settings = { ...settings, [key]: read.value };
      else systemUnclear ||= key === 'system';
      complaints.push(...read.complaints);
    }
  }
  return { settings, wantedKeys, complaints, systemUnclear };
};

/** The text of a config.yaml. Never throws: whatever is wrong is a complaint, and the rest stands. */
export const parseSettings = (text: string, file: string): ParsedSettings => {
  const nothing = { settings: defaultSettings, wantedKeys: [], systemUnclear: false };
  if (saysNothing(text)) return { ...nothing, complaints: [] };
  const { tree, complaints } = parseYaml(text, file);
  if (tree === undefined) return { ...nothing, complaints, systemUnclear: true };
  if (tree.is !== 'map') {
    const odd = errorAt(tree.position, `expected a map, found ${nodeNoun(tree)}`, 'write KEY: VALUE lines');
    return { ...nothing, complaints: [...complaints, odd], systemUnclear: true };
  }
  const read = readMap(tree);
  return { ...read, complaints: sortComplaints([...complaints, ...read.complaints]) };
};
