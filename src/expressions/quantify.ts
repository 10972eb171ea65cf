import type { Comparison } from '../domain/facts/bound-hints.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { KindView, Row } from '../domain/facts/snapshot.ts';
import { fieldOf } from '../kinds/registry/registry.ts';
import type { ExpressionNode, Operand, RowSet, Test, WrittenTest } from './rows/ast.ts';
import { compareField, compareNumbers, type OperandValue } from './rows/compare.ts';
import { describeRow, whyUnknown } from './rows/describe-row.ts';
import {
  type EvaluationContext,
  formatRowSet,
  formatTest,
  missingDataText,
  missingValueReason,
  paramValueOf,
} from './rows/evaluation-context.ts';
import { testRow } from './rows/test-row.ts';
import type { Truth } from './rows/truth.ts';
import { and, type TriState } from './rows/truth.ts';

/** A row, whether it is a member of the set, and whether it passes the test. */
interface Judged<K extends FactKind> {
  readonly row: Row<K>;
  readonly member: TriState;
  readonly testResult: TriState;
}

/**
 * Returns the rows that may belong to a set. Everything about a stale row is uncertain, even whether it still exists.
 */
const judgeRows = <K extends FactKind>(
  kind: K,
  view: KindView<K>,
  filter: WrittenTest | undefined,
  test: WrittenTest | undefined,
  context: EvaluationContext,
): readonly Judged<K>[] =>
  view.rows
    .map((row): Judged<K> => {
      const member = filter === undefined ? 'true' : testRow(filter.test, kind, row, context);
      if (member === 'false' || row.stale)
        return { row, member: member === 'false' ? 'false' : 'unknown', testResult: 'unknown' };
      return {
        row,
        member,
        testResult: test === undefined ? 'true' : testRow(test.test, kind, row, context),
      };
    })
    .filter(({ member }) => member !== 'false');

/** True when no row of the source passes the test, whatever else the row says. */
const excludesSource = (test: Test, kind: FactKind, source: string): boolean => {
  const inner = (part: Test): boolean => excludesSource(part, kind, source);
  if (test.is === 'and') return test.parts.some(inner);
  if (test.is === 'or') return test.parts.every(inner);
  if ((test.is !== 'compare' && test.is !== 'in') || test.field !== 'source') return false;
  const field = fieldOf(kind, 'source');
  const differs = (to: Operand): boolean =>
    field !== undefined && to.is === 'literal' && compareField(field, source, '=', to.text) === false;
  return test.is === 'in' ? test.among.every(differs) : test.op === '=' && differs(test.to);
};

/**
 * Describes the data missing from a set; undefined when it is complete. A source that the filter excludes hides none of
 * its rows.
 */
const missingFrom = ({ kind, filter }: RowSet, view: KindView): string | undefined =>
  missingDataText(kind, {
    ...view,
    faults:
      filter === undefined
        ? view.faults
        : view.faults.filter(({ source }) => source === '' || !excludesSource(filter.test, kind, source)),
  });

type Quant = Extract<ExpressionNode, { is: 'any' | 'all' }>;
type Count = Extract<ExpressionNode, { is: 'count' }>;

const both = (filter: WrittenTest | undefined, { test }: WrittenTest): WrittenTest['test'] =>
  filter === undefined ? test : { is: 'and', parts: [test, filter.test] };

const reason = <K extends FactKind>(
  kind: K,
  { row, member }: Judged<K>,
  node: Quant,
  context: EvaluationContext,
): string =>
  whyUnknown(kind, row, member === 'unknown' ? both(node.set.filter, node.test) : node.test.test, context);

/** `any`: true once one row passes, however much is missing; false only when the data is complete. */
export const evaluateAny = <K extends FactKind>(
  node: Quant,
  kind: K,
  view: KindView<K>,
  context: EvaluationContext,
): Truth => {
  const { set, test } = node;
  const rows = judgeRows(kind, view, set.filter, test, context);
  const contributes = ({ member, testResult }: Judged<K>): TriState => and([member, testResult]);
  const example = rows.find((row) => contributes(row) === 'true');
  if (example !== undefined)
    return { value: 'true', why: describeRow(kind, example.row, test.test, context) };
  const unsure = rows.find((row) => contributes(row) === 'unknown');
  if (unsure !== undefined) return { value: 'unknown', why: reason(kind, unsure, node, context) };
  const hidden = missingFrom(set, view);
  if (hidden !== undefined) return { value: 'unknown', why: hidden };
  const [first] = rows;
  if (first === undefined) return { value: 'false', why: `no ${formatRowSet(set, context.params)}` };
  const why =
    rows.length === 1
      ? describeRow(kind, first.row, test.test, context)
      : `none of ${rows.length} ${formatRowSet(set, context.params)}: ${formatTest(test, context.params)}`;
  return { value: 'false', why };
};

