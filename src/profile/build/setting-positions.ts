import type { Position } from '../../domain/text/position.ts';
import { childOf, itemsOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';

type Entry = readonly [path: string, position: Position];

const keyAt = (node: YamlNode | undefined, key: string, path: string): readonly Entry[] => {
  const entry = node?.is === 'map' ? node.entries.get(key) : undefined;
  return entry === undefined ? [] : [[path, entry.key]];
};

/** The keys of a map below a path. */
const keysBelow = (node: YamlNode | undefined, path: string): readonly Entry[] =>
  node?.is === 'map' ? [...node.entries].map(([key, entry]): Entry => [`${path}.${key}`, entry.key]) : [];

/**
 * Where the settings that may refuse a run are written, by their path. With a base file the position is in the file that has the
 * setting.
 */
export const settingPositions = (tree: MapNode): Readonly<Record<string, Position>> => {
  const guard = childOf(tree, 'guard');
  const levels = itemsOf(childOf(tree, 'authority')).flatMap((node): readonly Entry[] => {
    const path = `authority.${textAt(node, 'id') ?? ''}`;
    return [[path, node.position], ...keyAt(node, 'who', `${path}.who`)];
  });
  return Object.fromEntries([
    ...['tier', 'guard', 'authority', 'state'].flatMap((key) => keyAt(tree, key, key)),
    ...keysBelow(guard, 'guard'),
    ...keysBelow(childOf(guard, 'approval'), 'guard.approval'),
    ...levels,
  ]);
};
