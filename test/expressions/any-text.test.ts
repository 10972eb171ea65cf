import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { breaker, fault, noon, snapshotWith } from '../support/made-facts.ts';

const comparison = fc
  .tuple(
    fc.constantFrom('state', 'name', 'instance'),
    fc.constantFrom('=', '!='),
    fc.constantFrom('open', 'closed', 'unknown'),
    fc.constantFrom('open', 'psp', 'bus-0'),
  )
  .map(([field, sign, state, name]) => `${field} ${sign} ${field === 'state' ? state : name}`);
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
const evaluate = (text: string, snapshot: ReturnType<typeof snapshotWith>): string => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, snapshot, { now: noon }).value;
};
const negated: Readonly<Record<string, string>> = { true: 'false', false: 'true', unknown: 'unknown' };

test('any(p) equals not all(not p)', () => {
  fc.assert(
    fc.property(rows, tests, (facts, condition) => {
      const snapshot = snapshotWith({ breakers: facts.map(({ name, ...more }) => breaker(name, more)) });
      const any = evaluate(`any(breakers | ${condition})`, snapshot);
      expect(evaluate(`all(breakers | not (${condition}))`, snapshot)).toBe(negated[any]);
      expect(evaluate(`count(breakers | ${condition}) >= 1`, snapshot)).toBe(any);
    }),
  );
});

test('a partial snapshot never inverts a result: it is the same or unknown', () => {
  fc.assert(
    fc.property(rows, tests, fc.constantFrom('any', 'all'), (facts, condition, quant) => {
      const made = facts.map(({ name, ...more }) => breaker(name, more));
      const text = `${quant}(breakers | ${condition})`;
      const full = evaluate(text, snapshotWith({ breakers: made }));
      const part = evaluate(text, snapshotWith({ breakers: made.slice(1) }, { faults: [fault('timeout')] }));
      expect(['unknown', full]).toContain(part);
    }),
  );
});
