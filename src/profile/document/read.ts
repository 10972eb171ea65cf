import type { Tier } from '../../domain/profile/profile.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { isStricter, tiers } from '../../runs/policy/tiers.ts';
import { errorAt } from './diagnostics.ts';
import { expandEach } from './each.ts';
import { withPresentKeys } from './former-keys.ts';
import { type ReadYaml, readLayers, resolveBeside, yamlReader } from './layers.ts';
import { insertParts } from './parts.ts';
import { placesSection } from './runbook-places.ts';
import {
  childOf,
  type ListNode,
  type MapEntry,
  type MapNode,
  nodeNoun,
  textAt,
  withoutKeys,
  withValue,
  type YamlNode,
} from './tree.ts';

/** Returns the name of a list item. */
const nameOf = (item: YamlNode, by: 'id' | 'name'): string | undefined => textAt(item, by);

const namedBy = (lists: readonly ListNode[]): 'id' | 'name' | undefined => {
  const items = lists.flatMap((list) => list.items);
  if (items.length === 0) return undefined;
  return (['id', 'name'] as const).find((by) => items.every((item) => nameOf(item, by) !== undefined));
};

/**
 * Merges items of the same name in the position of the base's; new ones follow. Duplicate names within one list are
 * kept, so that they can be reported.
 */
const mergeNamed = (base: ListNode, over: ListNode, by: 'id' | 'name'): YamlNode => {
  const items = [...base.items];
  const taken = new Set<string>();
  for (const item of over.items) {
    const name = nameOf(item, by) ?? '';
    const index = taken.has(name) ? -1 : base.items.findIndex((other) => nameOf(other, by) === name);
    const below = base.items[index];
    taken.add(name);
    if (below === undefined) items.push(item);
    else items[index] = merge(below, item);
  }
  return { ...over, items };
};

const mergeMaps = (base: MapNode, over: MapNode): YamlNode => {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key);
    entries.set(
      key,
      below === undefined ? entry : { key: entry.key, value: merge(below.value, entry.value) },
    );
  }
  return { ...over, entries };
};

const isNull = (node: YamlNode): boolean => node.is === 'scalar' && node.value === null;

/**
 * Merges `over` into `base`. Maps merge key by key; lists whose items all have an `id` (or all a `name`) merge item by
 * item. Any other list, and any scalar, replaces. An empty section (`signals:` without a value) has no effect.
 */
export const merge = (base: YamlNode, over: YamlNode): YamlNode => {
  if (base.is === 'map' && over.is === 'map') return mergeMaps(base, over);
  if (base.is === 'list' && over.is === 'list') {
    const by = namedBy([base, over]);
    return by === undefined ? over : mergeNamed(base, over, by);
  }
  return isNull(over) && base.is !== 'scalar' ? base : over;
};

/** Returns a profile's file and the files it extends and includes, as far as they can be read. */
export const profileFilesOf = async (file: string, files: Files): Promise<readonly string[]> => {
  const seen = new Set([file]);
  await readProfileTree(file, {
    ...files,
    read: (path) => {
      seen.add(path);
      return files.read(path);
    },
  });
  return [...seen];
};

const included = (item: YamlNode): YamlNode | undefined =>
  item.is === 'map' && item.entries.has('include') ? childOf(item, 'include') : undefined;

/** True for an item of `runbooks:` that is a place of linked pages rather than a runbook. */
const isPlace = (item: YamlNode): boolean =>
  item.is === 'map' && (item.entries.has('folder') || item.entries.has('fetch'));

/** True for a key that only holds parts for YAML aliases, as in Compose files. */
const isAliasKey = (key: string): boolean => key.startsWith('x-');

/** The list in a runbook file: the file itself, or its `runbooks:`. */
const listIn = (tree: YamlNode, diagnostics: Diagnostic[]): ListNode | undefined => {
  const list = tree.is === 'map' ? childOf(tree, 'runbooks') : tree;
  if (tree.is === 'map')
    for (const [key, entry] of tree.entries)
      if (key !== 'runbooks' && key !== 'opsdeck' && !isAliasKey(key))
        diagnostics.push(
          errorAt(entry.key, `unknown key "${key}"`, 'an included file can only contain runbooks:'),
        );
  if (list?.is === 'list') return list;
  const noun = list === undefined ? 'no runbooks' : nodeNoun(list);
  diagnostics.push(
    errorAt(tree.position, `expected a list of runbooks, found ${noun}`, 'write runbooks: and a list'),
  );
  return undefined;
};

