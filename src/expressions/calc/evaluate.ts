import type { CalcNode } from './parse.ts';

/** The labels of one series of an operand, which is all that joining needs. */
interface LabeledSeries {
  readonly labels: Readonly<Record<string, string>>;
}

/** The operands of one result; an operand is absent when it has no series with these labels. */
interface JoinedOperands<S> {
  readonly labels: Readonly<Record<string, string>>;
  readonly of: ReadonlyMap<string, S>;
}

type Labels = LabeledSeries['labels'];

const entriesOf = (labels: Labels): readonly (readonly [string, string])[] =>
  Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
const idOf = (labels: Labels): string => JSON.stringify(entriesOf(labels));
const namesOf = (labels: Labels): string => JSON.stringify(Object.keys(labels).sort());

/** Returns the labels on which all labeled series agree. */
const agreed = (all: readonly Labels[]): Labels => {
  const [first, ...rest] = all.filter((labels) => Object.keys(labels).length > 0);
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((entry) => entry[name] === value)),
  );
};

/**
 * Joins the series of several operands. Series with equal labels are joined; an operand with a single series joins all.
 * The exception is the last remaining series of a set that is distinguished by the same labels as the others: it joins
 * by its labels too. A series that another operand lacks stays, without that operand.
 */
export const joinSeries = <S extends LabeledSeries>(
  operands: ReadonlyMap<string, readonly S[]>,
): readonly JoinedOperands<S>[] => {
  const sets = [...operands].filter(([, series]) => series.length > 1);
  const shapes = new Set(sets.flatMap(([, series]) => series.map(({ labels }) => namesOf(labels))));
  shapes.delete(namesOf({}));
  const isAlone = (series: readonly S[]): boolean =>
    series.length === 1 && series[0] !== undefined && !shapes.has(namesOf(series[0].labels));
  const alone = [...operands].flatMap(([name, series]) =>
    isAlone(series) ? series.map((item) => [name, item] as const) : [],
  );
  const labeled = [...operands].filter(([, series]) => !isAlone(series));
  if (labeled.length === 0)
    return [{ labels: agreed(alone.map(([, { labels }]) => labels)), of: new Map(alone) }];
  const results = new Map<string, { readonly labels: Labels; readonly of: Map<string, S> }>();
  for (const [name, series] of labeled)
    for (const item of series) {
      const id = idOf(item.labels);
      const result = results.get(id) ?? { labels: item.labels, of: new Map(alone) };
      result.of.set(name, item);
      results.set(id, result);
    }
  return [...results.values()];
};

/** A finite number, or the reason for its absence. */
export type CalcResult = { readonly value: number } | { readonly why: string };

/** A reason takes precedence over a value; of two reasons the first is reported. */
const both = (
  left: CalcResult,
  right: CalcResult,
  work: (left: number, right: number) => CalcResult,
): CalcResult => ('why' in left ? left : 'why' in right ? right : work(left.value, right.value));

const finite = (value: number): CalcResult =>
  Number.isFinite(value)
    ? { value }
    : { why: 'the result is too large to be a number: check for a division by almost 0' };

const joined = (sign: '+' | '-' | '*', left: number, right: number): CalcResult =>
  finite(sign === '+' ? left + right : sign === '-' ? left - right : left * right);

const chosen = (name: 'min' | 'max', parts: readonly CalcResult[]): CalcResult =>
  parts.find((part) => 'why' in part) ?? {
    value: Math[name](...parts.flatMap((part) => ('value' in part ? [part.value] : []))),
  };

/**
 * Evaluates a calculation. An unknown operand makes the result unknown, even where its value could not matter (0 * a,
 * min(a, b)). So do a division by 0 and an overflow. `operand` returns the value of an operand, `raised` whether its level
 * is warn or worse (1) or not (0); both return reasons that name the operand.
 */
export const evaluateCalc = (
  root: CalcNode,
  operand: (name: string) => CalcResult,
  raised: (name: string) => CalcResult,
): CalcResult => {
  const of = (node: CalcNode): CalcResult => {
    switch (node.is) {
      case 'number':
        return { value: node.value };
      case 'operand':
        return operand(node.name);
      case 'raised':
        return raised(node.name);
      case 'minus': {
        const inner = of(node.part);
        return 'why' in inner ? inner : { value: -inner.value };
      }
      case 'binary':
        return both(of(node.left), of(node.right), (left, right) => joined(node.sign, left, right));
      case 'divide':
        return both(of(node.left), of(node.right), (left, right) =>
          right === 0 ? { why: `${node.text} is 0` } : finite(left / right),
        );
      case 'call':
        return chosen(node.name, node.parts.map(of));
    }
  };
  const result = of(root);
  // Normalizes -0 to 0.
  return 'value' in result && result.value === 0 ? { value: 0 } : result;
};
