import type { Position } from '../../domain/text/position.ts';

/** Parses a path: 'act[0].use' → ['act', 0, 'use']. */
export const parsePath = (text: string): YamlPath =>
  [...text.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));

export type ScalarValue = string | number | boolean | null;

/** A reference without a value. */
export interface Gap {
  /** As written: `${env:BUS_TOKEN}`. */
  readonly reference: string;
  readonly position: Position;
  /** False while it has not been resolved yet (a password manager is asked after the first frame). */
  readonly missing: boolean;
  /** 'has no value', 'gives a text that does not fit' */
  readonly what: string;
  readonly todo: string;
}

/** A part of a text that the profile does not contain: `${env:NAME}`, a file, the output of a command, or `--set`. */
export interface OutsidePart {
  readonly reference: string;
  /** Absent: it has no value yet. */
  readonly value?: string;
}

export interface ScalarNode {
  readonly is: 'scalar';
  readonly value: ScalarValue;
  readonly position: Position;
  /** Set by `resolve`: references in this scalar without a value; `value` is then the text as written. */
  readonly gaps?: readonly Gap[];
  /** Set by `resolve`: references in this scalar that were resolved from outside the profile. */
  readonly outside?: readonly string[];
  /** Set by `resolve`: the parts of a text with a part from outside the profile. Values of a simulator are of the profile. */
  readonly parts?: readonly (string | OutsidePart)[];
  /** Set by `resolve`: the scalar was written with references. */
  readonly isResolved?: true;
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

/** YAML with positions: every node knows its file, line and column, also after merging. */
export type YamlNode = ScalarNode | MapNode | ListNode;

export type YamlPath = readonly PropertyKey[];

/** The items of a list; none for anything else. */
export const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.is === 'list' ? node.items : [];

/** Returns the value under a key of a map; undefined when it is missing or the node is not a map. */
export const childOf = (node: YamlNode | undefined, key: string): YamlNode | undefined =>
  node?.is === 'map' ? node.entries.get(key)?.value : undefined;

/** Returns the text under a key; undefined when the value is not text. */
export const textAt = (node: YamlNode | undefined, key: string): string | undefined => {
  const child = childOf(node, key);
  return child?.is === 'scalar' && typeof child.value === 'string' ? child.value : undefined;
};

/** The name of a node's type for messages: 'expected a list, found text'. */
export const nodeNoun = (node: YamlNode): string => {
  if (node.is === 'map') return 'a map';
  if (node.is === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'text';
  return typeof node.value === 'number' ? 'a number' : String(node.value);
};

/** Returns the node at the end of a path, or its nearest ancestor. */
export const nearestNode = (node: YamlNode, path: YamlPath): YamlNode => {
  let current = node;
  for (const step of path) {
    const next =
      current.is === 'map'
        ? current.entries.get(String(step))?.value
        : current.is === 'list'
          ? current.items[Number(step)]
          : undefined;
    if (next === undefined) return current;
    current = next;
  }
  return current;
};

/** Converts a node to a plain value: maps to objects, lists to arrays. `standIn` replaces unresolved values. */
export const plainValue = (node: YamlNode, standIn?: ScalarValue): unknown => {
  if (node.is === 'scalar') return standIn !== undefined && node.gaps !== undefined ? standIn : node.value;
  if (node.is === 'list') return node.items.map((item) => plainValue(item, standIn));
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainValue(entry.value, standIn)]));
};

/** Returns the scalars of a tree, in the order of the text. */
export const scalarsIn = (node: YamlNode): readonly ScalarNode[] => {
  const scalars: ScalarNode[] = [];
  // One list for the whole tree: a generator for each level costs a call per level for each scalar.
  const add = (below: YamlNode): void => {
    if (below.is === 'scalar') scalars.push(below);
    else if (below.is === 'list') for (const item of below.items) add(item);
    else for (const entry of below.entries.values()) add(entry.value);
  };
  add(node);
  return scalars;
};

/** Returns a map without some of its keys. */
export const withoutKeys = (node: MapNode, ...keys: readonly string[]): MapNode => ({
  ...node,
  entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))),
});

/** Returns a map with one value replaced. */
export const withValue = (node: MapNode, key: string, value: YamlNode): MapNode => ({
  ...node,
  entries: new Map(node.entries).set(key, { key: node.entries.get(key)?.key ?? value.position, value }),
});
