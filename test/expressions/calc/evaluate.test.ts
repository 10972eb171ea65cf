import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CalcResult, evaluateCalc } from '../../../src/expressions/calc/evaluate.ts';
import { parseCalc } from '../../../src/expressions/calc/parse.ts';
import { longTest, rounds } from '../../support/layer.ts';

type Known = Readonly<Record<string, number | undefined>>;

const calculate = (text: string, known: Known = {}): CalcResult => {
  const parsed = parseCalc(text);
  if (!parsed.ok) throw new Error(`${text}: col ${parsed.col}: ${parsed.message}`);
  const operandOf = (name: string): CalcResult => {
    const value = known[name];
    return value === undefined ? { why: `${name} is not known` } : { value };
  };
  return evaluateCalc(parsed.calc.root, operandOf, (name) => {
    const value = known[name];
    return value === undefined ? { why: `${name} has no level` } : { value: value > 10 ? 1 : 0 };
  });
};

const cases: readonly (readonly [text: string, known: Known, outcome: CalcResult])[] = [
  ['100 * a / b', { a: 5, b: 200 }, { value: 2.5 }],
  ['a − b × c ÷ d', { a: 10, b: 2, c: 6, d: 3 }, { value: 6 }],
  ['a - b - c', { a: 10, b: 3, c: 2 }, { value: 5 }],
  ['a / b / c', { a: 100, b: 5, c: 2 }, { value: 10 }],
  ['-a + 2 * -(b - 1)', { a: 1, b: 4 }, { value: -7 }],
  ['min(a, 3, b) + max(a)', { a: 7, b: 5 }, { value: 10 }],
  ['.5e1 + 1.', {}, { value: 6 }],
  ['raised(a) + raised(b) + a', { a: 11, b: 5 }, { value: 12 }],
  ['0 * raised(a)', {}, { why: 'a has no level' }],
  ['0 * -a', { a: 4 }, { value: 0 }],
  ['a / b', { a: 1, b: 0 }, { why: 'b is 0' }],
  ['0 / b', { b: 0 }, { why: 'b is 0' }],
  ['a / (b - c)', { a: 1, b: 2, c: 2 }, { why: 'b - c is 0' }],
  ['0 * a', {}, { why: 'a is not known' }],
  ['min(1, a)', {}, { why: 'a is not known' }],
  ['a / b + c', { a: 1, b: 0 }, { why: 'b is 0' }],
  ['b / a + c', { b: 1 }, { why: 'a is not known' }],
  [
    '1 / (a * a)',
    { a: 1e200 },
    { why: 'the result is too large to be a number: check for a division by almost 0' },
  ],
];

test.each(cases)('%j of %j', (text, known, outcome) => {
  expect(calculate(text, known)).toEqual(outcome);
});

/** A naive reference implementation: a tree that evaluates itself, and its text. */
interface Tree {
  readonly text: string;
  of(known: Known): number | undefined;
}

const names = ['a', 'b', 'c'] as const;
const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
const blank = fc.constantFrom('', ' ', '  ');

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.integer({ min: 0, max: 1000 }).map((n) => ({ text: String(n), of: () => n })),
  fc.constantFrom(...names).map((name) => ({ text: name, of: (known: Known) => known[name] })),
);

const binary = (left: Tree, sign: string, right: Tree, space: string): Tree => ({
  text: `(${left.text}${space}${sign}${space}${right.text})`,
  of: (known) => {
    const a = left.of(known);
    const b = right.of(known);
    if (a === undefined || b === undefined) return undefined;
    if (sign === '+') return finite(a + b);
    if (sign === '-' || sign === '−') return finite(a - b);
    if (sign === '*' || sign === '×') return finite(a * b);
    return b === 0 ? undefined : finite(a / b);
  },
});

const call = (name: 'min' | 'max', parts: readonly Tree[]): Tree => ({
  text: `${name}(${parts.map(({ text }) => text).join(', ')})`,
  of: (known) => {
    const values = parts.map((part) => part.of(known));
    const present = values.filter((value) => value !== undefined);
    return present.length < values.length ? undefined : Math[name](...present);
  },
});

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc
      .tuple(tie('tree'), fc.constantFrom('+', '-', '−', '*', '×', '/', '÷'), tie('tree'), blank)
      .map(([left, sign, right, space]) => binary(left, sign, right, space)),
    tie('tree').map(
      (part): Tree => ({
        text: `-${part.text}`,
        of: (known) => {
          const value = part.of(known);
          return value === undefined ? undefined : -value;
        },
      }),
    ),
    fc
      .tuple(
        fc.constantFrom('min' as const, 'max' as const),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      )
      .map(([name, parts]) => call(name, parts)),
  ),
}));

const values = fc.record(
  {
    a: fc.double({ noNaN: true, noDefaultInfinity: true }),
    b: fc.integer({ min: -3, max: 3 }),
    c: fc.integer({ min: -1000, max: 1000 }),
  },
  { requiredKeys: [] },
);

longTest('equals the reference implementation, and is unknown if any operand is', () => {
  fc.assert(
    fc.property(tree, values, (tree, known) => {
      const outcome = calculate(tree.text, known);
      const expected = tree.of(known);
      if (expected === undefined) expect(outcome).toHaveProperty('why');
      else expect(outcome).toEqual({ value: expected === 0 ? 0 : expected });
    }),
    { numRuns: rounds(1000) },
  );
});

test('operator precedence equals that of JavaScript', () => {
  const operand = fc
    .tuple(fc.constantFrom('', '- '), fc.constantFrom('a', 'b', 'c', '7'))
    .map((parts) => parts.join(''));
  const sign = fc.constantFrom('+', '-', '*', '/');
  const whole = fc.record({
    a: fc.integer({ min: 1, max: 50 }),
    b: fc.integer({ min: 1, max: 9 }),
    c: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(operand, fc.array(fc.tuple(sign, operand), { maxLength: 6 }), whole, (first, rest, known) => {
      const text = [first, ...rest.flat()].join(' ');
      const oracle = new Function('a', 'b', 'c', `return ${text}`) as (...of: readonly number[]) => number;
      const expected = oracle(known.a, known.b, known.c);
      expect(calculate(text, known)).toEqual({ value: expected === 0 ? 0 : expected });
    }),
    { numRuns: rounds(500) },
  );
});
