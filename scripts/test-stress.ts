/**
 * `npm run test:stress [-- --runs 20] [--loaded 5] [--loops 2] [FILE…]`: repeats the tests of `npm test`, the last runs beside
 * busy loops, by default one per core. Prints each failure with its run. Exit 1: a run failed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values, positionals: files } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    loaded: { type: 'string', default: '5' },
    loops: { type: 'string', default: String(availableParallelism()) },
  },
  allowPositionals: true,
});
const [runs, loaded, loops] = [values.runs, values.loaded, values.loops].map(Number) as [
  number,
  number,
  number,
];
if (
  !Number.isInteger(runs) ||
  !Number.isInteger(loaded) ||
  runs < 1 ||
  loaded < 0 ||
  loaded > runs ||
  !Number.isInteger(loops) ||
  loops < 1
) {
  process.stderr.write(
    'usage: npm run test:stress -- [--runs N] [--loaded M, at most N] [--loops K] [FILE…]\n',
  );
  process.exit(4);
}

/** The part of vitest's JSON report that is used here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Starts the busy loops. */
const startLoad = (): readonly ChildProcess[] =>
  Array.from({ length: loops }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));

const failuresOf = ({ testResults }: Report): readonly string[] =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((assertionResult) => assertionResult.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${name}\n${message}`];
    return failed.map((entry) => `${name}: ${entry.fullName}\n${entry.failureMessages.join('\n')}`);
  });

const dir = await mkdtemp(join(tmpdir(), 'opsdeck-stress-'));

const runOnce = async (): Promise<Report | undefined> => {
  const output = join(dir, 'report.json');
  await rm(output, { force: true });
  const argv = ['run', '--reporter=json', `--outputFile.json=${output}`, ...files];
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(await readFile(output, 'utf8').catch(() => 'null')) ?? undefined;
};

let failures = 0;
for (let run = 1; run <= runs; run += 1) {
  const isLoaded = run > runs - loaded;
  const load = isLoaded ? startLoad() : [];
  const began = performance.now();
  const report = await runOnce();
  for (const child of load) child.kill('SIGKILL');
  const failed = report === undefined ? ['the run ended without a report'] : failuresOf(report);
  failures += failed.length;
  const seconds = Math.round((performance.now() - began) / 1000);
  const where = isLoaded ? `, beside ${loops} busy loops` : '';
  console.log(
    `run ${run}${where}: ${report?.numPassedTests ?? 0} passed, ${failed.length} failed, ${seconds} s`,
  );
  for (const text of failed) console.log(`FAILED in run ${run}: ${text}`);
}
await rm(dir, { recursive: true, force: true });
console.log(`${runs} runs, ${loaded} of them beside busy loops: ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
