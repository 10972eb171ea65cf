import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { Complaint } from '../../domain/text/position.ts';
import type { ExpressionNode } from '../../expressions/rows/ast.ts';
import { nodesOf } from '../../expressions/rows/mentions.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import { childOf, type MapNode, textAt, type YamlNode } from '../document/tree.ts';
import { mapItems } from './context.ts';

const itemsOf = (node: YamlNode | undefined): readonly YamlNode[] => (node?.is === 'list' ? node.items : []);

const isGuard = (step: YamlNode): boolean => {
  const guard = childOf(step, 'guard');
  return guard?.is === 'scalar' && guard.value === true;
};

/** True for a comparison that a smaller value passes: `s < 5`, `s = 0`, `s <= ok`. */
const passesWithLess = (node: ExpressionNode): node is Extract<ExpressionNode, { is: 'signal' }> =>
  node.is === 'signal' && ['<', '<=', '='].includes(node.op) && node.to.is !== 'before';

/**
 * Warns about checks of a verification that a count of the server passes when what it counts is gone: the check cannot see that. A guard is no
 * proof.
 */
export const hiddenPartsWarnings = (tree: MapNode, signals: readonly SignalSpec[]): readonly Complaint[] => {
  const hidden = new Map(
    signals.flatMap(({ id, hiddenBy }) => (hiddenBy === undefined ? [] : [[id, hiddenBy]])),
  );
  if (hidden.size === 0) return [];
  return mapItems(tree, 'runbooks').maps.flatMap((runbook) =>
    itemsOf(childOf(runbook, 'verify')).flatMap((step, at): readonly Complaint[] => {
      const that = childOf(step, 'that');
      const parsed = parseExpression(textAt(step, 'that') ?? '');
      if (that === undefined || !parsed.ok || isGuard(step)) return [];
      const found = nodesOf(parsed.expression.root)
        .filter(passesWithLess)
        .find(({ id }) => hidden.has(id));
      if (found === undefined) return [];
      return [
        {
          position: that.position,
          severity: 'warning',
          what: `${textAt(runbook, 'id') ?? ''} verify[${at}] that: ${found.id} is computed by the server (${hidden.get(found.id)}), so that what it no longer counts is not missed`,
          todo: 'read the rows (labels: in SQL, the series themselves in PromQL) and verify them, or mark the check as a guard',
        },
      ];
    }),
  );
};
