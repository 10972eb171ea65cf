import { z } from 'zod';
import {
  bellNames,
  colorNames,
  defaultSettings,
  findTheme,
  graphNames,
  isPluginEntry,
  type KeyBindingRequest,
  keyNameProblem,
  type Settings,
  themeNames,
} from '../../domain/profile/settings.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { splitCommandLine } from '../../domain/text/shell-words.ts';
import { checkNode } from '../../profile/document/check.ts';
import { didYouMean, errorAt, sortDiagnostics } from '../../profile/document/diagnostics.ts';
import { type MapEntry, type MapNode, nodeNoun, type YamlNode } from '../../profile/document/tree.ts';
import { parseYaml } from '../../profile/document/yaml-tree.ts';

/** A switch: YAML 1.2 reads `on` and `off` as strings. */
const zSwitch = (example: string) =>
  z
    .union([z.enum(['on', 'off']), z.boolean()], { error: `expected on or off. Write ${example}` })
    .transform((value) => value === true || value === 'on');

/** `16` is a number in YAML. */
const zTheme = z.preprocess(
  (value) =>
    typeof value === 'number' || typeof value === 'string' ? (findTheme(String(value)) ?? value) : value,
  z.enum(themeNames),
);

/** `16` and `256` are numbers in YAML. */
const zColor = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.enum(colorNames),
);

/** `off` is another word for `reduced`. */
const zMotion = z.preprocess(
  (value) => (value === 'off' || value === false ? 'reduced' : value === true ? 'on' : value),
  z.enum(['on', 'reduced']),
);

const leastBellMs = 1000;

const zEvery = z
  .string({ error: 'every must be a duration. Write every: 30s' })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= leastBellMs) return ms;
    context.addIssue({
      code: 'custom',
      message:
        ms === undefined
          ? `"${text}" is not a duration. Write every: 30s`
          : `"${text}" is too short. Write 1s or more`,
    });
    return z.NEVER;
  });

const zBell = z.union([
  z.enum(bellNames).transform((how) => ({ how, everyMs: defaultSettings.bell.everyMs })),
  z
    .strictObject({ how: z.enum(bellNames), every: zEvery.optional() })
    .transform(({ how, every }) => ({ how, everyMs: every ?? defaultSettings.bell.everyMs })),
]);

const programProblem = 'notify must be a program with arguments. Write notify: [notify, --urgent]';

/** A program: a list of words, or a line that is split at blanks as in `--notify`. */
const zNotify = z.union(
  [
    z.array(z.string().min(1)).min(1),
    z.string().transform((text, context) => {
      const words = splitCommandLine(text);
      if (words !== undefined && words.length > 0) return words;
      context.addIssue({ code: 'custom', message: programProblem });
      return z.NEVER;
    }),
  ],
  { error: programProblem },
);

/** One key name. A digit needs no quotes. */
const zKey = z
  .union([z.string(), z.int().min(0).max(9).transform(String)], {
    error: 'the text is not a key name. Write the key in quotes: "~"',
  })
  .superRefine((text, context) => {
    const problem = keyNameProblem(text);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: `${problem.what}. ${sentenceCase(problem.todo)}` });
  });

/** One key, several, or `off`. */
const zKeys = z.union([
  z.literal('off').transform((): readonly string[] => []),
  zKey.transform((key): readonly string[] => [key]),
  z.array(zKey).min(1),
]);

/** A palette command. */
const zAlias = z.string().trim().min(1);

/** A plugin: its package name or path. */
const zPlugin = z.string().refine(isPluginEntry, {
  error: (issue) =>
    `"${String(issue.input)}" is not a package name. Write a name, or a path that begins with ./ or ~/ or /`,
});

/** The schema of config.yaml. */
export const settingsShape = {
  system: z
    .string()
    .min(1)
    .meta({ description: 'system that opsdeck uses if --env names only an environment' }),
  history: zSwitch('history: off').meta({
    description: 'whether opsdeck keeps the values of signals between sessions',
  }),
  theme: zTheme.meta({
    description:
      'color theme of the cockpit, like `--theme NAME` and `:theme NAME`. `auto` asks the terminal for the background ([Themes](#themes))',
  }),
  ascii: zSwitch('ascii: on').meta({
    description:
      'use ASCII glyphs only, like `--ascii`. Without it: `on` if the locale (`LC_ALL`, `LC_CTYPE`, `LANG`) has another character set than UTF-8, such as `C`',
  }),
  color: zColor.meta({
    description:
      'how many colors the terminal shows. `--no-color`, `NO_COLOR` and `TERM=dumb` take precedence',
  }),
  graphs: z.enum(graphNames).meta({
    description: 'characters of charts: `braille` dots, `blocks` for fonts without braille, or `ascii`',
  }),
  mouse: zSwitch('mouse: off').meta({
    description: 'whether clicks and the wheel work in the cockpit. `off` leaves both to the terminal',
  }),
  motion: zMotion.meta({
    description:
      '`reduced` (or `off`) turns off the flash of a changed row and the bar of the cancel window. Counters still update',
  }),
  reduce_motion: zSwitch('reduce_motion: on').meta({
    description: '`on` has the same effect as `motion: reduced`',
  }),
  bell: zBell.meta({
    description:
      'notification: BEL, desktop (OSC 9 or OSC 777), or both, and the minimum interval. `auto`: desktop where the terminal is known to show notifications ([Notifications](#notifications))',
  }),
  notify: zNotify.meta({
    description:
      'program that opsdeck runs for each notification, like `--notify` ([Notifications](#notifications))',
  }),
  keys: z.record(z.string(), zKeys).meta({
    description:
      'your own key for a command, by the id of the command: one key, a list of keys, or `off` ([keys.md](keys.md))',
  }),
  aliases: z
    .record(z.string(), zAlias)
    .meta({ description: 'your own names of `:` commands, each with the command line to run' }),
  plugins: z.array(zPlugin).meta({
    description:
      'plugins to load at startup, by package name or path ([how to write one](../how-to/write-a-plugin.md))',
  }),
} as const;

