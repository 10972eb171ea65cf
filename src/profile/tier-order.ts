import type { Complaint } from '../domain/position.ts';
import { type Tier, tiers } from '../domain/profile.ts';
import { refuse } from './complaints.ts';
import { child, type MapNode, textAt } from './tree.ts';

const tierOf = (map: MapNode): Tier | undefined => tiers.find((tier) => tier === textAt(map, 'tier'));

/**
 * A tier that is lower than that of a file below: what an overlay inherits it would reach with fewer gates. `maps` are a file
 * and what it extends, nearest first.
 */
export const loweredTier = (maps: readonly MapNode[]): readonly Complaint[] => {
  const [own, ...below] = maps.flatMap((map) => {
    const tier = tierOf(map);
    return tier === undefined ? [] : [{ map, tier }];
  });
  if (own === undefined) return [];
  const stricter = below.find(({ tier }) => tiers.indexOf(tier) > tiers.indexOf(own.tier));
  if (stricter === undefined) return [];
  const { file } = stricter.map.position;
  const what = `tier ${own.tier} is lower than tier ${stricter.tier} of ${file}, which this file extends`;
  const position = child(own.map, 'tier')?.position ?? own.map.position;
  return [
    refuse(position, what, `write tier: ${stricter.tier}, or move what both share to a base without a tier`),
  ];
};
