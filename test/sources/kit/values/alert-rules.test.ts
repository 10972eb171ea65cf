import { expect, test } from 'vitest';
import { createAlertRulesReader } from '../../../../src/sources/kit/values/alert-rules.ts';
import { recorded } from '../../recorded.ts';

const noon = Date.parse('2026-03-04T12:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();

interface RuleAnswer {
  readonly evaluation: string;
  readonly health?: string;
  readonly lastError?: string;
  readonly alerts?: readonly object[];
  readonly took?: number;
}

const answer = ({ evaluation, took = 0, health = 'ok', ...rule }: RuleAnswer) => ({
  groups: [
    {
      name: 'shop',
      file: 'shop.yml',
      evaluationTime: took,
      rules: [
        { type: 'recording', name: 'job:errors:rate5m', health: 'ok' },
        { type: 'alerting', name: 'Errors', query: 'x > 1', health, lastEvaluation: evaluation, ...rule },
      ],
    },
  ],
});

const at = (askedAt: number) => ({ askedAt, toClock: (ms: number) => ms });

test('a later evaluation began after the reading that still showed an earlier one', () => {
  const read = createAlertRulesReader();
  const after = (evaluation: number, askedAt: number) =>
    read(answer({ evaluation: iso(evaluation) }), at(askedAt))[0]?.evaluatedAfter;
  expect(after(noon, noon + 1000)).toBeUndefined();
  expect(after(noon, noon + 5000)).toBeUndefined();
  expect(after(noon + 15_000, noon + 16_000)).toBe(noon + 5000);
  expect(after(noon + 15_000, noon + 20_000)).toBe(noon + 5000);
  expect(after(noon + 30_000, noon + 31_000)).toBe(noon + 20_000);
});

test('a step of the clock of the server changes no order', () => {
  const read = createAlertRulesReader();
  const after = (evaluation: number, askedAt: number) =>
    read(answer({ evaluation: iso(evaluation) }), at(askedAt))[0]?.evaluatedAfter;
  after(noon, noon + 1000);
  expect(after(noon - 3_600_000, noon + 16_000)).toBe(noon + 1000);
});

test('an evaluation that takes long may have begun before the reading', () => {
  const read = createAlertRulesReader();
  read(answer({ evaluation: iso(noon) }), at(noon + 1000));
  const [rule] = read(answer({ evaluation: iso(noon + 15_000), took: 4 }), at(noon + 16_000));
  expect(rule?.evaluatedAfter).toBe(noon - 3000);
});

test('a rule that was reloaded or never evaluated has no earlier evaluation', () => {
  const read = createAlertRulesReader();
  const never = '0001-01-01T00:00:00Z';
  read(answer({ evaluation: iso(noon) }), at(noon + 1000));
  expect(read(answer({ evaluation: never, health: 'unknown' }), at(noon + 2000))).toEqual([
    {
      ...{ name: 'Errors', query: 'x > 1', definition: '["x > 1",null,null]', active: [] },
      problem: 'has no state before the first evaluation. Wait for the next evaluation',
    },
  ]);
  expect(read(answer({ evaluation: iso(noon + 15_000) }), at(noon + 16_000))[0]?.evaluatedAfter).toBe(
    undefined,
  );
});

test.each([
  ['ok', {}, undefined],
  ['err', { lastError: 'many-to-many matching' }, 'cannot be evaluated: many-to-many matching'],
  ['error', {}, 'cannot be evaluated'],
  ['nodata', {}, 'has no data: the query returned nothing in the last evaluation'],
  [
    'ok',
    { alerts: [{ state: 'Normal (NoData)' }] },
    'has no data: the query returned nothing in the last evaluation',
  ],
  ['unknown', {}, 'has no state before the first evaluation. Wait for the next evaluation'],
] as const)('health %s with %j', (health, more, problem) => {
  const [rule] = createAlertRulesReader()(answer({ evaluation: iso(noon), health, ...more }), at(noon));
  expect(rule?.problem).toBe(problem);
});

test('the rules of a real Prometheus', () => {
  const body = recorded('prometheus-2.42/rules-alert.json') as { readonly data: unknown };
  const rules = createAlertRulesReader()(body.data, at(noon));
  expect(rules[0]).toEqual({
    name: 'Firing',
    query: 'up{job="gone"} == 0',
    definition: JSON.stringify(['up{job="gone"} == 0', 0, 0, ['severity', 'critical']]),
    active: [
      {
        state: 'firing',
        labels: { instance: '127.0.0.1:52561', job: 'gone', severity: 'critical' },
        since: Date.parse('2026-11-20T09:14:27.189Z'),
      },
    ],
    evaluatedAt: Date.parse('2026-11-20T09:15:05.201Z'),
  });
  expect(rules.map(({ name, active }) => [name, active[0]?.state])).toContainEqual(['Pending', 'pending']);
});
