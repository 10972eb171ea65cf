import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { mutationsOf } from '../../../scripts/mutants/operators.ts';
import { withMutation, withProbes } from '../../../scripts/mutants/probed.ts';
import { createProbes } from '../../support/mutants/probes.ts';

const first = 3;

/** Evaluates a text with probes: its value, and the operators of the mutants that it reached. */
const evaluated = (text: string, variables: Readonly<Record<string, unknown>>) => {
  const mutations = mutationsOf('a.ts', text);
  const opsdeckProbes = createProbes(first + mutations.length);
  const value: unknown = runInNewContext(withProbes(text, mutations, first), { opsdeckProbes, ...variables });
  const reached = mutations.flatMap(({ operator }, index) =>
    opsdeckProbes.reached[first + index] === 1 ? [operator] : [],
  );
  return { value, reached };
};

describe('a mutant is reached by a value for which it differs', () => {
  const cases: readonly {
    readonly text: string;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly value: unknown;
    readonly reached: readonly string[];
  }[] = [
    { text: 'a < b', variables: { a: 1, b: 2 }, value: true, reached: [] },
    { text: 'a < b', variables: { a: 2, b: 2 }, value: false, reached: ['comparison'] },
    { text: 'a >= b', variables: { a: 2, b: 2 }, value: true, reached: ['comparison'] },
    { text: 'a > b', variables: { a: Number.NaN, b: 2 }, value: false, reached: [] },
    { text: 'a ?? b', variables: { a: 0, b: 2 }, value: 0, reached: [] },
    { text: 'a ?? b', variables: { a: null, b: 2 }, value: 2, reached: ['fallback'] },
    { text: 'a && b ? 5n : 6n', variables: { a: 1, b: 2 }, value: 5n, reached: ['condition'] },
    { text: 'a && b ? 5n : 6n', variables: { a: 1, b: 0 }, value: 6n, reached: ['condition', 'logical'] },
    { text: 'a || b ? 5n : 6n', variables: { a: 0, b: 0 }, value: 6n, reached: ['condition'] },
    { text: 'a || b ? 5n : 6n', variables: { a: 1, b: 0 }, value: 5n, reached: ['condition', 'logical'] },
    { text: 'a && b', variables: { a: 1, b: 2 }, value: 2, reached: ['logical'] },
    { text: 'a === b', variables: { a: 1, b: 1 }, value: true, reached: ['equality'] },
    {
      text: '(() => { return a; })()',
      variables: { a: undefined },
      value: undefined,
      reached: ['statement'],
    },
    { text: '(() => { return a; })()', variables: { a: 1 }, value: 1, reached: ['statement', 'return'] },
    {
      text: '[a].filter((one) => one)',
      variables: { a: 1 },
      value: [1],
      reached: ['statement', 'predicate'],
    },
  ];

  test.each(cases)('$text of $variables', ({ text, variables, value, reached }) => {
    expect(evaluated(text, variables)).toEqual({ value, reached });
  });
});

test('the guard of a function is reached only when it leaves early', () => {
  const text = '((c) => { if (c) { return a; } return b; })(c)';
  const reachedWith = (c: boolean) => evaluated(text, { c, a: 1, b: 2 }).reached;
  expect(reachedWith(true)).toEqual(['statement', 'guard', 'condition']);
  expect(reachedWith(false)).toEqual(['statement', 'condition', 'return']);
});

test('a probed text has the lines of its source', () => {
  const text = 'const f = (a) => {\n  if (a < 1) return 2;\n  return a ?? 3;\n};\n';
  const probed = withProbes(text, mutationsOf('a.ts', text), 0);
  expect(probed.split('\n')).toHaveLength(text.split('\n').length);
  expect(probed.split('\n')[2]).toBe(
    '  return $probes.defined(5,a ?? ($probes.reached[6]=1,($probes.reached[7]=1,3)));',
  );
});

test('a mutated text has one change', () => {
  const text = 'f(a < b && c < d);';
  const changed = mutationsOf('a.ts', text)
    .filter(({ operator }) => operator === 'comparison')
    .map((mutation) => withMutation(text, mutation));
  expect(changed).toEqual(['f(a <= b && c < d);', 'f(a < b && c <= d);']);
});
