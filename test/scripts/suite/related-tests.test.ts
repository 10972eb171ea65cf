import { expect, test } from 'vitest';
import { withinBudget } from '../../support/related-tests.ts';

const times: Readonly<Record<string, number>> = {
  near: 1000,
  drill: 30_000,
  screens: 4000,
  cli: 2000,
  far: 500,
};
const cpuMsOf = (file: string): number | undefined => times[file];

test('the nearest tests that fit the budget run; a long one is left out, a shorter one behind it is not', () => {
  expect(withinBudget(['near', 'drill', 'screens', 'cli', 'far'], cpuMsOf)).toEqual([
    'near',
    'screens',
    'far',
  ]);
});

test('the nearest test runs, however long it takes', () => {
  expect(withinBudget(['drill', 'near'], cpuMsOf)).toEqual(['drill']);
});

test('a test that has not run here counts as a second', () => {
  expect(withinBudget(['a', 'b', 'c', 'd', 'e', 'f', 'g'], cpuMsOf)).toHaveLength(6);
});
