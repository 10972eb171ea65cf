import type { SuiteCount } from './report.ts';

interface JsonReport {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly status: string;
    }[];
  }[];
}

/**
 * Counts by outermost `describe`, from Vitest's JSON report. A test that did not pass failed (also a skipped one); a file
 * without tests, and a run without any, failed once. `green`: true if the run itself succeeded.
 */
export const countsIn = (text: string, green: boolean): readonly SuiteCount[] => {
  const { testResults = [] }: JsonReport = JSON.parse(text);
  const counts = new Map<string, SuiteCount>();
  const add = (name: string, passed: boolean): void => {
    const was = counts.get(name) ?? { name, passed: 0, failed: 0 };
    counts.set(name, passed ? { ...was, passed: was.passed + 1 } : { ...was, failed: was.failed + 1 });
  };
  for (const file of testResults) {
    if (file.assertionResults.length === 0) add(file.name, false);
    for (const { ancestorTitles, status } of file.assertionResults)
      add(ancestorTitles[0] ?? file.name, status === 'passed');
  }
  const suites = [...counts.values()];
  if (suites.length === 0) add('no test ran', false);
  else if (!green && suites.every(({ failed }) => failed === 0)) add('the run itself', false);
  return [...counts.values()];
};
