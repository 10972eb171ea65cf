import { expect, test } from 'vitest';
import { jsonScalarAt } from '../../../../src/sources/kit/values/json.ts';

test('a value in an item of a list names the item', () => {
  const all = [{ name: 'orders', p99: { ms: 12 } }, { ms: 1 }];
  expect(jsonScalarAt({ all }, 'all[0].p99.ms')).toEqual({
    ...{ value: 12, origin: { objects: { 'item 0 of all': 'orders' } } },
  });
  expect(jsonScalarAt({ all }, 'all[1].ms')).toEqual({ value: 1 });
});

test.each<readonly [string, unknown, string, unknown]>([
  [
    'a field beside it',
    { p99: { value: 12, unit: 'ms' } },
    'p99.value',
    { value: 12, metric: { unit: 'ms' } },
  ],
  [
    'a field of its name',
    { latency: 12, latencyUnit: 's', unit: 'x' },
    'latency',
    { value: 12, metric: { unit: 's' } },
  ],
  ['none', { latency: 12, unit: 7 }, 'latency', { value: 12 }],
  ['none for a word', { state: 'up', unit: 'ms' }, 'state', { value: 'up' }],
  [
    'the item of a list',
    { all: [{ size: 1, units: 'MiB' }] },
    'all[0].size',
    { value: 1, metric: { unit: 'MiB' } },
  ],
])('the unit of a number in JSON is told by %s', (_, json, path, expected) => {
  expect(jsonScalarAt(json, path)).toEqual(expected);
});
