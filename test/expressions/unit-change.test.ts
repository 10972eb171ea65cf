import { expect, test } from 'vitest';
import type { MetricDescription } from '../../src/domain/facts/facts.ts';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { noon, sample, snapshotOfSignals, spec } from '../support/made-facts.ts';

const world = (value: number, metric?: MetricDescription): Snapshot =>
  snapshotOfSignals(
    [spec('latency', { unit: '' })],
    [sample('latency', value, metric === undefined ? {} : { metric })],
  );

const evaluate = (text: string, before: Snapshot, now: Snapshot) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, before, witnesses: { effects: [] } });
};

test.each<readonly [string, number, MetricDescription, number, MetricDescription]>([
  ['has another unit', 1500, { unit: 'milliseconds' }, 1.4, { unit: 'seconds' }],
  ['has a unit that it had not', 1500, {}, 1.4, { unit: 'seconds' }],
  [
    'has another unit in its description',
    1500,
    { help: 'Latency in ms' },
    1.3,
    { help: 'Latency (seconds)' },
  ],
  ['has bytes that were KiB', 1500, { help: 'Size, KiB.' }, 1.3, { help: 'Size, MiB.' }],
  ['has another description, and a factor of units', 1500, { help: 'Latency' }, 1.45, { help: 'Time taken' }],
  ['is a ratio that was percent', 60, { help: 'Share in percent' }, 0.7, { help: 'Share (ratio)' }],
])('a metric that %s proves nothing', (_, was, then, is, now) => {
  expect(evaluate('latency < 50', world(was, then), world(is, now))).toMatchObject({
    value: 'unknown',
    why: expect.stringMatching(/^the (?:unit|description) of latency has changed since the action/),
  });
});

test.each<readonly [string, MetricDescription | undefined, number, MetricDescription | undefined]>([
  ['has the same unit', { unit: 'ms', help: 'Latency' }, 1.5, { unit: 'ms', help: 'Latency' }],
  ['has a better description in a new release', { help: 'Latency' }, 20, { help: 'Latency of requests' }],
  ['told no unit before', undefined, 1.5, { unit: 'seconds' }],
  ['tells no unit any more', { unit: 'ms' }, 1.5, undefined],
])('a metric that %s proves that it fell', (_, then, is, now) => {
  expect(evaluate('latency < 50', world(1500, then), world(is, now)).value).toBe('true');
});

const told = (value: number | string): Snapshot =>
  snapshotOfSignals(
    [spec('latency', { unit: '', threshold: { crit: { op: '>=', value: 50 } } })],
    [sample('latency', value)],
  );

test.each<readonly [string, number | string, number | string]>([
  ['latency != 1200', 1200, '1200 ms'],
  ['latency != 1200', '1200 ms', '1.3 s'],
  ['latency < 50', '1200 ms', 1.3],
  ['latency < 50', '98 %', 0.2],
])('%s: a value of %s that is %s now proves nothing', (text, was, is) => {
  expect(evaluate(text, told(was), told(is))).toMatchObject({
    value: 'unknown',
    why: expect.stringMatching(/^the unit of latency has changed since the action/),
  });
});

test.each<readonly [string, number | string, number | string]>([
  ['latency != 1200', 1200, '1.2.3'],
  ['latency < 50', 'n/a', 12],
  ['latency < 50', 1200, 12],
])('%s: a value of %s that is %s now is no other unit', (text, was, is) => {
  expect(evaluate(text, told(was), told(is)).why).not.toContain('unit');
});

test('a value that grows by its unit proves nothing either', () => {
  const [was, is] = [world(0.5, { help: 'ratio of hits' }), world(51, { help: 'hits in percent' })];
  expect(evaluate('latency >= 50', was, is).value).toBe('unknown');
});

test('a signal that is calculated from it proves nothing', () => {
  const [was, is] = [world(1500, { unit: 'ms' }), world(1.5, { unit: 's' })];
  const total = (of: Pick<Snapshot, 'signals'>) => {
    const [row] = of.signals.filter(({ id }) => id === 'latency');
    if (row === undefined) return [];
    const { metric: _, value, ...rest } = row;
    return [{ ...rest, id: 'total', key: 'total', ...(value === undefined ? {} : { value }) }];
  };
  const withTotal = (facts: Snapshot): Snapshot => ({
    ...facts,
    signals: [...facts.signals, ...total(facts)],
  });
  const parsed = parseExpression('total < 50');
  if (!parsed.ok) throw new Error(parsed.message);
  const derive = (id: string, of: Pick<Snapshot, 'signals'>) => (id === 'total' ? total(of) : undefined);
  const options = { now: noon, before: withTotal(was), witnesses: { effects: [], derive } };
  expect(evaluateExpression(parsed.expression, withTotal(is), options)).toMatchObject({
    value: 'unknown',
    why: 'the unit of latency has changed since the action, ms → s',
  });
});
