import { defined } from '../domain/base/defined.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { MissingObservation } from '../domain/facts/missing-observation.ts';
import type { KindView, Row, Snapshot } from '../domain/facts/snapshot.ts';
import { fieldOf } from '../kinds/registry/registry.ts';
import type { ExpressionNode, Test } from './rows/ast.ts';
import type { EvaluationContext } from './rows/evaluation-context.ts';
import { fieldsOfTest } from './rows/mentions.ts';
import { testRow } from './rows/test-row.ts';
import { and } from './rows/truth.ts';
import { isExplained } from './witness/explain.ts';
import { type GoneRow, goneRows, missingWith } from './witness/gone.ts';

type SetNode = Extract<ExpressionNode, { is: 'any' | 'all' | 'count' }>;

const conjunctsOf = (test: Test): readonly Test[] =>
  test.is === 'and' ? test.parts.flatMap(conjunctsOf) : [test];

/** True for a test that says which objects are meant, and nothing about their state. */
const isOfIdentity = (kind: FactKind, test: Test): boolean => {
  const fields = fieldsOfTest(test);
  return fields.length > 0 && fields.every((name) => fieldOf(kind, name)?.identity === true);
};

/** True for a row that has come since the reading before the action, also in place of another object. */
const isNewcomer = (row: Row, had: ReadonlySet<string>, gone: ReadonlyMap<string, GoneRow>): boolean => {
  const former = gone.get(row.key);
  return !had.has(row.key) || (former !== undefined && former.isHere !== true && former.isOff !== true);
};

/**
 * Returns the facts without the rows that have come since the reading before the action and by which a count may have grown, with the reason. They count
 * only in place of those that the action replaces, or where nothing else could make the count grow: every object that was meant was counted
 * before, and is counted now. Undefined: all rows count.
 */
export const factsWithoutNewcomers = (
  node: SetNode,
  snapshot: Snapshot,
  context: EvaluationContext,
): { readonly facts: Snapshot; readonly why: string; readonly missing?: MissingObservation } | undefined => {
  const { before, witnesses } = context;
  if (node.is !== 'count' || node.to.is !== 'before' || before === undefined || witnesses === undefined)
    return undefined;
  const { kind, filter } = node.set;
  const tests = [filter, node.test].flatMap((written) =>
    written === undefined ? [] : conjunctsOf(written.test),
  );
  const counts = (row: Row): boolean =>
    and(tests.map((test) => testRow(test, kind, row, context))) === 'true';
  const naming = tests.filter((test) => isOfIdentity(kind, test));
  const isMeant = (row: Row): boolean =>
    and(naming.map((test) => testRow(test, kind, row, context))) !== 'false';

  const view: KindView = snapshot.kinds[kind];
  const meant: readonly Row[] = before.kinds[kind].rows.filter(isMeant);
  const had = new Set(before.kinds[kind].rows.map(({ key }) => key));
  const gone = new Map(goneRows(kind, before.kinds[kind], view).map((row) => [row.row.key, row]));
  const come = new Set(view.rows.filter((row) => isNewcomer(row, had, gone) && counts(row)));
  if (come.size === 0) return undefined;

  const accounts = { before, now: snapshot, ...witnesses };
  const left = meant.flatMap(({ key }) => gone.get(key) ?? []);
  const unexplained = left.filter((row) => !isExplained(row, accounts));
  const replaced = left.length - unexplained.length;
  const here = new Map(view.rows.map((row) => [row.key, row]));
  const isCountedNow = (key: string): boolean => {
    const row = here.get(key);
    return row !== undefined && counts(row);
  };
  const areAllCounted = meant.every((row) => counts(row) && (gone.has(row.key) || isCountedNow(row.key)));
  if (unexplained.length === 0 && areAllCounted) return undefined;

  let successors = replaced;
  const rows = view.rows.filter((row) => {
    if (!come.has(row)) return true;
    successors -= 1;
    return successors >= 0;
  });
  // The view is stored under its own kind.
  const kinds = { ...snapshot.kinds, [kind]: { ...view, rows } } as Snapshot['kinds'];
  return {
    facts: { ...snapshot, kinds },
    // While something is gone, what the action replaces is read as well: it may explain that.
    ...defined({ missing: unexplained[0] && missingWith(unexplained[0]) }),
    why: `${come.size} ${kind} are new since the action, so the count does not show what became of the earlier ones`,
  };
};
