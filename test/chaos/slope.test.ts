import { expect, test } from 'vitest';
import { seededNumbers } from './support/fault-kinds.ts';
import { fitLine, isGrowing } from './support/slope.ts';

/** 100 points on a line, each displaced by up to half of `noise`. */
const pointsOn = (perUnit: number, noise: number) => {
  const random = seededNumbers(5);
  return Array.from({ length: 100 }, (_, x) => [x, 50 + perUnit * x + noise * (random() - 0.5)] as const);
};

test('fits a line without noise exactly', () => {
  const { perUnit, error } = fitLine(pointsOn(0.25, 0));
  expect(perUnit).toBeCloseTo(0.25, 12);
  expect(error).toBeCloseTo(0, 12);
});

test('the error is that of the textbook', () => {
  // y = 1, 3, 2, 4 at x = 0..3: slope 0.8, residual sum of squares 1.8, error sqrt(1.8 / 2 / 5).
  const { perUnit, error } = fitLine([
    [0, 1],
    [1, 3],
    [2, 2],
    [3, 4],
  ]);
  expect(perUnit).toBeCloseTo(0.8, 12);
  expect(error).toBeCloseTo(Math.sqrt(0.18), 12);
});

test.each([
  { perUnit: 0, noise: 4, grows: false },
  { perUnit: -1, noise: 4, grows: false },
  { perUnit: 0.1, noise: 4, grows: true },
])('a slope of $perUnit with noise $noise grows: $grows', ({ perUnit, noise, grows }) => {
  expect(isGrowing(fitLine(pointsOn(perUnit, noise)))).toBe(grows);
});

test('constant values do not grow, and two points are too few to know', () => {
  expect(isGrowing(fitLine(pointsOn(0, 0)))).toBe(false);
  expect(
    isGrowing(
      fitLine([
        [0, 1],
        [1, 1],
      ]),
    ),
  ).toBe(true);
});
