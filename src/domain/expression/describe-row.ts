import type { FactKind } from '../facts.ts';
import { count } from '../format.ts';
import { rowName } from '../row-key.ts';
import type { Row } from '../snapshot.ts';
import type { Operand, Test } from './ast.ts';
import type { FieldValue } from './fields.ts';
import { fieldValue, type Params, paramOf } from './test-row.ts';

const fieldsIn = (test: Test): readonly string[] => {
  if (test.is === 'not') return fieldsIn(test.part);
  if (test.is === 'and' || test.is === 'or') return [...new Set(test.parts.flatMap(fieldsIn))];
  return test.is === 'compare' && test.to.is === 'field' ? [test.field, test.to.name] : [test.field];
};

const operandsIn = (test: Test): readonly Operand[] => {
  if (test.is === 'not') return operandsIn(test.part);
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(operandsIn);
  return test.is === 'compare' ? [test.to] : test.is === 'in' ? test.among : [];
};

/** The first parameter of a test that has no value. */
const unboundIn = (test: Test, params: Params): string | undefined => {
  const found = operandsIn(test).find((to) => to.is === 'param' && paramOf(params, to.name) === undefined);
  return found?.is === 'param' ? found.name : undefined;
};

const valueText = (value: FieldValue): string => {
  if (typeof value === 'number') return count(value, 3);
  if (typeof value === 'object') return value.length === 0 ? 'empty' : value.join(', ');
  return value === '' ? 'empty' : String(value);
};

/** What a row says of the fields that a test looks at: 'breakers bus-0 · broker state is open'. */
export const describeRow = <K extends FactKind>(kind: K, row: Row<K>, test: Test): string => {
  const said = fieldsIn(test).map((name) => {
    const value = fieldValue(kind, row, name);
    return value === undefined ? `${name} is not known` : `${name} is ${valueText(value)}`;
  });
  return `${kind} ${rowName(kind, row.fact)} ${said.join(', ')}`;
};

/** Why nothing can be said of a row: the parameter, the age, or the fields that lack a value. */
export const whyUnknown = <K extends FactKind>(kind: K, row: Row<K>, test: Test, params: Params): string => {
  const unbound = unboundIn(test, params);
  if (unbound !== undefined) return `parameter ${unbound} has no value`;
  if (row.stale) return `${kind} ${rowName(kind, row.fact)} was not read lately`;
  return describeRow(kind, row, test);
};
