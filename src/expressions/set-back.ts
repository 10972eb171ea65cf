import type { AnyFact, FactKind } from '../domain/facts/facts.ts';
import type { KindView, Row, Snapshot } from '../domain/facts/snapshot.ts';
import { kindOf, rowName } from '../kinds/registry/registry.ts';
import type { ExpressionNode, Test } from './rows/ast.ts';
import type { EvaluationContext } from './rows/evaluation-context.ts';
import { fieldsOfTest } from './rows/mentions.ts';
import { isExplained } from './witness/explain.ts';
import { isAnotherObject } from './witness/gone.ts';

type SetNode = Extract<ExpressionNode, { is: 'any' | 'all' | 'count' }>;

/** A counter of a row that is lower than before. */
interface SetBack {
  readonly row: Row;
  readonly name: string;
  readonly was: number;
  readonly is: number;
}

/** True for a test that asks for another run of an object than before: its counters begin with it. */
const asksForNewRun = (test: Test, counters: ReadonlySet<string>): boolean => {
  if (test.is === 'and' || test.is === 'or') return test.parts.some((part) => asksForNewRun(part, counters));
  if (test.is === 'not') return asksForNewRun(test.part, counters);
  return test.is === 'new' || (test.is === 'compare' && test.to.is === 'before' && !counters.has(test.field));
};

const numberOf = (fact: AnyFact, name: string): number | undefined => {
  const value: unknown = Object.entries(fact).find(([key]) => key === name)?.[1];
  return typeof value === 'number' ? value : undefined;
};

const setBackIn = (
  kind: FactKind,
  names: ReadonlySet<string>,
  snapshot: Snapshot,
  { before, witnesses }: EvaluationContext,
): readonly SetBack[] => {
  if (before === undefined || witnesses === undefined) return [];
  const former = new Map<string, Row>(before.kinds[kind].rows.map((row) => [row.key, row]));
  const rows: readonly Row[] = snapshot.kinds[kind].rows;
  const accounts = { before, now: snapshot, ...witnesses };
  return rows.flatMap((row): readonly SetBack[] => {
    const then = former.get(row.key);
    if (then === undefined || then.stale || row.stale || isAnotherObject(kind, then, row)) return [];
    const lower = [...names].flatMap((name): readonly SetBack[] => {
      const was = numberOf(then.fact, name);
      const is = numberOf(row.fact, name);
      return was !== undefined && is !== undefined && is < was ? [{ row, name, was, is }] : [];
    });
    return lower.length === 0 || isExplained({ is: 'row', kind, row: then }, accounts) ? [] : lower;
  });
};

/**
 * Returns the facts in which counters of rows that are lower than before are as before, with the reason: the object was restarted, and
 * counts from zero. An action that replaces it, and a check that asks for another run of it, explain that. Undefined: there are none.
 */
export const factsWithoutSetBack = (
  { set, test }: SetNode,
  snapshot: Snapshot,
  context: EvaluationContext,
): { readonly facts: Snapshot; readonly why: string } | undefined => {
  const { kind, filter } = set;
  const tests = [filter, test].flatMap((written) => (written === undefined ? [] : [written.test]));
  const counters: ReadonlySet<string> = new Set(kindOf(kind).counters ?? []);
  const names = new Set(tests.flatMap(fieldsOfTest).filter((name) => counters.has(name)));
  if (names.size === 0 || tests.some((part) => asksForNewRun(part, counters))) return undefined;
  const lower = setBackIn(kind, names, snapshot, context);
  const [first] = lower;
  if (first === undefined) return undefined;
  const former = Map.groupBy(lower, ({ row }) => row.key);
  const view: KindView = snapshot.kinds[kind];
  const rows = view.rows.map((row): Row => {
    const counts = former.get(row.key)?.map(({ name, was }) => [name, was]);
    return counts === undefined ? row : { ...row, fact: { ...row.fact, ...Object.fromEntries(counts) } };
  });
  // The view is stored under its own kind.
  const kinds = { ...snapshot.kinds, [kind]: { ...view, rows } } as Snapshot['kinds'];
  return {
    facts: { ...snapshot, kinds },
    why: `${first.name} of ${kind} ${rowName(kind, first.row.fact)} was reset by a restart, ${first.was} → ${first.is}`,
  };
};
