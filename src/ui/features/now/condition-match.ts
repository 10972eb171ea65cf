import type { FactKind } from '../../../domain/facts.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { ExpressionNode, RowSet, WrittenTest } from '../../../expressions/ast.ts';
import { signalIdsOf } from '../../../expressions/mentions.ts';
import { type Expression, parseExpression } from '../../../expressions/parse.ts';
import { testRow } from '../../../expressions/test-row.ts';

const parsed = new Map<string, Expression | undefined>();

/** What a `when` says is the same for ever: each is parsed once. */
const expressionOf = (when: string): Expression | undefined => {
  if (!parsed.has(when)) {
    const result = parseExpression(when);
    parsed.set(when, result.ok ? result.expression : undefined);
  }
  return parsed.get(when);
};

interface Quantified {
  readonly set: RowSet;
  readonly test?: WrittenTest;
  /** Whether the rows that it is about meet the test, or fail it. */
  readonly meets: boolean;
}

/** The sets of rows that it asks about; what stands behind `not` is not asked for. */
const setsOf = (node: ExpressionNode): readonly Quantified[] => {
  switch (node.is) {
    case 'and':
    case 'or':
      return node.parts.flatMap(setsOf);
    case 'for':
      return setsOf(node.part);
    case 'any':
    case 'count':
      return [{ set: node.set, ...(node.test === undefined ? {} : { test: node.test }), meets: true }];
    case 'all':
      return [{ set: node.set, test: node.test, meets: false }];
    default:
      return [];
  }
};

/** Whether a `when` is about this very row: 'any(breakers | state = open)' is about those that are open. */
export const conditionMatchesRow = <K extends FactKind>(when: string, kind: K, row: Row<K>): boolean => {
  const expression = expressionOf(when);
  if (expression === undefined) return false;
  const met = (written: WrittenTest | undefined): boolean =>
    written === undefined || testRow(written.test, kind, row, {}) === 'true';
  return setsOf(expression.root).some(
    ({ set, test, meets }) => set.kind === kind && met(set.filter) && met(test) === meets,
  );
};

/** Whether a `when` asks for this signal. */
export const conditionUsesSignal = (when: string, id: string): boolean => {
  const expression = expressionOf(when);
  return expression !== undefined && signalIdsOf(expression).has(id);
};
