import type { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import type { Tier } from '../../domain/profile/profile.ts';
import type { ApprovalRule, Guard } from '../../domain/runbooks/guard.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { usualApprovalMs } from '../../runs/policy/approvals.ts';
import { defaultGuard, guardRelaxations, mergeGuard } from '../../runs/policy/guard.ts';
import { checkNode, definite } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, nearestNode, type YamlNode } from '../document/tree.ts';
import { zGuard } from '../shape/guard.ts';
import { type BuildResult, gapWarnings } from './context.ts';

/** Reports a reference to an unknown runbook. */
export const unknownRunbook = (
  item: YamlNode | undefined,
  label: string,
  runbooks: readonly string[],
): readonly Diagnostic[] =>
  item?.is !== 'scalar' ||
  typeof item.value !== 'string' ||
  item.gaps !== undefined ||
  runbooks.includes(item.value)
    ? []
    : [
        errorAt(
          item.position,
          `${label}: no runbook is called "${item.value}"`,
          didYouMean(item.value, runbooks, 'this profile defines no runbooks. Remove the name'),
        ),
      ];

/** Reports the unknown runbooks in the list under `key`. */
export const unknownRunbooks = (
  node: YamlNode,
  key: string,
  label: string,
  runbooks: readonly string[],
): readonly Diagnostic[] => {
  const list = childOf(node, key);
  if (list?.is !== 'list') return [];
  return list.items.flatMap((item) => unknownRunbook(item, label, runbooks));
};

/** Reports unknown runbooks among the exemptions of freezes and quiet hours. */
const unknownExemptions = (guard: MapNode, runbooks: readonly string[]): readonly Diagnostic[] =>
  ['freeze', 'quiet'].flatMap((key) => {
    const list = childOf(guard, key);
    const items = list?.is === 'list' ? list.items : [];
    return items.flatMap((item, i) => unknownRunbooks(item, 'except', `guard.${key}[${i}].except`, runbooks));
  });

/** The parts of a guard besides the requirements it adds to its tier's defaults. */
const restrictions = ({
  freeze,
  quiet,
  rate,
  blast,
  actions,
  approval,
}: z.infer<ReturnType<typeof zGuard>>): Partial<Guard> => ({
  ...(freeze === undefined
    ? {}
    : { freezes: freeze.map(({ break: mayBreak, ...rest }) => ({ ...rest, mayBreak })) }),
  ...(quiet === undefined
    ? {}
    : { quiet: quiet.map(({ break: mayBreak, ...rest }) => ({ ...rest, mayBreak })) }),
  ...(rate === undefined ? {} : { rate: { acts: rate.acts, perMs: rate.per } }),
  ...(blast === undefined ? {} : { blast: definite(blast) }),
  ...defined({ actions }),
  ...(approval === undefined
    ? {}
    : {
        approval: definite({
          danger: approval.danger,
          forMs: approval.for ?? usualApprovalMs,
          mayBreak: approval.breakGlass,
          users: approval.users,
        }),
      }),
});

/** Applies where the intended rule is unknown: every change needs an approval. */
const strictestApproval: ApprovalRule = { danger: 'safe', forMs: usualApprovalMs, mayBreak: false };

/** Builds the guard: the defaults of the tier, tightened by the profile. Loosening them is an error. */
export const buildGuard = (tree: MapNode, tier: Tier, runbooks: readonly string[]): BuildResult<Guard> => {
  const usual = defaultGuard(tier);
  const node = childOf(tree, 'guard');
  if (node === undefined) return { made: usual, diagnostics: [] };
  const { value, diagnostics, gaps } = checkNode(zGuard(), node, { under: ['guard'] });
  if (value === undefined || gaps.length > 0)
    return {
      // The intended guard is unknown, so nothing may change without arming.
      made: {
        ...usual,
        readOnly: true,
        ...(childOf(node, 'approval') === undefined ? {} : { approval: strictestApproval }),
      },
      diagnostics: [
        ...diagnostics,
        ...gapWarnings(gaps, `the default guard of tier ${tier} applies: read-only until armed`),
      ],
    };
  const { readOnly, arm: armMs, cancelWindow: cancelWindowMs, typed } = value;
  const requested = { readOnly, armMs, cancelWindowMs, typed };
  const lowered = guardRelaxations(tier, requested).map(({ key, what, todo }) =>
    errorAt(nearestNode(node, [key]).position, `guard.${key}: ${what}`, todo),
  );
  return {
    diagnostics: [...(node.is === 'map' ? unknownExemptions(node, runbooks) : []), ...lowered],
    made: { ...mergeGuard(tier, requested), ...restrictions(value) },
  };
};
