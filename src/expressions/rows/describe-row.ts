import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row } from '../../domain/facts/snapshot.ts';
import { formatFieldNumber } from '../../domain/text/value-text.ts';
import type { FieldValue } from '../../kinds/define/fields.ts';
import { fieldOf, rowName, shownState } from '../../kinds/registry/registry.ts';
import type { Operand, Test } from './ast.ts';
import { type EvaluationContext, isNew, isSameRun, paramValueOf } from './evaluation-context.ts';
import { comparesTime } from './mentions.ts';
import { fieldBefore, fieldValue } from './test-row.ts';

/** Returns the fields that a test compares, without duplicates. */
export const fieldsIn = (test: Test): readonly string[] => {
  if (test.is === 'not') return fieldsIn(test.part);
  if (test.is === 'and' || test.is === 'or') return [...new Set(test.parts.flatMap(fieldsIn))];
  if (test.is === 'new') return [];
  return test.is === 'compare' && test.to.is === 'field' ? [test.field, test.to.name] : [test.field];
};

const operandsIn = (test: Test): readonly Operand[] => {
  if (test.is === 'not') return operandsIn(test.part);
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(operandsIn);
  return test.is === 'compare' ? [test.to] : test.is === 'in' ? test.among : [];
};

/** Returns the names of the parameters that a test refers to, `each` included, without duplicates. */
export const paramNamesIn = (test: Test): readonly string[] => [
  ...new Set(operandsIn(test).flatMap((to) => (to.is === 'param' ? [to.name] : []))),
];

/** Returns the first parameter of a test that has no value. */
const unboundIn = (test: Test, context: EvaluationContext): string | undefined =>
  paramNamesIn(test).find((name) => paramValueOf(context, name) === undefined);

/** Formats a field value: '48,210', '512 MiB', 'falling behind'. */
export const fieldValueText = (kind: FactKind, name: string, value: FieldValue): string => {
  if (typeof value === 'number') return formatFieldNumber(name, value);
  if (typeof value === 'object') return value.length === 0 ? 'empty' : value.join(', ');
  if (value === '') return 'empty';
  return fieldOf(kind, name)?.type === 'state' ? shownState(kind, String(value)) : String(value);
};

/** The texts that a test compares a field with by '=' or 'in'. */
const textsFor = (test: Test, field: string): readonly string[] => {
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap((part) => textsFor(part, field));
  if ((test.is !== 'compare' && test.is !== 'in') || test.field !== field) return [];
  if (test.is === 'compare' && test.op !== '=') return [];
  return operandsIn(test).flatMap((to) => (to.is === 'literal' ? [to.text] : []));
};

/** Formats a list by the items that the test asks for, if it has them: 'broker up and 9 more'. */
const askedText = (kind: FactKind, name: string, value: FieldValue, test: Test): string => {
  if (typeof value !== 'object') return fieldValueText(kind, name, value);
  const questions = textsFor(test, name);
  const found = value.filter((item) => questions.includes(item));
  if (found.length === 0 || found.length === value.length) return fieldValueText(kind, name, value);
  return `${found.join(', ')} and ${value.length - found.length} more`;
};

/** Returns the fields that a test compares with their values before the action. */
const changesIn = (test: Test): readonly string[] => {
  if (test.is === 'not') return changesIn(test.part);
  if (test.is === 'and' || test.is === 'or') return test.parts.flatMap(changesIn);
  return test.is === 'compare' && test.to.is === 'before' ? [test.field] : [];
};

const asksForNew = (test: Test): boolean => {
  if (test.is === 'not') return asksForNew(test.part);
  return test.is === 'and' || test.is === 'or' ? test.parts.some(asksForNew) : test.is === 'new';
};

const newText: Readonly<Record<string, string>> = {
  true: 'did not exist before the action',
  false: 'existed before the action',
  undefined: 'may have existed before the action',
};

/** Describes a row by the fields that a test uses: 'breakers bus-0 · broker state is open'. */
export const describeRow = <K extends FactKind>(
  kind: K,
  row: Row<K>,
  test: Test,
  context: EvaluationContext,
): string => {
  const changes = new Set(changesIn(test));
  const parts = fieldsIn(test).map((name) => {
    const value = fieldValue(kind, row, name);
    const now =
      value === undefined ? `${name} is unknown` : `${name} is ${askedText(kind, name, value, test)}`;
    if (!changes.has(name)) return now;
    const then = fieldBefore(kind, row, name, context);
    return `${now}, before the action ${then === undefined ? 'unknown' : fieldValueText(kind, name, then)}`;
  });
  const age = asksForNew(test) ? [newText[String(isNew(context, kind, row))] ?? ''] : [];
  return `${kind} ${rowName(kind, row.fact)} ${[...parts, ...age].join(', ')}`;
};

/** Returns why a row's test is unknown: an unbound parameter, the row's age, or fields without a value. */
export const whyUnknown = <K extends FactKind>(
  kind: K,
  row: Row<K>,
  test: Test,
  context: EvaluationContext,
): string => {
  const unbound = unboundIn(test, context);
  if (unbound !== undefined) return `parameter ${unbound} has no value`;
  if (row.stale) return `${kind} ${rowName(kind, row.fact)} is stale`;
  const described = describeRow(kind, row, test, context);
  return comparesTime(kind, test) && isSameRun(context, kind, row)
    ? `${described}. The process has not been restarted, so only a clock was changed`
    : described;
};
