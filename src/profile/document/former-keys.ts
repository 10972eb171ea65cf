import { childOf, type MapEntry, type MapNode, textAt, type YamlNode } from './tree.ts';

/** A key that has another name now. The former one stays valid; `upgrade-profile` rewrites it. */
export interface RenamedKey {
  readonly former: string;
  readonly present: string;
}

const limit: RenamedKey = { former: 'most', present: 'limit' };

/** Renamed keys of `guard.blast`. */
export const renamedGuardKeys: readonly RenamedKey[] = [limit];

/** Renamed keys of the sources of a type. */
export const renamedSourceKeys: ReadonlyMap<string, readonly RenamedKey[]> = new Map([
  ['aws', [limit]],
  ['loki', [limit, { former: 'back', present: 'lookback' }]],
]);

/** Gives keys their present names. A map that has both names keeps both, and its schema refuses the former one. */
const withPresentNames = (node: YamlNode, renamed: readonly RenamedKey[]): YamlNode => {
  if (node.is !== 'map') return node;
  const { entries } = node;
  const nameOf = (key: string): string => {
    const present = renamed.find(({ former }) => former === key)?.present;
    return present === undefined || entries.has(present) ? key : present;
  };
  if ([...entries.keys()].every((key) => nameOf(key) === key)) return node;
  return { ...node, entries: new Map([...entries].map(([key, entry]) => [nameOf(key), entry])) };
};

const withChild = (map: MapNode, key: string, change: (node: YamlNode) => YamlNode): MapNode => {
  const entry = map.entries.get(key);
  if (entry === undefined) return map;
  const value = change(entry.value);
  return value === entry.value
    ? map
    : { ...map, entries: new Map(map.entries).set(key, { ...entry, value }) };
};

const onMap = (change: (map: MapNode) => YamlNode) => (node: YamlNode) =>
  node.is === 'map' ? change(node) : node;

/**
 * Returns the files of a profile with the present names of renamed keys. It precedes their merging: a file may have a former
 * name and its base the present one. `layers`: the file and its bases; the type of a source may be in any of them.
 */
export const withPresentKeys = (layers: readonly MapNode[]): readonly MapNode[] => {
  const typeOf = (id: string): string | undefined =>
    layers
      .map((layer) => textAt(childOf(childOf(layer, 'sources'), id), 'type'))
      .find((type) => type !== undefined);
  const sourceOf = ([id, entry]: readonly [string, MapEntry]): readonly [string, MapEntry] => [
    id,
    { ...entry, value: withPresentNames(entry.value, renamedSourceKeys.get(typeOf(id) ?? '') ?? []) },
  ];
  return layers.map((layer) =>
    withChild(
      withChild(
        layer,
        'guard',
        onMap((guard) => withChild(guard, 'blast', (blast) => withPresentNames(blast, renamedGuardKeys))),
      ),
      'sources',
      onMap((sources) => ({ ...sources, entries: new Map([...sources.entries].map(sourceOf)) })),
    ),
  );
};
