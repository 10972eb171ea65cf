import { type RunnerTestCase, TestRunner } from 'vitest';
import { withinLimits } from './cpu-limit.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Processor time in ms of a test file, with its hooks and the modules that it loaded first. */
    cpuMs?: number;
    /** The limit of one test, in ms of processor time, if it needs another than the others. */
    cpuLimitMs?: number;
    /** The time in ms that it may wait for processes that it started, if that is longer than for others. */
    idleLimitMs?: number;
  }
}

/** Processor time of a test that shows too much at once; the slowest takes a quarter of it. One that tries more declares its own. */
const limits = { cpuMs: 60_000, idleMs: 60_000 };

const processCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs tests within limits of processor time, and records that of each file. */
export default class LimitedRunner extends TestRunner {
  #fileBegan = processCpuMs();

  onBeforeCollect(): void {
    this.#fileBegan = processCpuMs();
  }

  runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    return withinLimits(run, {
      idleMs: test.meta.idleLimitMs ?? limits.idleMs,
      cpuMs: test.meta.cpuLimitMs ?? Math.max(limits.cpuMs, test.timeout),
    });
  }

  override async onAfterRunSuite(suite: Parameters<TestRunner['onAfterRunSuite']>[0]): Promise<void> {
    if ('filepath' in suite) suite.meta.cpuMs = Math.round(processCpuMs() - this.#fileBegan);
    await super.onAfterRunSuite(suite);
  }
}
