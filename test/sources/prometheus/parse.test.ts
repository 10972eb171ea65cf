import { expect, test } from 'vitest';
import { field } from '../../../src/sources/kit/values/wire-value.ts';
import {
  parseInstantResult,
  parseInstantValue,
  parseRangeResult,
} from '../../../src/sources/prometheus/parse.ts';
import { recorded } from '../recorded.ts';

const dataOf = (name: string): unknown => field(recorded(`prometheus-2.42/${name}.json`), 'data');

test.each([
  ['0', { value: 0 }],
  ['-1.5', { value: -1.5 }],
  ['5e-324', { value: 5e-324 }],
  ['1795166288.759', { value: 1795166288.759 }],
  ['NaN', { why: 'the result is NaN, not a number: check the query for a division by 0' }],
  ['+Inf', { value: Number.POSITIVE_INFINITY }],
  ['-Inf', { value: Number.NEGATIVE_INFINITY }],
  ['', { why: 'the response has no number: check that url is a Prometheus server' }],
  ['ten', { why: 'the response has no number: check that url is a Prometheus server' }],
  [5, { why: 'the response has no number: check that url is a Prometheus server' }],
  [undefined, { why: 'the response has no number: check that url is a Prometheus server' }],
])('%j is %j', (written, value) => {
  expect(parseInstantValue(written)).toEqual(value);
});

test('a vector is one series per element, with all labels; what is no number has a reason', () => {
  const { series, evaluatedAt } = parseInstantResult(dataOf('source-odd'));
  const labels = { __name__: 'odd_gauge', application: 'shop', instance: '127.0.0.1:19810', job: 'shop' };
  expect(series).toEqual([
    { labels: { ...labels, of: 'inf' }, value: Number.POSITIVE_INFINITY },
    { labels: { ...labels, of: 'minus' }, value: Number.NEGATIVE_INFINITY },
    {
      labels: { ...labels, of: 'nan' },
      why: 'the result is NaN, not a number: check the query for a division by 0',
    },
    { labels: { ...labels, of: 'small' }, value: 5e-324 },
  ]);
  expect(evaluatedAt).toBeGreaterThan(Date.parse('2026-01-01'));
});

test('an empty vector, a scalar and a string are distinguished', () => {
  expect(parseInstantResult(dataOf('query-empty'))).toEqual({ series: [] });
  const scalar = parseInstantResult(dataOf('source-time'));
  expect(scalar.series).toEqual([{ labels: {}, value: (scalar.evaluatedAt ?? 0) / 1000 }]);
  expect(parseInstantResult({ resultType: 'string', result: [1, 'word'] })).toEqual({
    series: [],
    word: 'word',
    evaluatedAt: 1000,
  });
});

test('a native histogram has no value, with a suggestion for the query', () => {
  const result = [{ metric: { le: 'x' }, histogram: [1, { count: '3', sum: '1.5' }] }];
  expect(parseInstantResult({ resultType: 'vector', result }).series).toEqual([
    { labels: { le: 'x' }, why: expect.stringContaining('histogram_quantile()') },
  ]);
});

test.each([
  [dataOf('query-matrix'), 'range vector'],
  [{}, 'resultType is absent'],
  [{ resultType: 'streams', result: [] }, 'resultType is streams'],
  [{ resultType: 'vector', result: [{ metric: {} }] }, 'has no timestamp'],
  [{ resultType: 'vector', result: ['x'] }, 'has no timestamp'],
  [{ resultType: 'scalar', result: 'x' }, 'has no timestamp'],
  [undefined, 'resultType is absent'],
])('%#: a response that is not an instant query result is malformed', (data, words) => {
  expect(() => parseInstantResult(data)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  expect(() => parseInstantResult(data)).toThrow(words);
});

test('a range has points in ms, including gaps', () => {
  const result = [
    {
      metric: { a: '1' },
      values: [
        [1.5, '2'],
        [3, 'NaN'],
      ],
    },
    { metric: {}, values: [] },
  ];
  expect(parseRangeResult({ resultType: 'matrix', result })).toEqual([
    {
      labels: { a: '1' },
      points: [
        { at: 1500, value: 2 },
        { at: 3000, why: 'the result is NaN, not a number: check the query for a division by 0' },
      ],
    },
    { labels: {}, points: [] },
  ]);
  expect(parseRangeResult(dataOf('range'))[0]?.points.length).toBeGreaterThan(1);
  expect(() => parseRangeResult(dataOf('source-time'))).toThrow('resultType is scalar');
});
