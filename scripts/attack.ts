/**
 * `npm run attack [-- --rounds N --seed S] [FAMILY…]`: fuzzes everything that accepts external input, with N times as many rounds
 * as `npm test` (default 5). The same seed gives the same inputs (default: today's date). Prints how many inputs of each family
 * were tried, held and broken, and the seed and smallest input of each failure. Exit 1: a property is broken, or an attack does
 * not detect a deliberate defect.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AttackResult } from '../test/attack/support/result.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values, positionals: families } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const { help, ...numbers } = values;
if (help) {
  console.log(
    'npm run attack -- [--rounds N] [--seed S] [FAMILY…]\nTries N times as many inputs as npm test (default 5).',
  );
  process.exit();
}
for (const [name, text] of Object.entries(numbers))
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) {
    console.error(`--${name} takes a whole number from 1 on, not ${JSON.stringify(text)}`);
    process.exit(2);
  }
const seed = values.seed ?? new Date().toISOString().slice(0, 10).replaceAll('-', '');
const dir = await mkdtemp(join(tmpdir(), 'opsdeck-attack-'));
const results = join(dir, 'results.jsonl');
const report = join(dir, 'report.json');

const run = (): Promise<number> =>
  new Promise((resolve) => {
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'attack', '--silent'];
    const reports = ['--reporter=json', `--outputFile.json=${report}`];
    const named = families.length === 0 ? [] : ['-t', `^(${families.join('|')}) `];
    const child = spawn(process.execPath, [...runner, ...reports, ...named], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        OPSDECK_ATTACK_RESULTS: results,
        OPSDECK_ATTACK_ROUNDS: values.rounds,
        OPSDECK_ATTACK_SEED: seed,
      },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });

/** The part of vitest's JSON report that is used here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const print = (all: readonly AttackResult[]): void => {
  const names = [...new Set(all.map((attackResult) => attackResult.family))].sort();
  const width = Math.max(0, ...names.map((name) => name.length));
  console.log(`seed ${seed}, ${values.rounds} × the rounds of npm test`);
  for (const name of names) {
    const own = all.filter((attackResult) => attackResult.family === name);
    const tried = own.reduce((sum, attackResult) => sum + attackResult.tried, 0);
    const broken = own.reduce((sum, attackResult) => sum + attackResult.broken, 0);
    const counts = [`${tried} tried`, `${tried - broken} held`, `${broken} broken`];
    console.log(`${name.padEnd(width)}  ${counts.map((count) => count.padStart(16)).join('')}`);
  }
  const forged = all.filter(({ family }) => family.startsWith('forged '));
  if (forged.length > 0)
    console.log(`${forged.reduce((sum, { tried }) => sum + tried, 0)} fields of records and files forged`);
  for (const { family, title, problem } of all)
    if (problem !== undefined)
      console.log(`BROKEN ${family}: ${title}\n  ${problem.replaceAll('\n', '\n  ')}`);
};

try {
  const code = await run();
  const text = await readFile(results, 'utf8').catch(() => '');
  const all = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): AttackResult => JSON.parse(line));
  print(all);
  const { testResults }: Report = JSON.parse(await readFile(report, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const reported = all.flatMap(({ problem, family, title }) =>
    problem === undefined ? [] : `${family} ${title}`,
  );
  for (const { fullName, status, failureMessages } of tests)
    if (status === 'failed' && !reported.includes(fullName))
      console.log(`FAILED ${fullName}\n${failureMessages.join('\n')}`);
  const unread = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
  for (const { name, message } of unread) console.log(`FAILED ${name}\n${message}`);
  const of = (how: string): number => tests.filter(({ status }) => status === how).length;
  const failed = of('failed') + unread.length;
  console.log(`${of('passed')} passed, ${failed === 0 && code !== 0 ? 1 : failed} failed`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
