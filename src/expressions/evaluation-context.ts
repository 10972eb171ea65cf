import type { FactKind } from '../domain/facts.ts';
import type { ParamValues } from '../domain/runbook.ts';
import { withParamValues } from '../domain/runbook.ts';
import type { KindView, Row, SignalRow, Snapshot } from '../domain/snapshot.ts';
import { kindOf } from '../kinds/registry.ts';
import type { Operand, RowSet, WrittenTest } from './ast.ts';
import type { OperandValue } from './compare.ts';

/** What of a kind cannot be seen, in words; undefined when all of it was. */
export const missingDataText = (
  kind: FactKind,
  { rows, blind, asked, waiting }: KindView,
): string | undefined => {
  const [fault] = blind;
  if (fault !== undefined) return `${rows.length === 0 ? '' : 'some '}${kind} unavailable: ${fault.message}`;
  if (!asked && rows.length === 0) return `no source provides ${kind}`;
  if (waiting === 0) return undefined;
  return rows.length === 0 ? `${kind} have not been read yet` : `some ${kind} have not been read yet`;
};

/** A test as it was written, with the values of its references. */
export const formatTest = ({ text }: WrittenTest, params: ParamValues = {}): string =>
  withParamValues(text, params).replaceAll('${before}', 'its value before the action');

/** The set in words: 'breakers with name = "x"'. */
export const formatRowSet = ({ kind, filter }: RowSet, params?: ParamValues): string =>
  filter === undefined ? kind : `${kind} with ${formatTest(filter, params)}`;

/** The values that an expression is evaluated with, besides the facts. */
export interface EvaluationContext {
  readonly params?: ParamValues;
  /** The facts before the run's first act, for `${before}` and `new`. Absent: both are unknown. */
  readonly before?: Snapshot | undefined;
}

/** The value of a parameter; undefined when it has none. */
export const paramValueOf = ({ params = {} }: EvaluationContext, name: string): OperandValue | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

const byKey = new WeakMap<readonly Row[], ReadonlyMap<string, Row>>();

const indexed = (rows: readonly Row[]): ReadonlyMap<string, Row> => {
  const known = byKey.get(rows) ?? new Map(rows.map((row) => [row.key, row]));
  byKey.set(rows, known);
  return known;
};

/** The row of the same key before the act: 'none' when it did not exist, undefined when that is unknown. */
export const rowBeforeAct = <K extends FactKind>(
  { before }: EvaluationContext,
  kind: K,
  row: Row<K>,
): Row<K> | 'none' | undefined => {
  if (before === undefined) return undefined;
  const view: KindView<K> = before.kinds[kind];
  // The index of a kind's rows holds rows of that kind.
  const was = indexed(view.rows as readonly Row[]).get(row.key) as Row<K> | undefined;
  if (was !== undefined) return was.stale ? undefined : was;
  return missingDataText(kind, view) === undefined ? 'none' : undefined;
};

/** Whether a row did not exist before the act; undefined when that is unknown. A successor of the same name (another pod's uid, another start of a backend) is new. */
export const isNew = <K extends FactKind>(
  given: EvaluationContext,
  kind: K,
  row: Row<K>,
): boolean | undefined => {
  const was = rowBeforeAct(given, kind, row);
  if (was === undefined || was === 'none') return was === undefined ? undefined : true;
  const { pin } = kindOf(kind);
  const [now, then] = [pin?.(row.fact), pin?.(was.fact)];
  return now !== undefined && then !== undefined && now !== then;
};

/** The value of a signal's series before the act; undefined when it was not known. */
export const signalBeforeAct = (
  { before }: EvaluationContext,
  { key }: SignalRow,
): number | string | undefined => {
  const was = before?.signals.find((row) => row.key === key);
  return was === undefined || was.stale ? undefined : was.value;
};

/** Why the right side of a comparison has no value. */
export const missingValueReason = (to: Operand, what: string): string =>
  to.is === 'before'
    ? `${what} before the action is unknown`
    : `the value to compare ${what} with is missing`;
