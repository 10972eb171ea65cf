import type { z } from 'zod';
import type { Guard } from '../../domain/guard.ts';
import type { Complaint } from '../../domain/position.ts';
import type { Tier } from '../../domain/profile.ts';
import { guardOf, loweredGuard, raisedGuard } from '../../runs/policy/guard.ts';
import { checkNode } from '../check.ts';
import { refuse } from '../complaints.ts';
import { definite } from '../definite.ts';
import { zGuard } from '../shape/guard.ts';
import { child, type MapNode, nearest } from '../tree.ts';
import { type Built, gapWarnings } from './context.ts';
import { strangers } from './known-runbooks.ts';

/** The runbooks that freezes and quiet hours leave out must be there. */
const dangling = (guard: MapNode, runbooks: readonly string[]): readonly Complaint[] =>
  ['freeze', 'quiet'].flatMap((key) => {
    const list = child(guard, key);
    const items = list?.is === 'list' ? list.items : [];
    return items.flatMap((item, i) => strangers(item, 'except', `guard.${key}[${i}].except`, runbooks));
  });

/** What a guard says besides what it raises of its tier's row. */
const halting = ({ freeze, quiet, rate, blast }: z.infer<typeof zGuard>): Partial<Guard> => ({
  ...(freeze === undefined
    ? {}
    : { freezes: freeze.map(({ break: mayBreak, ...rest }) => ({ ...rest, mayBreak })) }),
  ...(quiet === undefined
    ? {}
    : { quiet: quiet.map(({ break: mayBreak, ...rest }) => ({ ...rest, mayBreak })) }),
  ...(rate === undefined ? {} : { rate: { acts: rate.acts, perMs: rate.per } }),
  ...(blast === undefined ? {} : { blast: definite(blast) }),
});

/** The guard: the tier's row, raised by what the profile says. What would lower it is an error. */
export const buildGuard = (tree: MapNode, tier: Tier, runbooks: readonly string[]): Built<Guard> => {
  const usual = guardOf(tier);
  const node = child(tree, 'guard');
  if (node === undefined) return { made: usual, complaints: [] };
  const { value, complaints, gaps } = checkNode(zGuard, node, { under: ['guard'] });
  if (value === undefined || gaps.length > 0)
    return {
      // What it would have asked for is not known: nothing is changed without arming.
      made: { ...usual, readOnly: true },
      complaints: [
        ...complaints,
        ...gapWarnings(gaps, `the guard of tier ${tier} holds, read-only until armed`),
      ],
    };
  const { readOnly, arm: armMs, cancelWindow: cancelWindowMs, typed } = value;
  const asked = { readOnly, armMs, cancelWindowMs, typed };
  const lowered = loweredGuard(tier, asked).map(({ key, what, todo }) =>
    refuse(nearest(node, [key]).position, `guard.${key}: ${what}`, todo),
  );
  return {
    complaints: [...(node.is === 'map' ? dangling(node, runbooks) : []), ...lowered],
    made: { ...raisedGuard(tier, asked), ...halting(value) },
  };
};
