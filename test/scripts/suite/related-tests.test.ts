import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { asksForPart, relatedTests, withinBudget } from '../../support/related-tests.ts';

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

test.each([
  ['vitest related src/domain/clock.ts', true],
  ['vitest run', false],
  ['vitest run test/scripts/related', false],
  ['vitest run --project attack', true],
  ['vitest run --project=screens', true],
])('`%s` is a complete run or one of related tests', (line, isPart) => {
  expect(asksForPart(['node', ...line.split(' ')])).toBe(isPart);
});

const source = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));

longTest('nothing loads a module of types: the tests that name it are related', () => {
  expect(relatedTests([source('store/commands.ts')], () => true).length).toBeGreaterThan(0);
});

longTest('only tests of `npm test` are related. The nearest is that of the file itself', () => {
  const isUnit = (path: string): boolean => path.startsWith('test/platform/');
  const [first, ...others] = relatedTests([source('platform/files/private-dir.ts')], isUnit);
  expect(first).toMatch(/test\/platform\/files\/private-dir\.test\.ts$/);
  expect(others.filter((file) => !file.includes('/test/platform/'))).toEqual([]);
});
