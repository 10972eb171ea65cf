import type { Position } from '../domain/position.ts';

/** 'act[0].use' → ['act', 0, 'use'] */
export const parsePath = (text: string): YamlPath =>
  [...text.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));

export type ScalarValue = string | number | boolean | null;

/** A reference that gave nothing: the hole it leaves in the tree. */
export interface Gap {
  /** As written: `${env:BUS_TOKEN}`. */
  readonly reference: string;
  readonly position: Position;
  /** False while nobody has looked yet (a password manager is asked after the first frame). */
  readonly missing: boolean;
  /** 'has no value', 'gives a text that does not fit' */
  readonly what: string;
  readonly todo: string;
}

export interface ScalarNode {
  readonly is: 'scalar';
  readonly value: ScalarValue;
  readonly position: Position;
  /** Set by `resolve`: references in this scalar without a value; `value` is then the text as written. */
  readonly gaps?: readonly Gap[];
  /** Set by `resolve`: references in this scalar that were answered from outside the profile. */
  readonly outside?: readonly string[];
}

export interface MapEntry {
  readonly key: Position;
  readonly value: YamlNode;
}

export interface MapNode {
  readonly is: 'map';
  readonly position: Position;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface ListNode {
  readonly is: 'list';
  readonly position: Position;
  readonly items: readonly YamlNode[];
}

/** YAML with its places: every node knows the file, line and column that it came from, also after merging. */
export type YamlNode = ScalarNode | MapNode | ListNode;

export type YamlPath = readonly PropertyKey[];

/** The value under a key of a map; undefined when there is none or the node is no map. */
export const childOf = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  node?.is === 'map' ? node.entries.get(key)?.value : undefined;

/** The text under a key; undefined when it is anything but a text. */
export const textAt = (node: YamlNode | undefined, key: string): string | undefined => {
  const found = childOf(node, key);
  return found?.is === 'scalar' && typeof found.value === 'string' ? found.value : undefined;
};

/** What people call a node: for 'expected a list, found text'. */
export const nodeNoun = (node: YamlNode): string => {
  if (node.is === 'map') return 'a map';
  if (node.is === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'text';
  return typeof node.value === 'number' ? 'a number' : String(node.value);
};

/** The node at the end of a path, or the nearest one above it. */
export const nearestNode = (node: YamlNode, path: YamlPath): YamlNode => {
  let here = node;
  for (const step of path) {
    const next =
      here.is === 'map'
        ? here.entries.get(String(step))?.value
        : here.is === 'list'
          ? here.items[Number(step)]
          : undefined;
    if (next === undefined) return here;
    here = next;
  }
  return here;
};

/** A plain value: maps as objects, lists as arrays. `standIn` takes the place of what has no value yet. */
export const plainValue = (node: YamlNode, standIn?: ScalarValue): unknown => {
  if (node.is === 'scalar') return standIn !== undefined && node.gaps !== undefined ? standIn : node.value;
  if (node.is === 'list') return node.items.map((item) => plainValue(item, standIn));
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry.value, standIn)]));
};

/** Every scalar of a tree, in the order of the text. */
export function* scalarsIn(node: YamlNode): Generator<ScalarNode> {
  if (node.is === 'scalar') yield node;
  else if (node.is === 'list') for (const item of node.items) yield* scalarsIn(item);
  else for (const entry of node.entries.values()) yield* scalarsIn(entry.value);
}

/** A map without some of its keys. */
export const withoutKeys = (node: MapNode, ...keys: readonly string[]): MapNode => ({
  ...node,
  entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))),
});

/** A map with one value put in the place of another. */
export const withValue = (node: MapNode, key: string, value: YamlNode): MapNode => ({
  ...node,
  entries: new Map(node.entries).set(key, { key: node.entries.get(key)?.key ?? value.position, value }),
});
