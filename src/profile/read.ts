import type { Complaint } from '../domain/position.ts';
import type { Tier } from '../domain/profile.ts';
import type { Files } from '../platform/files/files.ts';
import { isStricter, tiers } from '../runs/policy/tiers.ts';
import { refuse } from './complaints.ts';
import { withIncludes } from './includes.ts';
import { readLayers, yamlReader } from './layers.ts';
import { merge } from './merge.ts';
import { child, type MapNode, type Node, textAt, without } from './tree.ts';

const tierOf = (map: MapNode): Tier | undefined => tiers.find((tier) => tier === textAt(map, 'tier'));

/**
 * A tier that is lower than that of a file below: what an overlay inherits it would reach with fewer gates. `maps` are a file
 * and what it extends, nearest first.
 */
const loweredTier = (maps: readonly MapNode[]): readonly Complaint[] => {
  const [own, ...below] = maps.flatMap((map) => {
    const tier = tierOf(map);
    return tier === undefined ? [] : [{ map, tier }];
  });
  if (own === undefined) return [];
  const stricter = below.find(({ tier }) => isStricter(tier, own.tier));
  if (stricter === undefined) return [];
  const { file } = stricter.map.position;
  const what = `tier ${own.tier} is lower than tier ${stricter.tier} of ${file}, which this file extends`;
  const position = child(own.map, 'tier')?.position ?? own.map.position;
  return [
    refuse(position, what, `write tier: ${stricter.tier}, or move what both share to a base without a tier`),
  ];
};

/** `signals:` with nothing below it is a section nobody has filled yet. */
const withoutEmpty = (map: MapNode): MapNode =>
  without(
    map,
    ...[...map.entries]
      .filter(([, { value }]) => value.is === 'scalar' && value.value === null)
      .map(([key]) => key),
  );

/**
 * A profile with what it extends merged underneath and what it includes put in. No tree when the chain breaks off:
 * whatever stood below the break would only be complained about as missing.
 */
export const readProfileTree = async (
  file: string,
  files: Files,
): Promise<{ readonly tree?: MapNode; readonly complaints: readonly Complaint[] }> => {
  const read = yamlReader(files);
  const { maps, whole, complaints } = await readLayers(file, read);
  if (!whole) return { complaints };
  const layers = await Promise.all(maps.map((map) => withIncludes(map, read)));
  const all = [...complaints, ...loweredTier(maps), ...layers.flatMap((layer) => layer.complaints)];
  const [lowest, ...above] = layers.map((layer) => layer.map).reverse();
  const merged = lowest && above.reduce<Node>(merge, lowest);
  return merged?.is === 'map'
    ? { tree: withoutEmpty(without(merged, 'extends')), complaints: all }
    : { complaints: all };
};
