import { describe, expect, test } from 'vitest';
import { briefScale, chartScale, rowOfValue, type ScaleLimit } from '../../../src/ui/kit/chart/scale.ts';

const upper = (...values: readonly number[]): readonly ScaleLimit[] =>
  values.map((value) => ({ value, isLower: false }));
const lower = (value: number): readonly ScaleLimit[] => [{ value, isLower: true }];
const scale = (least: number, most: number, limits: readonly ScaleLimit[] = [], bytes = false) =>
  chartScale(least, most, { limits, labels: 6, bytes });

test.each([
  ['from 0 where values are near it', scale(1, 6.4), [0, 2, 4, 6, 8]],
  [
    'from 0 where values are far from it, so that noise stays small',
    scale(100, 120),
    [0, 25, 50, 75, 100, 125],
  ],
  ['up to a limit', scale(58, 62, upper(85)), [0, 20, 40, 60, 80, 100]],
  ['up to a limit far away', scale(0.1, 0.2, upper(5)), [0, 1, 2, 3, 4, 5]],
  [
    'from below a limit that values must not fall below',
    scale(99, 100, lower(95)),
    [90, 92, 94, 96, 98, 100],
  ],
  ['of zero', scale(0, 0), [0, 0.2, 0.4, 0.6, 0.8, 1]],
  ['of negative values', scale(-4, -2), [-4, -3, -2, -1, 0]],
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

describe('the scale of a small chart', () => {
  test('starts at 0 and reaches up to the limit', () => {
    expect(briefScale(19, 21, [], 5)).toMatchObject({ low: 0 });
    expect(briefScale(19, 21, upper(50), 5).ticks.at(-1)).toBe(50);
    expect(briefScale(-4, 2, [], 5).low).toBe(-4);
  });

  test('of a signal that must not fall below a limit starts just below that limit, also at the limit itself', () => {
    const { low, high } = briefScale(99, 100, lower(95), 5);
    expect(low).toBeGreaterThan(80);
    expect(low).toBeLessThan(95);
    expect(high).toBeGreaterThan(100);
    const full = briefScale(100, 100, lower(100), 5);
    expect((100 - full.low) / (full.high - full.low)).toBeGreaterThan(0.9);
    expect(briefScale(0, 0, lower(1), 5)).toMatchObject({ low: 0 });
  });

  test('labels the middle where a limit takes an end, and not beside a limit inside', () => {
    expect(briefScale(0, 0.1, upper(1), 5).ticks).toHaveLength(3);
    expect(briefScale(0, 10, upper(5), 5).ticks).toHaveLength(2);
    expect(briefScale(0, 0.1, upper(1), 4).ticks).toHaveLength(2);
  });

  test('a flat line is drawn where it is', () => {
    expect(rowOfValue(0, briefScale(0, 0, upper(120), 5), 5)).toBe(0);
    expect(rowOfValue(100, briefScale(100, 100, lower(95), 5), 5)).toBe(4);
  });
});
