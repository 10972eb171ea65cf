import type { FactKind } from '../domain/facts/facts.ts';
import type { KindView, Row, Snapshot } from '../domain/facts/snapshot.ts';
import { kindOf, rowName, shownState, stateWord } from '../kinds/registry/registry.ts';
import type { ExpressionNode, Test } from './rows/ast.ts';
import type { EvaluationContext } from './rows/evaluation-context.ts';
import { testRow } from './rows/test-row.ts';
import { isAnotherObject } from './witness/gone.ts';

type SetNode = Extract<ExpressionNode, { is: 'any' | 'all' | 'count' }>;

const stateFields: ReadonlySet<string> = new Set(['state', 'status']);

/** True for a test that asks whether a row is in one of some states. */
const asksForState = (test: Test): boolean => {
  if (test.is === 'and' || test.is === 'or') return test.parts.some(asksForState);
  if (test.is === 'not' || test.is === 'new') return false;
  return stateFields.has(test.field) && (test.is !== 'compare' || test.op === '=');
};

/** True for a test that excludes a state. */
const excludesState = (test: Test): boolean => {
  if (test.is === 'and' || test.is === 'or') return test.parts.some(excludesState);
  if (test.is === 'not') return asksForState(test.part);
  return test.is === 'compare' && stateFields.has(test.field) && test.op === '!=';
};

/** True when the state of a row is critical, whatever the limits of the profile say about its numbers. */
const isCritical = (kind: FactKind, row: Row): boolean => kindOf(kind).levelOf(row.fact, {}) === 'crit';

/** A row that left a state for another one that is no better. */
interface NoBetter {
  readonly was: Row;
  readonly is: Row;
}

const noBetterRows = (
  { is: quantifier, test }: SetNode,
  kind: FactKind,
  view: KindView,
  context: EvaluationContext,
): readonly NoBetter[] => {
  if (test === undefined || context.before === undefined) return [];
  const isByExclusion = quantifier === 'all';
  if (isByExclusion ? !excludesState(test.test) : !asksForState(test.test)) return [];
  const former = new Map(context.before.kinds[kind].rows.map((row) => [row.key, row]));
  const passes = (row: Row): boolean => testRow(test.test, kind, row, context) === 'true';
  return view.rows.flatMap((is): readonly NoBetter[] => {
    const was = former.get(is.key);
    if (was === undefined || was.stale || is.stale || isAnotherObject(kind, was, is)) return [];
    const hasLeft = passes(was) !== isByExclusion && passes(is) === isByExclusion;
    return hasLeft && isCritical(kind, was) && isCritical(kind, is) ? [{ was, is }] : [];
  });
};

/**
 * Returns the facts in which rows that left a state for another one that is no better are as before, with the reason: a failed unit whose
 * failure was reset is inactive, and does not run. Undefined: there are none.
 */
export const factsWithoutNoBetter = (
  node: SetNode,
  snapshot: Snapshot,
  context: EvaluationContext,
): { readonly facts: Snapshot; readonly why: string } | undefined => {
  const { kind } = node.set;
  const view: KindView = snapshot.kinds[kind];
  const rows = noBetterRows(node, kind, view, context);
  const [first] = rows;
  if (first === undefined) return undefined;
  const former = new Map(rows.map(({ was }) => [was.key, was]));
  const before: KindView = { ...view, rows: view.rows.map((row) => former.get(row.key) ?? row) };
  // The view is stored under its own kind.
  const kinds = { ...snapshot.kinds, [kind]: before } as Snapshot['kinds'];
  const stateOf = ({ fact }: Row): string => shownState(kind, stateWord(kind, fact));
  const { was, is } = first;
  return {
    facts: { ...snapshot, kinds },
    why: `${kind} ${rowName(kind, is.fact)} is ${stateOf(is)}, no better than ${stateOf(was)} before the action`,
  };
};
