import { expect, test } from 'vitest';
import { signalSamples } from '../../../src/sources/prometheus/index.ts';
import type { InstantSeries } from '../../../src/sources/prometheus/parse.ts';

const of = (...values: readonly (number | undefined)[]): readonly InstantSeries[] =>
  values.map((value, index) => ({
    labels: { i: String(index) },
    ...(value === undefined
      ? { why: 'the result is NaN, not a number: check the query for a division by 0' }
      : { value }),
  }));
const oneNaN = {
  labels: {},
  why: '1 of 3 series: the result is NaN, not a number: check the query for a division by 0',
};

test.each([
  ['sum', of(1, 2, 3), { labels: {}, value: 6 }],
  ['avg', of(1, 2, 3), { labels: {}, value: 2 }],
  ['min', of(2, 1, 3), { labels: {}, value: 1 }],
  ['max', of(2, 1, 3), { labels: {}, value: 3 }],
  ['count', of(2, 1, 3), { labels: {}, value: 3 }],
  ['sum', of(1, undefined, 3), oneNaN],
  ['avg', of(1, undefined, 3), oneNaN],
  ['min', of(2, undefined, 3), { labels: {}, value: 2 }],
  ['max', of(2, undefined, 3), { labels: {}, value: 3 }],
  ['count', of(2, undefined, 3), { labels: {}, value: 2 }],
  [
    'max',
    of(undefined),
    {
      labels: {},
      why: '1 of 1 series: the result is NaN, not a number: check the query for a division by 0',
    },
  ],
  [
    'count',
    of(undefined),
    {
      labels: {},
      why: '1 of 1 series: the result is NaN, not a number: check the query for a division by 0',
    },
  ],
  ['sum', of(), { labels: {}, why: 'no series matches the query' }],
  ['count', of(), { labels: {}, why: 'no series matches the query' }],
] as const)('%s of %j', (fold, series, expected) => {
  const values = signalSamples({ series }, fold).map(({ parts: _, fold: __, ...value }) => value);
  expect(values).toEqual([expected]);
});

test('an aggregate keeps the series of which it is made, unless they are very many', () => {
  expect(signalSamples({ series: of(1, undefined, 3) }, 'max')).toEqual([
    { labels: {}, value: 3, parts: { '{"i":"0"}': 1, '{"i":"2"}': 3 }, fold: 'max' },
  ]);
  expect(signalSamples({ series: of(...Array.from({ length: 501 }, () => 1)) }, 'sum')).toEqual([
    { labels: {}, value: 501 },
  ]);
});

test('several series are several samples; none is no value; a text is one', () => {
  expect(signalSamples({ series: of(1, undefined) }, undefined)).toEqual([
    { labels: { i: '0' }, value: 1 },
    {
      labels: { i: '1' },
      why: 'the result is NaN, not a number: check the query for a division by 0',
    },
  ]);
  expect(signalSamples({ series: [] }, undefined)).toEqual([
    { labels: {}, why: 'no series matches the query' },
  ]);
  expect(signalSamples({ series: [], word: 'blue' }, 'sum')).toEqual([{ labels: {}, value: 'blue' }]);
});

test('tens of thousands of series are folded without a stack overflow', () => {
  const series = Array.from({ length: 200_000 }, (_, value) => ({ labels: {}, value }));
  expect(signalSamples({ series }, 'max')).toEqual([{ labels: {}, value: 199_999 }]);
});
