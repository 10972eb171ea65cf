import type { Labels } from '../exposition/family.ts';
import type { Grouping } from './ast.ts';
import { keepLabels, keyOf, type VectorSample } from './value.ts';

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
