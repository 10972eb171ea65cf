import type { z } from 'zod';
import type { Complaint } from '../../domain/position.ts';
import { defaultSettings, type Settings, type WantedKeys } from '../../domain/settings.ts';
import { checkNode } from '../../profile/check.ts';
import { inOrder, refuse } from '../../profile/complaints.ts';
import { didYouMean } from '../../profile/did-you-mean.ts';
import { type MapEntry, type MapNode, type Node, nounOf } from '../../profile/tree.ts';
import { parseYaml } from '../../profile/yaml-tree.ts';
import { type SettingName, settingsShape, zAlias, zKeys, zPlugin } from './shape.ts';

/** What a config.yaml sets; for what is wrong in it the defaults stand, and a complaint tells. */
export interface ParsedSettings {
  /** `keys` is empty here: which keys may be had is known to those who know the bindings. */
  readonly settings: Settings;
  readonly wantedKeys: readonly WantedKeys[];
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
  node: Node,
  schema: z.ZodType<T>,
): {
  readonly entries: readonly (readonly [string, MapEntry, T])[];
  readonly complaints: readonly Complaint[];
} => {
  if (node.is !== 'map')
    return {
      entries: [],
      complaints: [
        refuse(node.position, `${name}: expected a map, found ${nounOf(node)}`, 'write KEY: VALUE lines'),
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
  node: Node,
  schema: z.ZodType<T>,
): { readonly items: readonly T[]; readonly complaints: readonly Complaint[] } => {
  if (node.is !== 'list')
    return {
      items: [],
      complaints: [
        refuse(node.position, `${name}: expected a list, found ${nounOf(node)}`, `write ${name}: [ … ]`),
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
  let wantedKeys: readonly WantedKeys[] = [];
  let systemUnclear = false;
  for (const [key, entry] of tree.entries) {
    const { value: node } = entry;
    if (!isSetting(key)) {
      complaints.push(refuse(entry.key, `unknown key "${key}"`, didYouMean(key, Object.keys(settingsShape))));
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
    const odd = refuse(tree.position, `expected a map, found ${nounOf(tree)}`, 'write KEY: VALUE lines');
    return { ...nothing, complaints: [...complaints, odd], systemUnclear: true };
  }
  const read = readMap(tree);
  return { ...read, complaints: inOrder([...complaints, ...read.complaints]) };
};
