import {
  DefaultReporter,
  type TestCase,
  type TestModule,
  type TestSpecification,
  experimental_getRunnerTask as taskOf,
  type Vitest,
} from 'vitest/node';
import { keepCpuTimes } from './cpu-times.ts';
import { createReference } from './reference.ts';
import { recordRun } from './test-budget.ts';

type Files = Parameters<DefaultReporter['reportTestSummary']>[0];

/** Files that a run names, of those that take most processor time. */
const named = 10;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const cpuOf = ({ meta }: Files[number]): number => meta.cpuMs ?? 0;

const testsOf = ({ children }: TestModule): readonly TestCase[] => [...children.allTests()];

const inState = (tests: readonly TestCase[], state: string): readonly TestCase[] =>
  tests.filter((test) => test.result().state === state);

/**
 * Prints one line per test file, then the ten that take most processor time; console output and details only of what failed.
 * Records the processor time of a complete green run of `npm test` (test-budget.ts).
 */
export default class BriefReporter extends DefaultReporter {
  readonly #reference = createReference();
  readonly #isBudgeted: boolean;
  #isWhole = false;

  /** `isBudgeted`: complete green runs are recorded for the test budget. */
  constructor({ isBudgeted = false } = {}) {
    super({ summary: false });
    this.silent = 'passed-only';
    this.#isBudgeted = isBudgeted;
  }

  override onInit(ctx: Vitest): void {
    this.ctx = ctx;
  }

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications);
    this.#reference.start();
    if (this.#isBudgeted && this.ctx.config.testNamePattern === undefined)
      void this.ctx.globTestSpecifications().then((all) => {
        this.#isWhole = all.length === specifications.length;
      });
  }

  override onTestModuleEnd(module: TestModule): void {
    const isFailed = module.state() === 'failed';
    if (isFailed) this.logFailedTask(taskOf(module));
    const tests = testsOf(module);
    this.log(
      `${isFailed ? '✗' : '✓'} ${module.relativeModuleId} (${tests.length}) ${seconds(module.meta().cpuMs ?? 0)}`,
    );
    for (const { fullName } of inState(tests, 'failed')) this.log(`  ✗ ${fullName}`);
  }

  override reportTestSummary(files: Files, errors: readonly unknown[]): void {
    const referenceMs = this.#reference.stop();
    const modules = this.ctx.state.getTestModules();
    const tests = modules.flatMap(testsOf);
    const broken = modules.filter(
      (testModule) => testModule.state() === 'failed' && inState(testsOf(testModule), 'failed').length === 0,
    );
    const failed = inState(tests, 'failed').length + broken.length + errors.length;
    const skipped = inState(tests, 'skipped').length;
    const cpuMs = files.reduce((sum, file) => sum + cpuOf(file), 0);
    if (files.length > named) {
      this.log('\nmost processor time:');
      for (const file of files.toSorted((a, b) => cpuOf(b) - cpuOf(a)).slice(0, named))
        this.log(`${seconds(cpuOf(file)).padStart(8)}  ${file.name}`);
    }
    this.log(
      `\n${files.length} files, ${seconds(this.end - this.start)}, ${seconds(cpuMs)} of processor time` +
        `\n${inState(tests, 'passed').length} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`,
    );
    keepCpuTimes(Object.fromEntries(files.map((file) => [this.relative(file.filepath), cpuOf(file)])));
    if (failed === 0 && this.#isWhole) recordRun({ cpuMs, referenceMs, files: files.length });
  }
}