/** `all`: false once one row fails, however much is missing; true only when the data is complete and there is a row. */
export const evaluateAll = <K extends FactKind>(
  node: Quant,
  kind: K,
  view: KindView<K>,
  context: EvaluationContext,
): Truth => {
  const { set, test } = node;
  const rows = judgeRows(kind, view, set.filter, test, context);
  const failing = rows.find(({ member, testResult }) => member === 'true' && testResult === 'false');
  if (failing !== undefined)
    return { value: 'false', why: describeRow(kind, failing.row, test.test, context) };
  const unsure = rows.find(({ testResult }) => testResult !== 'true');
  if (unsure !== undefined) return { value: 'unknown', why: reason(kind, unsure, node, context) };
  const hidden = missingFrom(set, view);
  if (hidden !== undefined) return { value: 'unknown', why: hidden };
  const sure = rows.filter(({ member }) => member === 'true');
  const [first] = sure;
  if (first === undefined)
    return { value: 'unknown', why: `no ${formatRowSet(set, context.params)}`, isEmpty: true };
  const why =
    sure.length === 1
      ? describeRow(kind, first.row, test.test, context)
      : `all ${sure.length} ${formatRowSet(set, context.params)}: ${formatTest(test, context.params)}`;
  return { value: 'true', why };
};

/** Compares every number from `least` to `most`: true for all, false for none, else unknown. */
const range = (least: number, most: number, op: Comparison, limit: number): TriState => {
  const ends = [compareNumbers(least, op, limit), compareNumbers(most, op, limit)];
  if (op === '=' || op === '!=') {
    const outside = limit < least || limit > most;
    if (outside) return op === '=' ? 'false' : 'true';
    return least === most ? (op === '=' ? 'true' : 'false') : 'unknown';
  }
  if (ends.every((end) => end === true)) return 'true';
  return ends.every((end) => end === false) ? 'false' : 'unknown';
};

const textOf = (to: Operand): string | undefined => (to.is === 'literal' ? to.text : undefined);

/** Returns the minimum and maximum number of rows that pass a count's test. `hidden`: why there may be more. */
export const counted = <K extends FactKind>(
  node: Count,
  kind: K,
  view: KindView<K>,
  context: EvaluationContext,
) => {
  const rows = judgeRows(kind, view, node.set.filter, node.test, context);
  const states = rows.map(({ member, testResult }) => and([member, testResult]));
  const least = states.filter((state) => state === 'true').length;
  const unsure = states.filter((state) => state === 'unknown').length;
  const hidden = missingFrom(node.set, view);
  return { least, most: hidden === undefined ? least + unsure : Number.POSITIVE_INFINITY, unsure, hidden };
};

/** Returns the count before the action; undefined when it was not exactly known. */
const countBefore = <K extends FactKind>(
  node: Count,
  kind: K,
  context: EvaluationContext,
): number | undefined => {
  if (context.before === undefined) return undefined;
  const { least, most } = counted(node, kind, context.before.kinds[kind], context);
  return least === most ? least : undefined;
};

/** `count`: decided once the unknown or missing rows cannot change the result. */
export const evaluateCount = <K extends FactKind>(
  node: Count,
  kind: K,
  view: KindView<K>,
  context: EvaluationContext,
): Truth => {
  const { set, test, op, to } = node;
  const right: OperandValue | undefined =
    to.is === 'before'
      ? countBefore(node, kind, context)
      : to.is === 'param'
        ? paramValueOf(context, to.name)
        : textOf(to);
  // A selection is not a number, not even a single value that looks like one.
  const limit = typeof right === 'object' ? Number.NaN : Number(right);
  if (right === undefined || Number.isNaN(limit))
    return { value: 'unknown', why: missingValueReason(to, 'the count') };
  const { least, most, unsure, hidden } = counted(node, kind, view, context);
  const setText = `${formatRowSet(set, context.params)}${test === undefined ? '' : `, ${formatTest(test, context.params)}`}`;
  const then = to.is === 'before' ? `, before the action ${limit}` : '';
  if (least === most)
    return { value: range(least, most, op, limit), why: `count of ${setText} is ${least}${then}` };
  const why = hidden ?? `${unsure} ${kind} have an unknown state`;
  return {
    value: range(least, most, op, limit),
    why: `count of ${setText} is at least ${least}${then}: ${why}`,
  };
};
