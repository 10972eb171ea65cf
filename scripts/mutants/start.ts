import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { MutantPlan } from '../../test/support/mutants/plan.ts';
import type { LayerChoice, TestFile } from './layers.ts';

/** A test that failed; without a name, its whole file failed. */
export interface FailedTest {
  readonly file: string;
  readonly name?: string;
}

/** The result of one start of vitest. */
export interface Outcome {
  readonly cpuSeconds: number;
  readonly failed: readonly FailedTest[];
  /** It failed as a whole, without a failed test: a limit of CPU or wall time, a crash, an error outside of tests. */
  readonly ended?: string;
}

/** The part of vitest's JSON report that is used here. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const failedIn = ({ testResults }: Report): readonly FailedTest[] =>
  testResults.flatMap(({ name, status, assertionResults }): readonly FailedTest[] => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((assertionResult) => assertionResult.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [{ file }] : [];
    return failed.map(({ ancestorTitles, title }) => ({
      file,
      name: [...ancestorTitles, title].join(' > '),
    }));
  });

/** CPU seconds of the children in the output of the shell's `times`: '0m1.20s 0m0.30s'. */
const childSeconds = (times: string): number =>
  [...(times.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );

/** Process groups that run. A group of its own can be ended as a whole, but does not end with this process. */
const running = new Set<number>();

const endGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
};

process.on('exit', () => {
  for (const pid of running) endGroup(pid);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/** One start of vitest, with its limits. */
export interface Start {
  readonly layer: LayerChoice;
  readonly files: readonly Pick<TestFile, 'project' | 'file'>[];
  readonly plan: MutantPlan;
  readonly bail: boolean;
  /** CPU seconds of each process. Wall time is limited to twenty times as many. */
  readonly limit: number;
}

const argumentsOf = ({ layer, files, bail }: Start, report: string): readonly string[] => [
  'node_modules/vitest/vitest.mjs',
  'run',
  ...['--config', layer.config, '--maxWorkers=1', '--silent'],
  ...['--reporter=json', `--outputFile.json=${report}`],
  ...(bail ? ['--bail=1'] : []),
  ...[...new Set(files.map(({ project }) => project))].map((project) => `--project=${project}`),
  ...files.map(({ file }) => file),
];

// CPU time is limited by the shell, per process; a worker that is ended by it ends the run.
const limited = 'ulimit -t "$1"; shift; "$@" >&2; code=$?; times; exit $code';

/** Runs vitest on files of a layer, with a plan. */
export const startVitest = async (start: Start): Promise<Outcome> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-mutant-'));
  try {
    const plan = join(dir, 'plan.json');
    const report = join(dir, 'report.json');
    await writeFile(plan, JSON.stringify(start.plan));
    const program = [process.execPath, ...argumentsOf(start, report)];
    const child = spawn('sh', ['-c', limited, 'sh', String(Math.ceil(start.limit)), ...program], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...start.layer.env, OPSDECK_MUTANTS: plan },
    });
    child.stderr.resume();
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let times = '';
    let isLate = false;
    child.stdout.on('data', (chunk: Buffer) => {
      times += chunk.toString();
    });
    const timer = setTimeout(() => {
      isLate = true;
      if (pid !== undefined) endGroup(pid);
    }, 20_000 * start.limit);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    if (pid !== undefined) running.delete(pid);
    const cpuSeconds = childSeconds(times);
    if (isLate) return { cpuSeconds, failed: [], ended: 'time limit' };
    const text = await readFile(report, 'utf8').catch(() => undefined);
    if (text === undefined) return { cpuSeconds, failed: [], ended: `no report, exit code ${code}` };
    const failed = failedIn(JSON.parse(text));
    return failed.length > 0 || code === 0
      ? { cpuSeconds, failed }
      : { cpuSeconds, failed, ended: `exit code ${code}` };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
