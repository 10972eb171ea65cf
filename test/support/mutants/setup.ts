import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  type RunnerTestCase,
  type RunnerTestFile,
  type RunnerTestSuite,
} from 'vitest';
import { mutantPlan, type RecordedFile, type RecordedTest, testFileKey } from './plan.ts';
import { takeReached, unitedBits } from './probes.ts';

/**
 * Carries out the plan of `npm run mutants` in each test file: runs only the planned tests, or records the mutants that each test
 * reaches. Tests run one after the other, so a mark belongs to the running test; of concurrent tests, to each that runs.
 */

const pathOf = (file: { readonly filepath: string }): string =>
  relative(process.cwd(), file.filepath).replaceAll('\\', '/');

/** Skips tests that are not planned, with the hooks of a suite that has none. Returns whether any is left. */
const keepOnly = (suite: RunnerTestSuite, names: ReadonlySet<string>): boolean => {
  let isAnyLeft = false;
  for (const task of suite.tasks) {
    const isKept = task.type === 'suite' ? keepOnly(task, names) : names.has(task.fullTestName ?? '');
    if (isKept) isAnyLeft = true;
    else task.mode = 'skip';
  }
  return isAnyLeft;
};

/** Calls back with the test file before its hooks and tests. */
const onFile = (start: (file: RunnerTestFile) => void): void => {
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that a hook uses from its first parameter
  beforeAll(({}, { file }) => start(file));
};

const select = (planned: Readonly<Record<string, readonly string[]>>): void => {
  onFile((file) => {
    keepOnly(file, new Set(planned[testFileKey(file.projectName ?? '', pathOf(file))]));
  });
};

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const record = (dir: string): void => {
  takeReached();
  const start = cpuMs();
  let loadMs = 0;
  let loading = '';
  let around = '';
  const tests: RecordedTest[] = [];
  const running = new Map<RunnerTestCase, { since: number; reached: string }>();
  const collect = (): void => {
    const reached = takeReached();
    if (running.size === 0) around = unitedBits(around, reached);
    for (const one of running.values()) one.reached = unitedBits(one.reached, reached);
  };
  let current: RunnerTestFile | undefined;
  onFile((file) => {
    current = file;
    loadMs = cpuMs() - start;
    loading = takeReached();
    around = takeReached();
  });
  beforeEach(({ task }) => {
    collect();
    running.set(task, { since: cpuMs(), reached: takeReached() });
  });
  afterEach(({ task }) => {
    collect();
    const own = running.get(task);
    running.delete(task);
    if (own === undefined) return;
    const passed = task.result?.state !== 'fail';
    tests.push({ name: task.fullTestName ?? '', cpuMs: cpuMs() - own.since, passed, reached: own.reached });
  });
  afterAll(() => {
    collect();
    if (current === undefined) return;
    const project = current.projectName ?? '';
    const recorded: RecordedFile = { project, file: pathOf(current), loadMs, loading, around, tests };
    const name = createHash('sha256').update(testFileKey(project, recorded.file)).digest('hex').slice(0, 24);
    writeFileSync(join(dir, `${name}.json`), JSON.stringify(recorded));
  });
};

if (mutantPlan?.tests !== undefined) select(mutantPlan.tests);
if (mutantPlan?.record !== undefined) record(mutantPlan.record.dir);
