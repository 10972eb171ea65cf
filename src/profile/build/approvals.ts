import type { Tier } from '../../domain/profile/profile.ts';
import type { Guard } from '../../domain/runbooks/guard.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { isProduction } from '../../runs/policy/tiers.ts';
import { errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';
import { mapItems } from './context.ts';

/** A place of the profile that requires approvals. */
interface ApprovalPlace {
  readonly node: YamlNode;
  readonly label: string;
}

const placesOf = (tree: MapNode): readonly ApprovalPlace[] => {
  const placesAt = (node: YamlNode | undefined, label: string): readonly ApprovalPlace[] =>
    node === undefined ? [] : [{ node, label }];
  const guard = childOf(tree, 'guard');
  return [
    ...placesAt(guard === undefined ? undefined : childOf(guard, 'approval'), 'guard.approval'),
    ...mapItems(tree, 'runbooks').maps.flatMap((node) =>
      placesAt(childOf(node, 'approval'), `runbook ${textAt(node, 'id') ?? ''}: approval`),
    ),
  ];
};

/** The accounts that share a database user: neither of them could approve a run of the other. */
const sharedUsers = (users: Readonly<Record<string, string>>): readonly (readonly string[])[] =>
  [...Map.groupBy(Object.keys(users), (account) => users[account] ?? '').values()].filter(
    (accounts) => accounts.length > 1,
  );

/**
 * Reports approvals that no person could give, or any person could: without the state database that would have them, and in
 * production without the database users of the accounts, because user and host of a record are its writer's statement.
 */
export const approvalDiagnostics = (
  tree: MapNode,
  tier: Tier,
  { approval }: Pick<Guard, 'approval'>,
): readonly Diagnostic[] => {
  const places = placesOf(tree);
  const [first] = places;
  if (first === undefined) return [];
  if (childOf(tree, 'state') === undefined)
    return places.map(({ node, label }) =>
      errorAt(
        node.position,
        `${label}: approvals need a state database, but this profile has none`,
        'write state: postgres://…, or remove approval',
      ),
    );
  const guard = childOf(tree, 'guard');
  const rule = guard === undefined ? undefined : childOf(guard, 'approval');
  // Those of a value that is not set are reported as a gap.
  if (rule === undefined || childOf(rule, 'users') === undefined)
    return isProduction(tier)
      ? [
          errorAt(
            first.node.position,
            `${first.label}: tier ${tier} requires users. Without users, one person can approve under the name of another`,
            'write guard.approval.users: { ACCOUNT: DATABASE_USER, … }, one database user for each person',
          ),
        ]
      : [];
  return sharedUsers(approval?.users ?? {}).map((accounts) =>
    errorAt(
      first.node.position,
      `guard.approval.users: ${accounts.join(' and ')} have the same database user`,
      'give each person a database user',
    ),
  );
};
