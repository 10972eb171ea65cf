import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { Bound } from '../../src/domain/facts/threshold.ts';
import { parseBound } from '../../src/domain/facts/threshold.ts';
import { ValueSeries } from '../../src/domain/facts/value-series.ts';
import {
  createConditionStarts,
  type EvaluateOptions,
  evaluateExpression,
} from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { fault, noon, sample, snapshotOfSignals, spec } from '../support/made-facts.ts';

const read = (text: string) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return parsed.expression;
};
const evaluate = (text: string, snapshot: Snapshot, options: Partial<EvaluateOptions> = {}) =>
  evaluateExpression(read(text), snapshot, { now: noon, ...options });

const bound = (text: string): Bound => {
  const made = parseBound(text);
  if ('error' in made) throw new Error(made.error);
  return made;
};
const limits = { threshold: { warn: bound('>=200'), crit: bound('>=1000') } };
const slow = snapshotOfSignals(
  [spec('api.latency', limits), spec('heap', { unit: '%', ...limits }), spec('gone'), spec('free')],
  [
    sample('api.latency', 1204),
    sample('heap', 150, { labels: { pod: 'a' } }),
    sample('heap', 300, { labels: { pod: 'b' } }),
    sample('gone', undefined, { why: 'no such metric' }),
    sample('free', 1, { labels: { pod: 'a' } }),
    sample('free', 9, { labels: { pod: 'b' } }),
  ],
);

test.each([
  ['api.latency > 1000', 'true', 'api.latency is 1,204 ms'],
  ['api.latency < 200', 'false', 'api.latency is 1,204 ms'],
  ['api.latency >= warn', 'true', 'api.latency is crit'],
  ['api.latency = crit', 'true', 'api.latency is crit'],
  ['api.latency <= warn', 'false', 'api.latency is crit'],
  ['api.latency = ok', 'false', 'api.latency is crit'],
  ['gone > 5', 'unknown', 'gone has no value: no such metric'],
  ['gone >= warn', 'unknown', 'gone has no value: no such metric'],
  ['gone = unknown', 'true', 'gone is unknown'],
  ['gone != unknown', 'false', 'gone is unknown'],
  ['none > 5', 'unknown', 'no signal is called none'],
  ['heap > 200', 'true', 'heap pod=b is 300 %'],
  ['heap < 200', 'false', 'heap pod=b is 300 %'],
  ['heap = warn', 'true', 'heap pod=b is warn'],
  ['free > 0', 'true', 'free pod=a is 1 ms'],
  ['free > 5', 'unknown', 'the series of free disagree'],
  ['api.latency > ${param.ms}', 'true', 'api.latency is 1,204 ms'],
  ['api.latency >= ${param.level}', 'true', 'api.latency is crit'],
  ['api.latency > ${param.none}', 'unknown', 'the value to compare api.latency with is missing'],
])('%s is %s: %s', (text, value, why) => {
  expect(evaluate(text, slow, { params: { ms: 500, level: 'warn' } })).toEqual({ value, why });
});

test('a stale signal is unknown', () => {
  const stale = snapshotOfSignals([spec('q', limits)], [sample('q', 1500)], { now: noon + 60_000 });
  expect(evaluate('q > 5', stale)).toEqual({
    value: 'unknown',
    why: 'q is stale: the last value is too old to count',
  });
  expect(evaluate('q >= warn', stale).value).toBe('unknown');
});

test('a signal of a failed source is unknown, with the reason', () => {
  const lost = snapshotOfSignals([spec('q', limits)], [], { faults: [fault('timeout', 'no answer in 3s')] });
  expect(evaluate('q > 5', lost)).toEqual({ value: 'unknown', why: 'q has no value: no answer in 3s' });
});

const at = (seconds: number, value: number) => ({ at: noon + seconds * 1000, value });

test.each([
  [[at(-30, 5), at(0, 9)], 'rising', 'true', 'api.latency is rising, 5 ms to 9 ms'],
  [[at(-30, 5), at(0, 9)], 'falling', 'false', 'api.latency is rising, 5 ms to 9 ms'],
  [[at(-30, 9), at(0, 5)], 'falling', 'true', 'api.latency is falling, 9 ms to 5 ms'],
  [[at(-30, 9), at(0, 9)], 'rising', 'false', 'api.latency is steady, 9 ms to 9 ms'],
  [
    [at(-600, 1), at(-90, 9), at(-30, 3), at(0, 5)],
    'falling',
    'true',
    'api.latency is falling, 9 ms to 5 ms',
  ],
  [[at(0, 9)], 'rising', 'unknown', 'api.latency has only one reading so far: a trend needs two'],
  [
    [at(-0.5, 5), at(0, 9)],
    'rising',
    'unknown',
    'api.latency has only one reading so far: a trend needs two',
  ],
  [[], 'rising', 'unknown', 'api.latency has only one reading so far: a trend needs two'],
])('%j %s: %s', (values, trend, value, why) => {
  expect(evaluate(`api.latency ${trend}`, slow, { history: () => ValueSeries.of(values) })).toEqual({
    value,
    why,
  });
});

