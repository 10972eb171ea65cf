import { expect, test } from 'vitest';
import { budgetOf, overBudget, type RecordedRun } from '../../support/test-budget.ts';

const contributing = (rows: string): string =>
  `# Contributing\n\n### Test budget\n\nText.\n\n| date | bought |\n| --- | --- |\n${rows}\n\n### More\n\n| other | table |\n`;
const budget = budgetOf(contributing('| 2026-11-26 | layers |'));
const run = (cpuMs: number, referenceMs = 10): RecordedRun => ({ cpuMs, referenceMs, files: 800, budget });

test('a first run has nothing to be compared with', () => {
  expect(overBudget([], budget)).toBeUndefined();
  expect(overBudget([run(300_000)], budget)).toBeUndefined();
});

test('a run that costs over five percent more fails, and says what to do', () => {
  expect(overBudget([run(300_000), run(314_000)], budget)).toBeUndefined();
  expect(overBudget([run(300_000), run(330_000)], budget)).toMatch(
    /^npm test takes 10 % more processor time than the runs before \(330 s in 800 files\)\. Move .*CONTRIBUTING\.md/,
  );
});

test('a slower machine is not a slower suite', () => {
  expect(overBudget([run(300_000, 10), run(600_000, 20)], budget)).toBeUndefined();
  expect(overBudget([run(300_000, 10), run(300_000, 8)], budget)).toBeDefined();
});

test('growth in small steps is seen: the first runs are the measure, and one that was disturbed is none', () => {
  const steps = [300, 312, 303, 309, 318, 325].map((seconds) => run(seconds * 1000));
  expect(overBudget(steps.slice(0, 5), budget)).toBeUndefined();
  expect(overBudget(steps, budget)).toMatch(/7 % more/);
});

test('a line in the table begins a new measure; other text does not', () => {
  expect(budgetOf(contributing('| 2026-11-26 | layers |').replace('Text.', 'Other text.'))).toBe(budget);
  const grown = budgetOf(contributing('| 2026-11-26 | layers |\n| 2026-12-01 | a model of proofs |'));
  expect(grown).not.toBe(budget);
  expect(overBudget([run(300_000), run(330_000)], grown)).toBeUndefined();
});
