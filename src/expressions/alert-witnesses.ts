import { defined } from '../domain/base/defined.ts';
import type { MissingObservation } from '../domain/facts/missing-observation.ts';
import type { KindView, Row, Snapshot } from '../domain/facts/snapshot.ts';
import { type AlertLife, alertLifeOf } from './alert-life.ts';
import type { ExpressionNode, Operand } from './rows/ast.ts';
import { type EvaluationContext, paramValueOf } from './rows/evaluation-context.ts';
import { testRow } from './rows/test-row.ts';
import type { Truth } from './rows/truth.ts';

type SetNode = Extract<ExpressionNode, { is: 'any' | 'all' | 'count' }>;
type Rows = KindView<'alerts'>['rows'];

/** True in a verification: only there an alert must be shown to be resolved. */
const isVerification = ({ before, actedAt }: EvaluationContext): boolean =>
  before !== undefined || actedAt !== undefined;

const namesOf = (to: Operand, context: EvaluationContext): readonly string[] | undefined => {
  const value =
    to.is === 'param' ? paramValueOf(context, to.name) : to.is === 'literal' ? to.text : undefined;
  return value === undefined ? undefined : [value].flat().map(String);
};

/** The observation that is missing while an alert has not been confirmed as resolved. */
const missingAlert = (name: string | undefined): MissingObservation => ({
  is: 'alert',
  kind: 'alerts',
  ...defined({ object: name }),
});

/** Returns the value of `alert(NAME)` in a verification: false only when every alert of the name is resolved. */
const truthOfAlert = (
  names: readonly string[],
  plain: Truth,
  snapshot: Snapshot,
  context: EvaluationContext,
): Truth => {
  const lives = names.map((name) => alertLifeOf({ name }, snapshot, context));
  const firing = lives.find(({ fires }) => fires);
  if (firing !== undefined)
    return { value: 'true', why: plain.value === 'true' && firing.is === 'firing' ? plain.why : firing.why };
  const open = lives.find(({ is }) => is !== 'resolved');
  if (open !== undefined) {
    const name = names[lives.indexOf(open)];
    return { value: 'unknown', why: open.why, missing: missingAlert(name) };
  }
  return { value: 'false', why: lives.map(({ why }) => why).join(' and ') };
};

const quietStates: ReadonlySet<string> = new Set(['silenced', 'inhibited', 'acknowledged', 'pending']);

interface OpenWitness {
  readonly row: Row<'alerts'>;
  readonly life: AlertLife;
}

/**
 * Returns the alerts of before that belonged to the set and are not shown to be resolved: they are gone, or no longer pass because
 * they became quiet. `all` asks for those that are gone only, since it may ask for the quiet state itself.
 */
const openWitnesses = (node: SetNode, rows: Rows, snapshot: Snapshot, context: EvaluationContext) => {
  const now = new Map(rows.map((row) => [row.key, row]));
  const passes = (row: Row<'alerts'>): boolean =>
    node.test === undefined || testRow(node.test.test, 'alerts', row, context) !== 'false';
  const isMember = (row: Row<'alerts'>): boolean =>
    node.set.filter === undefined || testRow(node.set.filter.test, 'alerts', row, context) !== 'false';
  return (context.before?.kinds.alerts.rows ?? []).flatMap((was): readonly OpenWitness[] => {
    const row = now.get(was.key);
    if (was.stale || !isMember(was) || (node.is !== 'all' && !passes(was))) return [];
    const becameQuiet =
      row !== undefined && !row.stale && quietStates.has(row.fact.state) && row.fact.state !== was.fact.state;
    if (row !== undefined && (node.is === 'all' || !becameQuiet || passes(row))) return [];
    const life = alertLifeOf({ name: was.fact.name, labels: was.fact.labels }, snapshot, context);
    return life.is === 'resolved' ? [] : [{ row: row ?? was, life }];
  });
};

/**
 * Evaluates a set of alerts in a verification. An alert of before that is gone without proof stays in the set as a row about which
 * nothing is certain. `evaluate`: the value of the set over a view. Outside a verification it is returned as it is.
 */
export const evaluateAlerts = (
  node: SetNode,
  snapshot: Snapshot,
  context: EvaluationContext,
  evaluate: (view: KindView<'alerts'>) => Truth,
): Truth => {
  const view = snapshot.kinds.alerts;
  const plain = evaluate(view);
  if (!isVerification(context)) return plain;
  const names = node.is === 'any' && node.alert !== undefined ? namesOf(node.alert, context) : undefined;
  if (names !== undefined) return truthOfAlert(names, plain, snapshot, context);
  const open = openWitnesses(node, view.rows, snapshot, context);
  const [first] = open;
  if (first === undefined) return plain;
  const keys = new Set(open.map(({ row }) => row.key));
  const rows = [
    ...view.rows.filter(({ key }) => !keys.has(key)),
    ...open.map(({ row }) => ({ ...row, stale: true })),
  ];
  const truth = evaluate({ ...view, rows });
  return truth.value === plain.value && truth.value !== 'unknown'
    ? plain
    : { value: truth.value, why: first.life.why, missing: missingAlert(first.row.fact.name) };
};