const expand = async (
  list: ListNode,
  read: ReadYaml,
  diagnostics: Diagnostic[],
  within: readonly string[],
): Promise<ListNode> => {
  const items: YamlNode[] = [];
  for (const item of list.items) {
    const name = included(item);
    if (name === undefined) {
      items.push(item);
      continue;
    }
    if (item.is === 'map' && item.entries.size > 1)
      diagnostics.push(
        errorAt(
          item.position,
          'include cannot be combined with other keys',
          'move the other keys to the runbook itself',
        ),
      );
    if (name.is !== 'scalar' || typeof name.value !== 'string' || name.value.includes('${')) {
      const noun = name.is === 'scalar' && typeof name.value === 'string' ? 'a reference' : nodeNoun(name);
      diagnostics.push(
        errorAt(name.position, `include expects a file name, found ${noun}`, 'write include: runbooks.yaml'),
      );
      continue;
    }
    const file = resolveBeside(name.position.file, name.value);
    if (within.includes(file)) {
      diagnostics.push(
        errorAt(
          name.position,
          `the files include each other in a cycle: ${[...within, file].join(' → ')}`,
          'remove one of these include lines',
        ),
      );
      continue;
    }
    const { tree, diagnostics: readDiagnostics } = await read(file, name.position);
    diagnostics.push(...readDiagnostics);
    const inner = tree && listIn(tree, diagnostics);
    if (inner !== undefined) items.push(...(await expand(inner, read, diagnostics, [...within, file])).items);
  }
  return { ...list, items };
};

/** Replaces `include:` in a profile's map by the runbooks of the included files, and moves places to a list of their own. */
const withIncludes = async (
  map: MapNode,
  read: ReadYaml,
): Promise<{ readonly map: MapNode; readonly diagnostics: readonly Diagnostic[] }> => {
  const runbooks = childOf(map, 'runbooks');
  if (runbooks?.is !== 'list') return { map, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const list = await expand(runbooks, read, diagnostics, [map.position.file]);
  const places = list.items.filter(isPlace);
  // Without them, lists of runbooks still merge by id.
  const only = withValue(map, 'runbooks', { ...list, items: list.items.filter((item) => !isPlace(item)) });
  return {
    map: places.length === 0 ? only : withValue(only, placesSection, { ...list, items: places }),
    diagnostics,
  };
};

const tierOf = (map: MapNode): Tier | undefined => tiers.find((tier) => tier === textAt(map, 'tier'));

/**
 * Reports a tier lower than that of a base: the overlay would reach what it inherits with fewer gates. `maps` are a
 * file and its bases, nearest first.
 */
const loweredTier = (maps: readonly MapNode[]): readonly Diagnostic[] => {
  const [own, ...below] = maps.flatMap((map) => {
    const tier = tierOf(map);
    return tier === undefined ? [] : [{ map, tier }];
  });
  if (own === undefined) return [];
  const stricter = below.find(({ tier }) => isStricter(tier, own.tier));
  if (stricter === undefined) return [];
  const { file } = stricter.map.position;
  const what = `tier ${own.tier} is lower than tier ${stricter.tier} of ${file}, which this file extends`;
  const position = childOf(own.map, 'tier')?.position ?? own.map.position;
  return [
    errorAt(position, what, `write tier: ${stricter.tier}, or move the shared part to a base without a tier`),
  ];
};

/** Drops empty sections, since `signals:` without a value has not been filled in yet, and parts for aliases. */
const withoutUnused = (map: MapNode): MapNode =>
  withoutKeys(
    map,
    ...[...map.entries]
      .filter(([key, { value }]) => isAliasKey(key) || (value.is === 'scalar' && value.value === null))
      .map(([key]) => key),
  );

/** The parts that the files of a profile declare, the lowest file first. */
const partsOf = (layers: readonly MapNode[]): YamlNode | undefined => {
  const [lowest, ...above] = layers.flatMap((map) => childOf(map, 'parts') ?? []);
  return lowest && above.reduce<YamlNode>(merge, lowest);
};

/**
 * Reads a profile, merges its bases and inserts its includes. No tree when the chain is broken: everything in the
 * missing part would be reported as missing.
 */
export const readProfileTree = async (
  file: string,
  files: Files,
): Promise<{ readonly tree?: MapNode; readonly diagnostics: readonly Diagnostic[] }> => {
  const read = yamlReader(files);
  const { maps, whole, diagnostics } = await readLayers(file, read);
  if (!whole) return { diagnostics };
  const layers = await Promise.all(maps.map((map) => withIncludes(map, read)));
  const all = [...diagnostics, ...loweredTier(maps), ...layers.flatMap((layer) => layer.diagnostics)];
  const present = withPresentKeys(layers.map((layer) => layer.map)).toReversed();
  const inserted = insertParts(present, partsOf(present));
  all.push(...inserted.diagnostics);
  const [lowest, ...above] = inserted.layers;
  const merged = lowest && above.reduce<YamlNode>(merge, lowest);
  if (merged?.is !== 'map') return { diagnostics: all };
  const own = withoutUnused(withoutKeys(merged, 'extends', 'each', 'inventory'));
  const { layers: repeated, diagnostics: repeating } = expandEach(merged);
  const tree = [...repeated, own].reduce<YamlNode>(merge, { ...own, entries: new Map() });
  return tree.is === 'map'
    ? { tree, diagnostics: [...all, ...repeating] }
    : { diagnostics: [...all, ...repeating] };
};