test('a trend of a stale signal is unknown, whatever its readings were', () => {
  const stale = snapshotOfSignals([spec('q', limits)], [sample('q', 1500)], { now: noon + 60_000 });
  const history = () => ValueSeries.of([at(-30, 9), at(0, 5)]);
  expect(evaluate('q falling', stale, { history })).toEqual({
    value: 'unknown',
    why: 'q is stale: the last value is too old to count',
  });
});

test('without history, a trend is unknown', () => {
  expect(evaluate('api.latency rising', slow).value).toBe('unknown');
  expect(evaluate('none rising', slow, { history: () => undefined }).why).toBe('no signal is called none');
});

test('`for` is true after uninterrupted time, and shows the elapsed time', () => {
  const expression = read('api.latency > 1000 for 30s');
  const memory = createConditionStarts();
  const fine = snapshotOfSignals([spec('api.latency')], [sample('api.latency', 5)]);
  const lost = snapshotOfSignals([spec('api.latency')], []);
  const after = (seconds: number, snapshot: Snapshot) =>
    evaluateExpression(expression, snapshot, { memory, now: noon + seconds * 1000 });
  const isPending = true;
  expect(after(0, slow)).toEqual({
    ...{ value: 'false', isPending },
    why: 'api.latency is 1,204 ms, true for 0s of 30s',
  });
  expect(after(12, slow)).toEqual({
    ...{ value: 'false', isPending },
    why: 'api.latency is 1,204 ms, true for 12s of 30s',
  });
  expect(after(30, slow)).toEqual({ value: 'true', why: 'api.latency is 1,204 ms, for 30s' });
  expect(after(31, fine)).toEqual({ value: 'false', why: 'api.latency is 5 ms' });
  expect(after(32, slow).why).toBe('api.latency is 1,204 ms, true for 0s of 30s');
  expect(after(40, lost).value).toBe('unknown');
  expect(after(41, slow).why).toBe('api.latency is 1,204 ms, true for 0s of 30s');
});

test('a condition is pending only where time alone would make it true', () => {
  const memory = createConditionStarts();
  const of = (text: string) => evaluateExpression(read(text), slow, { memory, now: noon }).isPending === true;
  expect(of('api.latency > 1000 for 30s')).toBe(true);
  expect(of('(api.latency > 1000 for 30s) and api.latency > 1100')).toBe(true);
  expect(of('(api.latency > 1000 for 30s) and api.latency > 5000')).toBe(false);
  expect(of('(api.latency > 1000 for 30s) or api.latency > 5000')).toBe(true);
  expect(of('not (api.latency > 1000 for 30s)')).toBe(false);
  expect(of('api.latency > 5000 for 30s')).toBe(false);
});

test('in a verification, what held from the first look on is unknown until its time has passed', () => {
  const memory = createConditionStarts('unknown');
  const fine = snapshotOfSignals([spec('api.latency')], [sample('api.latency', 5)]);
  const lost = snapshotOfSignals([spec('api.latency')], []);
  const holds = read('api.latency > 1000 for 30s');
  const not = read('not (api.latency > 1000 for 30s)');
  const after = (seconds: number, snapshot: Snapshot) =>
    [holds, not].map(
      (expression) => evaluateExpression(expression, snapshot, { memory, now: noon + seconds * 1000 }).value,
    );
  expect(after(0, slow)).toEqual(['unknown', 'unknown']);
  expect(after(29, slow)).toEqual(['unknown', 'unknown']);
  expect(after(30, slow)).toEqual(['true', 'false']);
  expect(after(31, fine)).toEqual(['false', 'true']);
  expect(after(32, slow)).toEqual(['false', 'true']);
  expect(after(33, lost)).toEqual(['unknown', 'unknown']);
  expect(after(34, slow)).toEqual(['unknown', 'unknown']);
});

test('two `for` in one expression have separate timers', () => {
  const expression = read('(api.latency > 1000 for 10s) and (api.latency > 1000 for 20s)');
  const memory = createConditionStarts();
  const values = [0, 10, 20].map(
    (s) => evaluateExpression(expression, slow, { memory, now: noon + s * 1000 }).value,
  );
  expect(values).toEqual(['false', 'false', 'true']);
});

test('without memory, `for` counts as elapsed', () => {
  expect(evaluate('api.latency > 1000 for 1h', slow).value).toBe('true');
});
