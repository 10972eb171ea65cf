import type { Millis } from '../../domain/base/fault.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import type { KindView, Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { ParamValues } from '../../domain/runbooks/runbook.ts';
import { withParamValues } from '../../domain/runbooks/runbook.ts';
import { kindOf } from '../../kinds/registry/registry.ts';
import type { Witnesses } from '../witness/former.ts';
import type { Operand, RowSet, WrittenTest } from './ast.ts';
import type { OperandValue } from './compare.ts';

/** Describes the data missing from a kind; undefined when it is complete. */
export const missingDataText = (
  kind: FactKind,
  { rows, faults, isProvided, waiting }: KindView,
): string | undefined => {
  const [fault] = faults;
  if (fault !== undefined) return `${rows.length === 0 ? '' : 'some '}${kind} unavailable: ${fault.message}`;
  if (!isProvided && rows.length === 0) return `no source provides ${kind}`;
  if (waiting === 0) return undefined;
  return rows.length === 0 ? `${kind} have not been read yet` : `some ${kind} have not been read yet`;
};

/** Formats a test as written, with the values of its references. */
export const formatTest = ({ text }: WrittenTest, params: ParamValues = {}): string =>
  withParamValues(text, params).replaceAll('${before}', 'the value before the action');

/** Formats a row set: 'breakers with name = "x"'. */
export const formatRowSet = ({ kind, filter }: RowSet, params?: ParamValues): string =>
  filter === undefined ? kind : `${kind} with ${formatTest(filter, params)}`;

/** Values for evaluating an expression, besides the facts. */
export interface EvaluationContext {
  readonly params?: ParamValues;
  /** The facts before the run's first action, for `${before}` and `new`. Absent: both are unknown. */
  readonly before?: Snapshot | undefined;
  /** In a verification: when the last action completed. Absent: before the action, and outside a verification. */
  readonly actedAt?: Millis;
  /**
   * Set in a verification: nothing is true there because a row or series of `before` is gone, unless a declared effect explains it.
   * Absent: the facts are taken as they are.
   */
  readonly witnesses?: Witnesses;
}

/** Returns the value of a parameter; undefined when it is unbound. */
export const paramValueOf = ({ params = {} }: EvaluationContext, name: string): OperandValue | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

const byKey = new WeakMap<readonly Row[], ReadonlyMap<string, Row>>();

const indexed = (rows: readonly Row[]): ReadonlyMap<string, Row> => {
  const known = byKey.get(rows) ?? new Map(rows.map((row) => [row.key, row]));
  byKey.set(rows, known);
  return known;
};

/**
 * Returns the row with the same key before the action: 'none' when it did not exist, undefined when that is unknown.
 */
export const rowBeforeAct = <K extends FactKind>(
  { before }: EvaluationContext,
  kind: K,
  row: Row<K>,
): Row<K> | 'none' | undefined => {
  if (before === undefined) return undefined;
  const view: KindView<K> = before.kinds[kind];
  // The index is keyed by the rows of this kind.
  const was = indexed(view.rows as readonly Row[]).get(row.key) as Row<K> | undefined;
  if (was !== undefined) return was.stale ? undefined : was;
  return missingDataText(kind, view) === undefined ? 'none' : undefined;
};

/**
 * Returns whether a row did not exist before the action; undefined when that is unknown. A successor of the same name
 * (a pod with another uid, a restarted backend) is new.
 */
export const isNew = <K extends FactKind>(
  context: EvaluationContext,
  kind: K,
  row: Row<K>,
): boolean | undefined => {
  const was = rowBeforeAct(context, kind, row);
  if (was === undefined || was === 'none') return was === undefined ? undefined : true;
  const { pin } = kindOf(kind);
  const now = pin?.(row.fact);
  const then = pin?.(was.fact);
  return now !== undefined && then !== undefined && now !== then;
};

/** A restarted container or process may keep its uid, which then does not tell one run from the next. */
const outlivesRestart = (kind: FactKind, row: Row, pin: string | number): boolean => {
  const of = (name: string): string => String(kindOf(kind).field(name)?.of(row.fact, row.level) ?? '');
  return pin === of('uid') && ['container', 'process'].includes(of('kind'));
};

/** True when a row is surely the same run of the same object as before the action. Only a clock that was set lets it begin later. */
export const isSameRun = <K extends FactKind>(context: EvaluationContext, kind: K, row: Row<K>): boolean => {
  const was = rowBeforeAct(context, kind, row);
  if (was === undefined || was === 'none') return false;
  const { pin } = kindOf(kind);
  const now = pin?.(row.fact);
  const then = pin?.(was.fact);
  return now !== undefined && now === then && !outlivesRestart(kind, row as Row, now);
};

/** Returns the value of a signal's series before the action; undefined when it was unknown. */
export const signalBeforeAct = (
  { before }: EvaluationContext,
  { key }: SignalRow,
): number | string | undefined => {
  const was = before?.signals.find((row) => row.key === key);
  return was === undefined || was.stale ? undefined : was.value;
};

/** Explains why the right side of a comparison has no value. */
export const missingValueReason = (to: Operand, what: string): string =>
  to.is === 'before'
    ? `${what} before the action is unknown`
    : `the value to compare ${what} with is missing`;
