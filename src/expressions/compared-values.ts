import { defined } from '../domain/base/defined.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import { labelParts, type Row, type SignalRow, type Snapshot } from '../domain/facts/snapshot.ts';
import type { ParamValues } from '../domain/runbooks/runbook.ts';
import type { ObservedChange } from '../domain/runs/run.ts';
import { formatFieldNumber, formatMeasurement } from '../domain/text/value-text.ts';
import { fieldOf, rowName } from '../kinds/registry/registry.ts';
import { counted } from './quantify.ts';
import type { ExpressionNode, WrittenTest } from './rows/ast.ts';
import { fieldsIn, fieldValueText } from './rows/describe-row.ts';
import { formatRowSet, formatTest, missingDataText } from './rows/evaluation-context.ts';
import type { Expression } from './rows/parse.ts';
import { fieldValue, testRow } from './rows/test-row.ts';

/** The facts before a run's first action and after its last one. Absent: nothing was read then. */
export interface SnapshotPair {
  readonly before: Snapshot | undefined;
  readonly after: Snapshot | undefined;
  readonly params: ParamValues;
}

type Count = Extract<ExpressionNode, { is: 'count' }>;
type Quantifier = Extract<ExpressionNode, { is: 'any' | 'all' }>;

/** An object that was looked for in complete data and is not there. */
const notFound = 'not found';

/** The rows of a set; those that may belong to it included. */
const membersOf = <K extends FactKind>(
  kind: K,
  filter: WrittenTest | undefined,
  snapshot: Snapshot | undefined,
  { params, before }: SnapshotPair,
): readonly Row<K>[] => {
  const context = { params, ...defined({ before }) };
  const rows: readonly Row<K>[] = snapshot?.kinds[kind].rows ?? [];
  return rows.filter((row) => filter === undefined || testRow(filter.test, kind, row, context) !== 'false');
};

const fieldText = <K extends FactKind>(
  kind: K,
  key: string,
  name: string,
  snapshot: Snapshot | undefined,
): string | null => {
  if (snapshot === undefined) return null;
  const view = snapshot.kinds[kind];
  const rows: readonly Row<K>[] = view.rows;
  const row = rows.find((candidate) => candidate.key === key);
  if (row === undefined) return missingDataText(kind, view) === undefined ? notFound : null;
  const value = fieldValue(kind, row, name);
  return row.stale || value === undefined ? null : fieldValueText(kind, name, value);
};

const quantified = <K extends FactKind>(
  kind: K,
  { set, test }: Quantifier,
  pair: SnapshotPair,
): readonly ObservedChange[] => {
  const names = fieldsIn(test.test).filter((name) => fieldOf(kind, name)?.identity !== true);
  const rows = [pair.before, pair.after].flatMap((snapshot) => membersOf(kind, set.filter, snapshot, pair));
  const facts = new Map(rows.map((row) => [row.key, row.fact]));
  return [...facts].flatMap(([key, fact]) =>
    names.map((name) => ({
      object: `${kind} ${rowName(kind, fact)}`,
      value: name,
      before: fieldText(kind, key, name, pair.before),
      after: fieldText(kind, key, name, pair.after),
    })),
  );
};

const countText = <K extends FactKind>(
  kind: K,
  node: Count,
  snapshot: Snapshot | undefined,
  { params, before }: SnapshotPair,
): string | null => {
  if (snapshot === undefined) return null;
  const context = { params, ...defined({ before }) };
  const { least, most } = counted(node, kind, snapshot.kinds[kind], context);
  return least === most ? formatFieldNumber('count', least) : null;
};

const countedChange = (node: Count, pair: SnapshotPair): ObservedChange => {
  const { set, test } = node;
  const tested = test === undefined ? '' : `, ${formatTest(test, pair.params)}`;
  return {
    object: `${formatRowSet(set, pair.params)}${tested}`,
    value: 'count',
    before: countText(set.kind, node, pair.before, pair),
    after: countText(set.kind, node, pair.after, pair),
  };
};

const signalText = (key: string, snapshot: Snapshot | undefined): string | null => {
  const row = snapshot?.signals.find((signal) => signal.key === key);
  return row?.value === undefined || row.stale ? null : formatMeasurement(row.value, row.unit);
};

/** 'Error rate', 'Error rate instance=bus-0': a signal as what a run compared names it. */
export const measuredName = ({ title, labels }: SignalRow): string =>
  [title, ...labelParts(labels)].join(' ');

const signalChanges = (id: string, { before, after }: SnapshotPair): readonly ObservedChange[] => {
  const rows = [...(before?.signals ?? []), ...(after?.signals ?? [])].filter((row) => row.id === id);
  const names = new Map(rows.map((row) => [row.key, measuredName(row)]));
  // A signal without a value has a row of its own, without labels.
  return [...names].map(([key, object]) => ({
    object,
    value: '',
    before: signalText(key, before),
    after: signalText(key, after),
  }));
};

const changesOf = (node: ExpressionNode, pair: SnapshotPair): readonly ObservedChange[] => {
  switch (node.is) {
    case 'and':
    case 'or':
      return node.parts.flatMap((part) => changesOf(part, pair));
    case 'not':
    case 'for':
      return changesOf(node.part, pair);
    case 'signal':
    case 'trend':
      return signalChanges(node.id, pair);
    case 'count':
      return [countedChange(node, pair)];
    default:
      return quantified(node.set.kind, node, pair);
  }
};

/**
 * Returns the values that an expression compares, before and after: fields of the rows of its sets, counts, and signals.
 * What was read at neither time is left out.
 */
export const comparedValues = ({ root }: Expression, pair: SnapshotPair): readonly ObservedChange[] =>
  changesOf(root, pair).filter(({ before, after }) => before !== null || after !== null);
