import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { parseCalc } from '../../src/expressions/calc/parse.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Breaker } from '../../src/kinds/breakers/fact.ts';
import { deriveAgain } from '../../src/store/derive-again.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { breaker, feedInfo, frame, learn, noon, spec } from '../support/made-facts.ts';

const calc = parseCalc('failed * 2');
if (!calc.ok) throw new Error('not a calculation');

const failed: SignalSpec = spec('failed', {
  source: '',
  unit: '',
  derived: { is: 'fact', fold: { kind: 'breakers', field: 'failedCalls', fold: 'sum' } },
});
const doubled: SignalSpec = spec('doubled', {
  source: '',
  unit: '',
  derived: { is: 'calc', calc: calc.calc, of: { failed: 'failed' } },
});
const made = frame({ signals: [failed, doubled] });

const snapshotOf = (breakers: readonly Breaker[]): Snapshot => {
  const store = createFactsStore(made);
  learn(store, feedInfo('bus/breakers', 'breakers'), { items: breakers });
  return buildSnapshot(store.getState(), noon);
};

const evaluate = (text: string, before: Snapshot, now: Snapshot) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const witnesses = { effects: [], derive: deriveAgain(made, noon) };
  return evaluateExpression(parsed.expression, now, { now: noon, before, witnesses });
};

const before = snapshotOf([
  breaker('payment', { instance: 'orders-1', failedCalls: 90 }),
  breaker('payment', { instance: 'orders-2', failedCalls: 1 }),
]);

test.each(['failed < 5', 'doubled < 10'])('%s is unknown when a row behind it is gone', (text) => {
  const gone = snapshotOf([breaker('payment', { instance: 'orders-2', failedCalls: 1 })]);
  expect(evaluate(text, before, gone)).toMatchObject({
    value: 'unknown',
    why: 'breakers orders-1 · payment is gone, it was closed before the action',
  });
});

test.each(['failed < 5', 'doubled < 10'])('%s is true when all rows behind it are there', (text) => {
  const solved = snapshotOf([
    breaker('payment', { instance: 'orders-1', failedCalls: 0 }),
    breaker('payment', { instance: 'orders-2', failedCalls: 1 }),
  ]);
  expect(evaluate(text, before, solved).value).toBe('true');
});

test('a row that is gone and would not change the sum leaves it known', () => {
  const gone = snapshotOf([breaker('payment', { instance: 'orders-1', failedCalls: 2 })]);
  expect(evaluate('failed < 5', before, gone).value).toBe('true');
});
