import { expect, test } from 'vitest';
import { chartScale } from '../../../src/ui/features/signals/scale.ts';

const scale = (least: number, most: number, limits: readonly number[] = [], bytes = false) =>
  chartScale(least, most, { limits, labels: 6, bytes });

test.each([
  ['from 0 where values are near it', scale(1, 6.4), [0, 2, 4, 6, 8]],
  ['around values far from 0', scale(100, 120), [100, 105, 110, 115, 120]],
  ['up to a limit nearby', scale(58, 62, [85]), [50, 60, 70, 80, 90]],
  ['down to a limit that is exceeded', scale(1400, 1650, [1000]), [1000, 1200, 1400, 1600, 1800]],
  ['without a limit far away', scale(0.1, 0.2, [5]), [0, 0.05, 0.1, 0.15, 0.2]],
  ['of zero', scale(0, 0), [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ['of negative values', scale(-4, -2), [-4, -3.5, -3, -2.5, -2]],
])('a scale %s', (_, { low, high, ticks }, expected) => {
  expect(ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(expected);
  expect([low, high]).toEqual([ticks[0], ticks.at(-1)]);
});

test('bytes are labeled in multiples of a power of 1024', () => {
  const mebibyte = 1024 ** 2;
  expect(scale(0, 180 * mebibyte, [], true).ticks.map((tick) => tick / mebibyte)).toEqual([
    0, 50, 100, 150, 200,
  ]);
});
