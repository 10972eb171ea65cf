import type { FactKind } from '../domain/facts/facts.ts';
import type { Row, Snapshot } from '../domain/facts/snapshot.ts';
import type { ParamValues } from '../domain/runbooks/runbook.ts';
import { formatMeasurement } from '../domain/text/value-text.ts';
import type { ExpressionNode, Operand, Test } from './rows/ast.ts';
import { fieldValueText } from './rows/describe-row.ts';
import type { Expression } from './rows/parse.ts';
import { fieldValue, testRow } from './rows/test-row.ts';

const isParam = (to: Operand, name: string): boolean => to.is === 'param' && to.name === name;

/** The fields that a test compares with a parameter. */
const fieldsComparedWith = (test: Test, name: string): readonly string[] => {
  if (test.is === 'and' || test.is === 'or')
    return test.parts.flatMap((part) => fieldsComparedWith(part, name));
  if (test.is === 'not') return fieldsComparedWith(test.part, name);
  return test.is === 'compare' && isParam(test.to, name) ? [test.field] : [];
};

type Quantifier = Extract<ExpressionNode, { is: 'any' | 'all' }>;

const quantified = <K extends FactKind>(
  kind: K,
  { set, test }: Quantifier,
  name: string,
  snapshot: Snapshot,
  params: ParamValues,
): readonly string[] => {
  const [field] = fieldsComparedWith(test.test, name);
  if (field === undefined) return [];
  const rows: readonly Row<K>[] = snapshot.kinds[kind].rows;
  return rows
    .filter((row) => set.filter === undefined || testRow(set.filter.test, kind, row, { params }) === 'true')
    .flatMap((row) => {
      const value = fieldValue(kind, row, field);
      return row.stale || value === undefined ? [] : [fieldValueText(kind, field, value)];
    });
};

const ofNode = (
  node: ExpressionNode,
  name: string,
  snapshot: Snapshot,
  params: ParamValues,
): readonly string[] => {
  switch (node.is) {
    case 'and':
    case 'or':
      return node.parts.flatMap((part) => ofNode(part, name, snapshot, params));
    case 'not':
    case 'for':
      return ofNode(node.part, name, snapshot, params);
    case 'signal':
      return isParam(node.to, name)
        ? snapshot.signals.flatMap(({ id, value, unit, stale }) =>
            id !== node.id || value === undefined || stale ? [] : [formatMeasurement(value, unit)],
          )
        : [];
    case 'any':
    case 'all':
      return quantified(node.set.kind, node, name, snapshot, params);
    default:
      return [];
  }
};

/**
 * Returns the distinct present values of what an expression compares with a parameter: '2' for `wanted = ${param.n}`.
 * Empty when it compares nothing with it, or nothing is known.
 */
export const presentValues = (
  { root }: Expression,
  name: string,
  snapshot: Snapshot,
  params: ParamValues,
): readonly string[] => [...new Set(ofNode(root, name, snapshot, params))];
