import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/parse.ts';
import { breaker, fault, noon, snapshotWith } from '../support/made-facts.ts';

const comparison = fc
  .tuple(
    fc.constantFrom('state', 'name', 'instance'),
    fc.constantFrom('=', '!='),
    fc.constantFrom('open', 'closed', 'unknown', 'psp', 'bus-0'),
  )
  .map((parts) => parts.join(' '));
const tests = fc.letrec<{ test: string }>((tie) => ({
  test: fc.oneof(
    { maxDepth: 3 },
    comparison,
    fc.tuple(tie('test'), fc.constantFrom('and', 'or'), tie('test')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('test').map((inner) => `not ${inner}`),
  ),
})).test;
const rows = fc.array(
  fc.record({
    instance: fc.constantFrom('bus-0', 'bus-1'),
    name: fc.constantFrom('psp', 'stock'),
    state: fc.constantFrom('open' as const, 'closed' as const, 'unknown' as const),
  }),
  { minLength: 1, maxLength: 5 },
);
const truth = (text: string, snapshot: ReturnType<typeof snapshotWith>): string => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, snapshot, { now: noon }).value;
};
const flipped: Readonly<Record<string, string>> = { true: 'false', false: 'true', unknown: 'unknown' };

test('no row is so is the same as: all rows are not so', () => {
  fc.assert(
    fc.property(rows, tests, (facts, written) => {
      const snapshot = snapshotWith({ breakers: facts.map(({ name, ...more }) => breaker(name, more)) });
      const any = truth(`any(breakers | ${written})`, snapshot);
      expect(truth(`all(breakers | not (${written}))`, snapshot)).toBe(flipped[any]);
      expect(truth(`count(breakers | ${written}) >= 1`, snapshot)).toBe(any);
    }),
  );
});

test('seeing less never turns one answer into the other, only into unknown', () => {
  fc.assert(
    fc.property(rows, tests, fc.constantFrom('any', 'all'), (facts, written, quant) => {
      const made = facts.map(({ name, ...more }) => breaker(name, more));
      const text = `${quant}(breakers | ${written})`;
      const full = truth(text, snapshotWith({ breakers: made }));
      const part = truth(text, snapshotWith({ breakers: made.slice(1) }, { faults: [fault('timeout')] }));
      expect(['unknown', full]).toContain(part);
    }),
  );
});
