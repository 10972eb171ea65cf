import { expect, test } from 'vitest';
import { scanQuery } from '../../../src/sources/prometheus/selectors.ts';

const found = (query: string): readonly string[] | undefined =>
  scanQuery(query)?.selectors.map(({ text, within, windowMs, isPast }) =>
    [text, within.join('>'), windowMs === undefined ? '' : `${windowMs / 1000}s`, isPast ? 'past' : '']
      .filter((part) => part !== '')
      .join(' '),
  );

test.each([
  ['errors', ['errors']],
  ['sum(errors{job="a"})', ['errors{job="a"} sum']],
  ['sum by (job, instance) (rate(errors[1m]))', ['errors sum>rate 60s']],
  ['sum(rate(errors{path="/a)("}[5m])) by (job)', ['errors{path="/a)("} sum>rate 300s']],
  ['100 * avg(up)', ['up avg']],
  [
    '100 * (sum(rate(failed[5m])) or vector(0)) / (sum(rate(total[5m])) > 0)',
    ['failed sum>rate 300s', 'total sum>rate 300s'],
  ],
  ['max_over_time(rate(errors[5m])[1h:1m])', ['errors max_over_time>rate 3900s']],
  ['requests / requests offset 1h', ['requests', 'requests past']],
  ['sum(rate(requests[5m] offset 1h))', ['requests sum>rate 300s past']],
  ['rate(requests[5m] @ 1609746000)', ['requests rate 300s past']],
  [
    'histogram_quantile(0.95, sum by (le) (rate(b_bucket[5m])))',
    ['b_bucket histogram_quantile>sum>rate 300s'],
  ],
  ['{__name__=~"a|b",job="x"} # sum(c)', ['{__name__=~"a|b",job="x"}']],
  ['a * on (job) group_left (team) b', ['a', 'b']],
  ['job:errors:rate5m > bool 1e3', ['job:errors:rate5m']],
  ['time() - 0x1f', []],
  ['SUM(errors)', ['errors sum']],
])('%s', (query, expected) => {
  expect(found(query)).toEqual(expected);
});

test.each(['sum(errors', 'errors)', 'errors{job="a}', 'é'])('%s is no query', (query) => {
  expect(scanQuery(query)).toBeUndefined();
});

test('tells the aggregation that computes the whole query', () => {
  expect(scanQuery('sum(rate(errors[1m]))')?.whole).toEqual({ op: 'sum', of: 'rate(errors[1m])' });
  expect(scanQuery('max by (job) (60 * rate(errors[1m]))')?.whole).toEqual({
    op: 'max',
    of: '60 * rate(errors[1m])',
  });
  expect(scanQuery('count(up) without (instance)')?.whole).toEqual({ op: 'count', of: 'up' });
  expect(scanQuery('100 * sum(errors)')?.whole).toBeUndefined();
  expect(scanQuery('sum(a) / sum(b)')?.whole).toBeUndefined();
  expect(scanQuery('(sum(a))')?.whole).toBeUndefined();
});

test('keeps the call around a range', () => {
  expect(scanQuery('sum(rate(errors{a="b"}[1m]))')?.selectors[0]?.call).toBe('rate(errors{a="b"}[1m])');
  expect(scanQuery('quantile_over_time(0.9, load[1m])')?.selectors[0]?.call).toBeUndefined();
});