export type SettingName = keyof typeof settingsShape;

/** The settings of a config.yaml. An invalid value keeps its default and adds a diagnostic. */
export interface ParsedSettings {
  /** `keys` is empty here: only the UI knows which bindings exist. */
  readonly settings: Settings;
  readonly requestedKeys: readonly KeyBindingRequest[];
  readonly diagnostics: readonly Diagnostic[];
  /** The default system is unknown: the text is not YAML, or its `system` is invalid. */
  readonly systemUnclear: boolean;
  /** The file does not exist. */
  readonly absent?: true;
}

const isSetting = (key: string): key is SettingName => Object.hasOwn(settingsShape, key);

/** Returns whether the text contains only blanks, comments and document markers. */
const isEmpty = (text: string): boolean => text.split('\n').every((line) => /^\s*(#.*|---\s*)?$/.test(line));

/** Checks each entry of a map; an invalid entry does not affect the others. */
const eachEntry = <T>(
  name: string,
  node: YamlNode,
  schema: z.ZodType<T>,
): {
  readonly entries: readonly (readonly [string, MapEntry, T])[];
  readonly diagnostics: readonly Diagnostic[];
} => {
  if (node.is !== 'map')
    return {
      entries: [],
      diagnostics: [
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
    diagnostics: checked.flatMap(({ diagnostics }) => diagnostics),
  };
};

/** Checks each item of a list; an invalid item does not affect the others. */
const eachItem = <T>(
  name: string,
  node: YamlNode,
  schema: z.ZodType<T>,
): { readonly items: readonly T[]; readonly diagnostics: readonly Diagnostic[] } => {
  if (node.is !== 'list')
    return {
      items: [],
      diagnostics: [
        errorAt(node.position, `${name}: expected a list, found ${nodeNoun(node)}`, `write ${name}: [ … ]`),
      ],
    };
  const checked = node.items.map((item, index) => checkNode(schema, item, { label: `${name}[${index}]` }));
  return {
    items: checked.flatMap(({ value }) => (value === undefined ? [] : [value])),
    diagnostics: checked.flatMap(({ diagnostics }) => diagnostics),
  };
};

/** The setting of a key; `reduce_motion` is another form of `motion`. */
const settingOf = (key: SettingName, value: unknown): Partial<Settings> =>
  key !== 'reduce_motion' ? { [key]: value } : value === true ? { motion: 'reduced' } : {};

const readMap = (tree: MapNode): ParsedSettings => {
  const diagnostics: Diagnostic[] = [];
  let settings = defaultSettings;
  let requestedKeys: readonly KeyBindingRequest[] = [];
  let systemUnclear = false;
  for (const [key, entry] of tree.entries) {
    const { value: node } = entry;
    if (!isSetting(key)) {
      diagnostics.push(
        errorAt(entry.key, `unknown key "${key}"`, didYouMean(key, Object.keys(settingsShape))),
      );
      continue;
    }
    // An empty section, as `keys:` with nothing below it, is valid.
    if (node.is === 'scalar' && node.value === null) continue;
    if (key === 'keys') {
      const read = eachEntry(key, node, zKeys);
      requestedKeys = read.entries.map(([id, mapEntry, keys]) => ({ id, keys, position: mapEntry.key }));
      diagnostics.push(...read.diagnostics);
    } else if (key === 'aliases') {
      const read = eachEntry(key, node, zAlias);
      settings = {
        ...settings,
        aliases: Object.fromEntries(read.entries.map(([word, , line]) => [word, line])),
      };
      diagnostics.push(...read.diagnostics);
    } else if (key === 'plugins') {
      const read = eachItem(key, node, zPlugin);
      settings = { ...settings, plugins: [...new Set(read.items)] };
      diagnostics.push(...read.diagnostics);
    } else {
      const read = checkNode<unknown>(settingsShape[key], node, { label: key });
      if (read.diagnostics.length === 0) settings = { ...settings, ...settingOf(key, read.value) };
      else systemUnclear ||= key === 'system';
      diagnostics.push(...read.diagnostics);
    }
  }
  return { settings, requestedKeys, diagnostics, systemUnclear };
};

/** Parses a config.yaml. Never throws: every error is a diagnostic, and valid settings apply. */
export const parseSettings = (text: string, file: string): ParsedSettings => {
  const nothing = { settings: defaultSettings, requestedKeys: [], systemUnclear: false };
  if (isEmpty(text)) return { ...nothing, diagnostics: [] };
  const { tree, diagnostics } = parseYaml(text, file);
  if (tree === undefined) return { ...nothing, diagnostics, systemUnclear: true };
  if (tree.is !== 'map') {
    const diagnostic = errorAt(
      tree.position,
      `expected a map, found ${nodeNoun(tree)}`,
      'write KEY: VALUE lines',
    );
    return { ...nothing, diagnostics: [...diagnostics, diagnostic], systemUnclear: true };
  }
  const read = readMap(tree);
  return { ...read, diagnostics: sortDiagnostics([...diagnostics, ...read.diagnostics]) };
};
