import type { SourceModule, SourceType } from '../../sources/kit/contract/source.ts';
import { childOf, type MapNode, textAt } from './tree.ts';

/** The source types that a profile may use. */
interface SourceTypes {
  readonly modules: readonly SourceModule[];
  readonly sourceTypes?: readonly SourceType[];
}

/** Returns the `type` of each source; undefined for one without a readable type. */
const typesIn = (tree: MapNode): readonly (string | undefined)[] => {
  const section = childOf(tree, 'sources');
  if (section?.is !== 'map') return [];
  return [...section.entries.values()].map(({ value }) =>
    value.is === 'map' ? textAt(value, 'type') : undefined,
  );
};

const namesUnder = (tree: MapNode, key: string): readonly unknown[] => {
  const list = childOf(tree, key);
  return list?.is === 'list' ? list.items.map((item) => (item.is === 'scalar' ? item.value : undefined)) : [];
};

/**
 * Loads the modules of the source types that a profile uses, by type. Modules are large, and one command uses few. With
 * an unknown type it loads all of them: the diagnostic lists the types, and the names of its operations are unknown.
 */
export const modulesFor = async (
  tree: MapNode,
  { modules, sourceTypes = [] }: SourceTypes,
): Promise<ReadonlyMap<string, SourceModule>> => {
  const used = typesIn(tree);
  const plugins = namesUnder(tree, 'plugins');
  const offered = modules.filter(({ plugin }) => plugin === undefined || plugins.includes(plugin));
  const known = new Set([...sourceTypes, ...offered].map(({ type }) => type));
  const isKnown = used.every((type) => type !== undefined && known.has(type));
  const needed = isKnown ? sourceTypes.filter(({ type }) => used.includes(type)) : sourceTypes;
  const loaded = await Promise.all(needed.map(({ load }) => load()));
  return new Map([...loaded, ...modules].map((module) => [module.type, module]));
};
