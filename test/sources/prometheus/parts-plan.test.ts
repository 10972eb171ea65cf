import { expect, test } from 'vitest';
import { type PartsPlan, planParts } from '../../../src/sources/prometheus/parts-plan.ts';

const minute = 60_000;

test.each([
  ['sum(errors)', { queries: ['errors'], fold: 'sum', addsUp: true }],
  ['max by (job) (errors{a="b"})', { queries: ['errors{a="b"}'], fold: 'max', addsUp: false }],
  ['count(up == 0)', { queries: ['up'], addsUp: false }],
  [
    '60 * sum(rate(errors[1m]))',
    { queries: ['(rate(errors[1m])) and errors'], addsUp: true, windowMs: minute },
  ],
  [
    'sum(60 * rate(errors[1m]))',
    { queries: ['(60 * rate(errors[1m])) and errors'], fold: 'sum', addsUp: true, windowMs: minute },
  ],
  [
    'rate(errors[1m])',
    { queries: ['(rate(errors[1m])) and errors'], fold: 'sum', addsUp: false, windowMs: minute },
  ],
  [
    'sum(rate(failed[1m])) / sum(rate(total[5m]))',
    {
      queries: ['(rate(failed[1m])) and failed', '(rate(total[5m])) and total'],
      addsUp: true,
      windowMs: 5 * minute,
    },
  ],
  [
    'sum(rate(a[5m])) / sum(rate(a[5m] offset 1h))',
    { queries: ['(rate(a[5m])) and a'], addsUp: true, windowMs: 5 * minute },
  ],
  ['max_over_time(sum(errors)[1h:])', { queries: ['errors'], addsUp: true, windowMs: 60 * minute }],
  ['sum(label_replace(errors, "a", "$1", "b", ".*"))', { queries: ['errors'], addsUp: false }],
  ['sum(quantile_over_time(0.9, load[1m])) + 1', { queries: ['load'], addsUp: true, windowMs: minute }],
] as const)('%s', (query, expected) => {
  const { queries, ...plan } = planParts(query) as PartsPlan; // each of them has parts
  expect({ ...plan, queries: queries.map(({ promql }) => promql) }).toEqual(expected);
});

test.each([
  'errors',
  'errors / 100',
  'abs(errors)',
  'errors{a="b"} > 0',
  'vector(1)',
  'sum(errors offset 1d)',
  'sum(',
])('%s has no parts to read', (query) => {
  expect(planParts(query)).toBeUndefined();
});

test('the parts of a recorded series are those of its rule', () => {
  expect(planParts('sum(job:errors:rate5m) / sum(errors)')).toEqual({ recorded: ['job:errors:rate5m'] });
  expect(planParts('job:errors:rate5m')).toEqual({ recorded: ['job:errors:rate5m'] });
  expect(planParts('job:errors:rate5m offset 1h')).toBeUndefined();
});

test('opsdeck aggregates the series of a window itself', () => {
  expect(planParts('rate(errors[1m])', 'max')).toMatchObject({ fold: 'max' });
  expect(planParts('errors', 'max')).toBeUndefined();
  expect(planParts('sum by (job) (errors)', 'max')).not.toHaveProperty('fold');
});

test.each([
  [
    'sum(rate(requests_total{job="orders", status=~"5.."}[1m]))',
    '(sum(rate(requests_total{job="orders"}[1m])) and (count(requests_total{job="orders"}) > (count(requests_total{job="orders", status=~"5.."}) or vector(0))))',
  ],
  [
    'sum(increase(calls{outcome!="SUCCESS"}[5m]))',
    '(sum(increase(calls{}[5m])) and (count(calls{}) > (count(calls{outcome!="SUCCESS"}) or vector(0))))',
  ],
])('the requests among which %s counts the failed ones', (query, all) => {
  expect(planParts(query)).toMatchObject({ traffic: { all } });
});

test.each([
  'sum(rate(requests_total{job="orders"}[1m]))',
  'sum(rate(requests_total{status=~"2.."}[1m]))',
  'sum(rate(requests_total{outcome="SUCCESS"}[1m]))',
  'sum(rate(requests_total{outcome=~"SUCCESS|CLIENT_ERROR"}[1m]))',
  'sum(rate(requests_total{status!~"5.."}[1m]))',
  'sum(requests_total{status="500"})',
])('%s counts no failures of a window', (query) => {
  expect(planParts(query)).not.toHaveProperty('traffic');
});
