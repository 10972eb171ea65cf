import type { z } from 'zod';
import type { Guard } from '../../domain/guard.ts';
import type { Complaint } from '../../domain/position.ts';
import type { Tier } from '../../domain/profile.ts';
import { defaultGuard, guardRelaxations, mergeGuard } from '../../runs/policy/guard.ts';
import { checkNode, definite } from '../check.ts';
import { didYouMean, errorAt } from '../complaints.ts';
import { zGuard } from '../shape/guard.ts';
import { childOf, type MapNode, nearestNode, type YamlNode } from '../tree.ts';
import { type BuildResult, gapWarnings } from './context.ts';

/** A runbook that is named and not there. */
export const unknownRunbook = (
  item: YamlNode | undefined,
  label: string,
  runbooks: readonly string[],
): readonly Complaint[] =>
  item?.is !== 'scalar' ||
  typeof item.value !== 'string' ||
  item.gaps !== undefined ||
  runbooks.includes(item.value)
    ? []
    : [
        errorAt(
          item.position,
          `${label}: no runbook is called "${item.value}"`,
          didYouMean(item.value, runbooks, 'this profile has none; remove it'),
        ),
      ];

/** Runbooks that a list under `key` names and that are not there. */
export const unknownRunbooks = (
  node: YamlNode,
  key: string,
  label: string,
  runbooks: readonly string[],
): readonly Complaint[] => {
  const list = childOf(node, key);
  if (list?.is !== 'list') return [];
  return list.items.flatMap((item) => unknownRunbook(item, label, runbooks));
};

/** The runbooks that freezes and quiet hours leave out must be there. */
const dangling = (guard: MapNode, runbooks: readonly string[]): readonly Complaint[] =>
  ['freeze', 'quiet'].flatMap((key) => {
    const list = childOf(guard, key);
    const items = list?.is === 'list' ? list.items : [];
    return items.flatMap((item, i) => unknownRunbooks(item, 'except', `guard.${key}[${i}].except`, runbooks));
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
export const buildGuard = (tree: MapNode, tier: Tier, runbooks: readonly string[]): BuildResult<Guard> => {
  const usual = defaultGuard(tier);
  const node = childOf(tree, 'guard');
  if (node === undefined) return { made: usual, complaints: [] };
  const { value, complaints, gaps } = checkNode(zGuard, node, { under: ['guard'] });
  if (value === undefined || gaps.length > 0)
    return {
      // What it would have asked for is not known: nothing is changed without arming.
      made: { ...usual, readOnly: true },
      complaints: [
        ...complaints,
        ...gapWarnings(gaps, `the guard of tier ${tier} applies: read-only until armed`),
      ],
    };
  const { readOnly, arm: armMs, cancelWindow: cancelWindowMs, typed } = value;
  const asked = { readOnly, armMs, cancelWindowMs, typed };
  const lowered = guardRelaxations(tier, asked).map(({ key, what, todo }) =>
    errorAt(nearestNode(node, [key]).position, `guard.${key}: ${what}`, todo),
  );
  return {
    complaints: [...(node.is === 'map' ? dangling(node, runbooks) : []), ...lowered],
    made: { ...mergeGuard(tier, asked), ...halting(value) },
  };
};
