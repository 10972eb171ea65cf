import type { MetricLabels } from '../exposition/metric-family.ts';
import type { AggregateGrouping, BinaryExpr } from './ast.ts';
import { comparisonOperators, setOperators } from './ast.ts';
import {
  ExecutionError,
  keepLabels,
  labelsKey,
  labelsText,
  type QueryValue,
  type VectorSample,
  vectorSamples,
  vectorValue,
  withoutName,
} from './value.ts';

const better = (isBetter: (a: number, b: number) => boolean) => (values: readonly number[]) =>
  values.reduce((best, value) => (Number.isNaN(best) || isBetter(value, best) ? value : best));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const folds: Readonly<Record<string, (values: readonly number[]) => number>> = {
  avg: (values) => sum(values) / values.length,
  count: (values) => values.length,
  max: better((a, b) => a > b),
  min: better((a, b) => a < b),
  sum,
};

/** The k highest or lowest samples of a group, NaN last, with all their labels. */
const ranked = (op: string, k: number, group: readonly VectorSample[]): readonly VectorSample[] => {
  const direction = op === 'topk' ? -1 : 1;
  const order = (a: VectorSample, b: VectorSample): number => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    return direction * (a.value - b.value);
  };
  return [...group].sort(order).slice(0, Math.max(0, Math.trunc(k)));
};

interface Group {
  readonly metric: MetricLabels;
  readonly key: string;
}

/** Group of a series, computed once per grouping clause. */
const known = new WeakMap<AggregateGrouping, WeakMap<MetricLabels, Group>>();

const groupOf = (metric: MetricLabels, grouping: AggregateGrouping): Group => {
  const groups = known.get(grouping) ?? new WeakMap<MetricLabels, Group>();
  known.set(grouping, groups);
  const before = groups.get(metric);
  if (before !== undefined) return before;
  const labels = keepLabels(metric, grouping.by, grouping.labels);
  const group = { metric: labels, key: labelsKey(labels) };
  groups.set(metric, group);
  return group;
};

/** One sample per group in order of appearance; `topk` and `bottomk` return several. */
export const evaluateAggregate = (
  op: string,
  samples: readonly VectorSample[],
  grouping: AggregateGrouping,
  param: number,
): readonly VectorSample[] => {
  const groups = new Map<string, { readonly metric: VectorSample['metric']; readonly of: VectorSample[] }>();
  for (const sample of samples) {
    const { metric, key } = groupOf(sample.metric, grouping);
    const group = groups.get(key) ?? { metric, of: [] };
    group.of.push(sample);
    groups.set(key, group);
  }
  const fold = folds[op];
  return [...groups.values()].flatMap(({ metric, of }) =>
    fold === undefined ? ranked(op, param, of) : [{ metric, value: fold(of.map(({ value }) => value)) }],
  );
};

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
};

const apply = (op: string, a: number, b: number): number => arithmetic[op]?.(a, b) ?? Number.NaN;

/** A comparison without `bool` keeps matching samples unchanged; other operators drop the name. */
const kept = (
  expr: BinaryExpr,
  metric: MetricLabels,
  left: number,
  result: number,
): readonly VectorSample[] => {
  if (!comparisonOperators.has(expr.op) || expr.bool) return [{ metric: withoutName(metric), value: result }];
  return result === 1 ? [{ metric, value: left }] : [];
};

const signature = ({ matching: { on, labels } }: BinaryExpr, metric: MetricLabels): MetricLabels =>
  keepLabels(metric, on, labels);

const combine = (expr: BinaryExpr, left: readonly VectorSample[], right: readonly VectorSample[]) => {
  const keys = (samples: readonly VectorSample[]): ReadonlySet<string> =>
    new Set(samples.map(({ metric }) => labelsKey(signature(expr, metric))));
  const leftKeys = keys(left);
  const rightKeys = keys(right);
  const has = (of: ReadonlySet<string>) => (sample: VectorSample) =>
    of.has(labelsKey(signature(expr, sample.metric)));
  if (expr.op === 'and') return left.filter(has(rightKeys));
  if (expr.op === 'unless') return left.filter((sample) => !has(rightKeys)(sample));
  return [...left, ...right.filter((sample) => !has(leftKeys)(sample))];
};

const duplicates = (group: MetricLabels, side: string, a: MetricLabels, b: MetricLabels): ExecutionError =>
  new ExecutionError(
    `found duplicate series for the match group ${labelsText(group)} on the ${side} hand-side of the operation: [${labelsText(a)}, ${labelsText(b)}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );

const oneToOne = (expr: BinaryExpr, left: readonly VectorSample[], right: readonly VectorSample[]) => {
  const others = new Map<string, VectorSample>();
  for (const sample of right) {
    const group = signature(expr, sample.metric);
    const twin = others.get(labelsKey(group));
    if (twin !== undefined) throw duplicates(group, 'right', sample.metric, twin.metric);
    others.set(labelsKey(group), sample);
  }
  const matchedGroups = new Set<string>();
  return left.flatMap((sample) => {
    const group = signature(expr, sample.metric);
    const other = others.get(labelsKey(group));
    if (other === undefined) return [];
    const isComparison = comparisonOperators.has(expr.op);
    const metric = isComparison && !expr.bool ? sample.metric : group;
    const { on, labels } = expr.matching;
    const shown = isComparison && on ? keepLabels(metric, on, labels) : metric;
    const result = kept(expr, shown, sample.value, apply(expr.op, sample.value, other.value));
    // A filtered-out sample has no match, so only remaining samples can be duplicates.
    if (result.length > 0 && matchedGroups.has(labelsKey(group)))
      throw new ExecutionError(
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      );
    if (result.length > 0) matchedGroups.add(labelsKey(group));
    return result;
  });
};

/** Applies a binary operator to two values. Throws ExecutionError if samples cannot be matched. */
export const evaluateBinary = (expr: BinaryExpr, left: QueryValue, right: QueryValue): QueryValue => {
  if (left.is === 'scalar' && right.is === 'scalar')
    return { is: 'scalar', value: apply(expr.op, left.value, right.value) };
  if (setOperators.has(expr.op)) return vectorValue(combine(expr, vectorSamples(left), vectorSamples(right)));
  if (right.is === 'scalar')
    return vectorValue(
      vectorSamples(left).flatMap(({ metric, value }) =>
        kept(expr, metric, value, apply(expr.op, value, right.value)),
      ),
    );
  if (left.is === 'scalar')
    return vectorValue(
      vectorSamples(right).flatMap(({ metric, value }) =>
        kept(expr, metric, value, apply(expr.op, left.value, value)),
      ),
    );
  return vectorValue(oneToOne(expr, vectorSamples(left), vectorSamples(right)));
};
