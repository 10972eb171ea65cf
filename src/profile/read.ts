import type { Complaint } from '../domain/position.ts';
import type { Files } from '../platform/files/files.ts';
import { withIncludes } from './includes.ts';
import { readLayers, yamlReader } from './layers.ts';
import { merge } from './merge.ts';
import { loweredTier } from './tier-order.ts';
import { type MapNode, type Node, without } from './tree.ts';

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
