import type { Complaint } from '../../domain/position.ts';
import type { Guard, Tier } from '../../domain/profile.ts';
import { checkNode } from '../check.ts';
import { refuse } from '../complaints.ts';
import { zGuard } from '../shape/sections.ts';
import { child, type MapNode, nearest } from '../tree.ts';
import { type Built, gapWarnings } from './context.ts';

const shortestWindowMs = 5000;

/** What the tier's row asks for by itself. */
const ofTier = (tier: Tier): Guard => ({
  readOnly: tier === 'production',
  armMs: 15 * 60_000,
  cancelWindowMs: shortestWindowMs,
  typed: 'destructive',
});

/** The guard: the tier's row, raised by what the profile says. What would lower it is an error. */
export const buildGuard = (tree: MapNode, tier: Tier): Built<Guard> => {
  const usual = ofTier(tier);
  const node = child(tree, 'guard');
  if (node === undefined) return { made: usual, complaints: [] };
  const { value, complaints, gaps } = checkNode(zGuard, node, { under: ['guard'] });
  if (value === undefined || gaps.length > 0)
    return {
      made: usual,
      complaints: [...complaints, ...gapWarnings(gaps, `the guard of tier ${tier} holds`)],
    };
  const lowered: Complaint[] = [];
  const lower = (key: string, what: string, todo: string) =>
    lowered.push(refuse(nearest(node, [key]).position, `guard.${key}: ${what}`, todo));
  if (value.readOnly === false && usual.readOnly)
    lower('readOnly', 'production is always read-only until armed', 'remove it');
  if (value.arm === 0) lower('arm', 'arming for no time is no arming', 'write 15m');
  if (value.cancelWindow !== undefined && value.cancelWindow < shortestWindowMs)
    lower('cancelWindow', 'the cancel window is never shorter than 5s', 'write 5s or more');
  return {
    complaints: lowered,
    made: {
      readOnly: usual.readOnly || value.readOnly === true,
      armMs: value.arm || usual.armMs,
      cancelWindowMs: Math.max(usual.cancelWindowMs, value.cancelWindow ?? 0),
      typed: value.typed ?? usual.typed,
    },
  };
};
