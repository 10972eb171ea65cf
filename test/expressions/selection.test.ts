import { expect, test } from 'vitest';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { breaker, noon, snapshotWith } from '../support/made-facts.ts';

const snapshot = snapshotWith({
  breakers: [breaker('psp', { state: 'open' }), breaker('stock'), breaker('mail', { state: 'open' })],
});

const evaluate = (text: string, params: Readonly<Record<string, string | readonly string[]>>): string => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, snapshot, { now: noon, params }).value;
};

test.each([
  ['all(breakers[name = ${param.names}] | state = open)', ['psp', 'mail'], 'true'],
  ['all(breakers[name = "${param.names}"] | state = open)', ['psp', 'stock'], 'false'],
  ['all(breakers[name in (${param.names})] | state = open)', ['psp', 'mail'], 'true'],
  ['count(breakers[name in (${param.names}, stock)]) = 3', ['psp', 'mail'], 'true'],
  ['count(breakers[name != ${param.names}]) = 1', ['psp', 'mail'], 'true'],
  ['count(breakers[name = ${param.names}]) = 0', ['psp,mail'], 'true'],
  ['any(breakers | failureRate > ${param.names})', ['1'], 'unknown'],
  ['count(breakers) > ${param.names}', ['1'], 'unknown'],
])('%s with the selection %j is %s', (text, names, value) => {
  expect(evaluate(text, { names })).toBe(value);
});

test('the value of ${each} is only a value', () => {
  const text = 'any(breakers[name = "${each}"] | state = open)';
  expect(evaluate(text, { each: 'psp' })).toBe('true');
  expect(evaluate(text, { each: 'x"] | state = closed) or any(breakers[name = "psp' })).toBe('false');
  expect(evaluate(text, {})).toBe('unknown');
  expect(parseExpression('any(breakers | name = "the ${each}")')).toMatchObject({ ok: false });
});

test('the reason names the values, not the parameter', () => {
  const parsed = parseExpression('not any(breakers | name in (${param.names}))');
  if (!parsed.ok) throw new Error(parsed.message);
  const { value, why } = evaluateExpression(parsed.expression, snapshot, {
    now: noon,
    params: { names: ['web', 'api'] },
  });
  expect([value, why]).toEqual(['true', 'none of 3 breakers: name in (web, api)']);
});

const crashing: Workload = {
  ...{ source: 'k8s', at: noon, namespace: 'shop', name: 'bus-0', owner: '', node: 'n-1' },
  ...{ kind: 'pod', status: 'CrashLoopBackOff' },
};

test('the status of a workload is compared without regard to case', () => {
  const pods = snapshotWith({ workloads: [crashing] });
  const value = (text: string): string => {
    const parsed = parseExpression(text);
    if (!parsed.ok) throw new Error(parsed.message);
    return evaluateExpression(parsed.expression, pods, { now: noon }).value;
  };
  expect(value('any(workloads | status = crashloopbackoff)')).toBe('true');
  expect(value('any(workloads | status = CrashLoopBackOff)')).toBe('true');
  expect(value('any(workloads | status in (running, crashloopbackoff))')).toBe('true');
  expect(value('any(workloads | status != CRASHLOOPBACKOFF)')).toBe('false');
});
