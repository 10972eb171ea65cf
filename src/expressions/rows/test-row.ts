import type { Comparison } from '../../domain/facts/bound-hints.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row } from '../../domain/facts/snapshot.ts';
import { type Matcher, matchesOr } from '../../domain/regex/matcher.ts';
import { matchedChars } from '../../domain/regex/pattern.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { FieldValue } from '../../kinds/define/fields.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';
import type { Operand, Test } from './ast.ts';
import { compareField, type OperandValue } from './compare.ts';
import {
  type EvaluationContext,
  isNew,
  isSameRun,
  paramValueOf,
  rowBeforeAct,
} from './evaluation-context.ts';
import { and, not, or, type TriState, triStateOf } from './truth.ts';

/**
 * Returns a field of a row; undefined when it is absent, or the row is stale and the field is not part of its identity.
 */
export const fieldValue = <K extends FactKind>(
  kind: K,
  row: Row<K>,
  name: string,
): FieldValue | undefined => {
  const field = fieldOf(kind, name);
  return field === undefined || (row.stale && field.identity !== true)
    ? undefined
    : field.of(row.fact, row.level);
};

/** Returns the field of the same row before the action; undefined when it was unknown or the row did not exist. */
export const fieldBefore = <K extends FactKind>(
  kind: K,
  row: Row<K>,
  name: string,
  context: EvaluationContext,
): FieldValue | undefined => {
  const was = rowBeforeAct(context, kind, row);
  return was === undefined || was === 'none' ? undefined : fieldValue(kind, was, name);
};

const matches = (pattern: Matcher, text: string): boolean | undefined => {
  const begin = text.slice(0, matchedChars);
  if (matchesOr(pattern, begin, false)) return true;
  if (matchesOr(pattern, begin, true)) return undefined;
  return text.length > matchedChars ? undefined : false;
};

/** Converts a duration parameter ('10m') to ms, the unit of the field it is compared with. */
const inMillis = (value: OperandValue | undefined): OperandValue | undefined =>
  typeof value === 'string' ? (parseDuration(value) ?? value) : value;

/**
 * Tests one row. A missing value in the row, in a parameter or before the action makes the result unknown, never true.
 */
export const testRow = <K extends FactKind>(
  test: Test,
  kind: K,
  row: Row<K>,
  context: EvaluationContext,
): TriState => {
  const inner = (part: Test): TriState => testRow(part, kind, row, context);
  if (test.is === 'and') return and(test.parts.map(inner));
  if (test.is === 'or') return or(test.parts.map(inner));
  if (test.is === 'not') return not(inner(test.part));
  if (test.is === 'new') return row.stale ? 'unknown' : triStateOf(isNew(context, kind, row));
  const field = fieldOf(kind, test.field);
  const left = fieldValue(kind, row, test.field);
  if (field === undefined || left === undefined) return 'unknown';
  const right = (to: Operand): OperandValue | undefined => {
    if (to.is === 'literal') return to.text;
    if (to.is === 'field') return fieldValue(kind, row, to.name);
    if (to.is === 'before') return fieldBefore(kind, row, test.field, context);
    const value = paramValueOf(context, to.name);
    return field.type === 'number' && test.field.endsWith('Ms') ? inMillis(value) : value;
  };
  const single = (op: Comparison, value: OperandValue): TriState =>
    triStateOf(compareField(field, left, op, value));
  const compared = (op: Comparison, to: Operand): TriState => {
    const value = right(to);
    if (value === undefined) return 'unknown';
    // The clock of a system may be set; the identity of what runs there is not.
    if (to.is === 'before' && field.type === 'time' && isSameRun(context, kind, row))
      return single(op, value) === 'true' && op !== '=' ? 'unknown' : single(op, value);
    // A selection matches any of its values: a row equals it when it equals one, and differs when it differs from all.
    if (to.is !== 'param' || typeof value !== 'object') return single(op, value);
    if (op === '=') return or(value.map((text) => single(op, text)));
    return op === '!=' ? and(value.map((text) => single(op, text))) : 'unknown';
  };
  if (test.is === 'compare') return compared(test.op, test.to);
  if (test.is === 'in') return or(test.among.map((to) => compared('=', to)));
  const texts = typeof left === 'object' ? left : [String(left)];
  const verdict = or(texts.map((text) => triStateOf(matches(test.pattern, text))));
  return verdict === 'false' && field.type === 'state' && left === 'unknown' ? 'unknown' : verdict;
};
