import type { Labels } from '../exposition/family.ts';
import type { Binary } from './ast.ts';
import { comparisons, setOperators } from './known.ts';
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
