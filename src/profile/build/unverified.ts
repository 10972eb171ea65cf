import type { Tier } from '../../domain/profile/profile.ts';
import type { Complaint } from '../../domain/text/position.ts';
import { isProduction } from '../../runs/policy/tiers.ts';
import { childOf, itemsOf, type MapNode, textAt } from '../document/tree.ts';
import { mapItems } from './context.ts';

/**
 * Warns of runbooks of a production environment that act and neither verify nor say that nothing is to be verified: their
 * runs would end without a proof, which is more often forgotten than meant.
 */
export const unverifiedRunbooks = (tree: MapNode, tier: Tier): readonly Complaint[] =>
  isProduction(tier)
    ? mapItems(tree, 'runbooks').maps.flatMap((node): readonly Complaint[] => {
        const acts = itemsOf(childOf(node, 'act')).some((step) => childOf(step, 'use') !== undefined);
        if (!acts || childOf(node, 'verify') !== undefined) return [];
        const what = `${textAt(node, 'id') ?? ''} verify: missing, so that no run can show that the action worked`;
        const todo = 'add checks, or write verify: none';
        return [{ position: node.position, severity: 'warning', what, todo }];
      })
    : [];
