import type { Labels } from '../exposition/family.ts';
import type { Binary, Grouping } from './ast.ts';
import { comparisons, setOperators } from './ast.ts';
import {
  ExecutionError,
  keepLabels,
  keyOf,
  labelsText,
  samplesOf,
  type Value,
  type VectorSample,
  vector,
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

/** The k highest or lowest of a group, NaN last; they keep all their labels. */
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
  readonly metric: Labels;
  readonly key: string;
}

/** Which group a series belongs to, worked out once per grouping of a query. */
const known = new WeakMap<Grouping, WeakMap<Labels, Group>>();

const groupOf = (metric: Labels, grouping: Grouping): Group => {
  const groups = known.get(grouping) ?? new WeakMap<Labels, Group>();
  known.set(grouping, groups);
  const before = groups.get(metric);
  if (before !== undefined) return before;
  const labels = keepLabels(metric, grouping.by, grouping.labels);
  const group = { metric: labels, key: keyOf(labels) };
  groups.set(metric, group);
  return group;
};

/** One sample per group, in the order in which groups are met; `topk` and `bottomk` give several of each. */
export const aggregate = (
  op: string,
  samples: readonly VectorSample[],
  grouping: Grouping,
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

/** A comparison without `bool` keeps the sample that it holds for; anything else makes a new one without a name. */
const kept = (expr: Binary, metric: Labels, left: number, result: number): readonly VectorSample[] => {
  if (!comparisons.has(expr.op) || expr.bool) return [{ metric: withoutName(metric), value: result }];
  return result === 1 ? [{ metric, value: left }] : [];
};

const signature = ({ matching: { on, labels } }: Binary, metric: Labels): Labels =>
  keepLabels(metric, on, labels);

const combine = (expr: Binary, left: readonly VectorSample[], right: readonly VectorSample[]) => {
  const keys = (samples: readonly VectorSample[]): ReadonlySet<string> =>
    new Set(samples.map(({ metric }) => keyOf(signature(expr, metric))));
  const [mine, theirs] = [keys(left), keys(right)];
  const has = (of: ReadonlySet<string>) => (sample: VectorSample) =>
    of.has(keyOf(signature(expr, sample.metric)));
  if (expr.op === 'and') return left.filter(has(theirs));
  if (expr.op === 'unless') return left.filter((sample) => !has(theirs)(sample));
  return [...left, ...right.filter((sample) => !has(mine)(sample))];
};

const duplicates = (group: Labels, side: string, a: Labels, b: Labels): ExecutionError =>
  new ExecutionError(
    `found duplicate series for the match group ${labelsText(group)} on the ${side} hand-side of the operation: [${labelsText(a)}, ${labelsText(b)}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );

const oneToOne = (expr: Binary, left: readonly VectorSample[], right: readonly VectorSample[]) => {
  const others = new Map<string, VectorSample>();
  for (const sample of right) {
    const group = signature(expr, sample.metric);
    const twin = others.get(keyOf(group));
    if (twin !== undefined) throw duplicates(group, 'right', sample.metric, twin.metric);
    others.set(keyOf(group), sample);
  }
  const met = new Set<string>();
  return left.flatMap((sample) => {
    const group = signature(expr, sample.metric);
    const other = others.get(keyOf(group));
    if (other === undefined) return [];
    const isComparison = comparisons.has(expr.op);
    const metric = isComparison && !expr.bool ? sample.metric : group;
    const { on, labels } = expr.matching;
    const shown = isComparison && on ? keepLabels(metric, on, labels) : metric;
    const result = kept(expr, shown, sample.value, apply(expr.op, sample.value, other.value));
    // What a comparison drops meets nobody: only samples that stay can be too many.
    if (result.length > 0 && met.has(keyOf(group)))
      throw new ExecutionError(
        'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      );
    if (result.length > 0) met.add(keyOf(group));
    return result;
  });
};

/** What a binary operator makes of two values. Throws ExecutionError where samples cannot be paired. */
export const evaluateBinary = (expr: Binary, left: Value, right: Value): Value => {
  if (left.is === 'scalar' && right.is === 'scalar')
    return { is: 'scalar', value: apply(expr.op, left.value, right.value) };
  if (setOperators.has(expr.op)) return vector(combine(expr, samplesOf(left), samplesOf(right)));
  if (right.is === 'scalar')
    return vector(
      samplesOf(left).flatMap(({ metric, value }) =>
        kept(expr, metric, value, apply(expr.op, value, right.value)),
      ),
    );
  if (left.is === 'scalar')
    return vector(
      samplesOf(right).flatMap(({ metric, value }) =>
        kept(expr, metric, value, apply(expr.op, left.value, value)),
      ),
    );
  return vector(oneToOne(expr, samplesOf(left), samplesOf(right)));
};
