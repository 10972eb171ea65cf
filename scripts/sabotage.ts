/**
 * `npm run sabotage [-- SYSTEM…] [--runbook NAME] [--kinds nothing,vanish,…] [--every N [--from K]]`: runs every exercise of every runbook in a
 * simulator with one sabotaged action: acknowledged but not executed, executed on a sibling, executed partially, undone after ten
 * seconds, or with wrong input. Then it runs them with actions of which none is executed, and with lies after them: `vanish`,
 * `stand-in`, `muted`, `restart`, `clock`, `blind`, `moved`, or one variant such as `muted/silence`. No run may end recovered. Prints
 * a score per system and kind, untried cases and survivors. `--every 10`: one exercise of ten, from the one of index `--from` (default 0). Exit 1: a sabotage survived, or an
 * exercise failed by itself.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Attempt } from '../test/sabotage/attempts.ts';
import { systemOf, unverified } from '../test/sabotage/exercises.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values, positionals: systems } = parseArgs({
  options: {
    runbook: { type: 'string' },
    kinds: { type: 'string' },
    every: { type: 'string' },
    from: { type: 'string' },
  },
  allowPositionals: true,
});
const dir = await mkdtemp(join(tmpdir(), 'opsdeck-sabotage-'));
const results = join(dir, 'attempts.jsonl');
const report = join(dir, 'report.json');

/** Output of vitest. Errors outside of a test are nowhere else. */
let printed = '';

const run = (): Promise<number> =>
  new Promise((resolve) => {
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.sabotage.config.ts'];
    const named = values.runbook === undefined ? [] : ['-t', `${values.runbook} of `];
    const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const child = spawn(process.execPath, [...runner, ...reports, ...named], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        OPSDECK_SABOTAGE_RESULTS: results,
        OPSDECK_SABOTAGE_SYSTEMS: systems.join(','),
        ...(values.kinds === undefined ? {} : { OPSDECK_SABOTAGE_KINDS: values.kinds }),
        ...(values.every === undefined ? {} : { OPSDECK_SABOTAGE_EVERY: values.every }),
        ...(values.from === undefined ? {} : { OPSDECK_SABOTAGE_FROM: values.from }),
      },
    });
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    child.on('close', (code) => resolve(code ?? 1));
  });

/** The part of vitest's JSON report that is used here. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const attemptsIn = (text: string): readonly Attempt[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const line = ({ exercise, step, sabotage, outcome }: Attempt): string =>
  `  ${exercise} · ${step} · ${sabotage}: ${outcome}`;

const isIn = (result: Attempt['result'], attempts: readonly Attempt[]): number =>
  attempts.filter((attempt) => attempt.result === result).length;

/** '  vanish: 12 of 14 detected, 3 not applicable' per kind. */
const kindLines = (attempts: readonly Attempt[]): readonly string[] =>
  [...new Set(attempts.map(({ sabotage }) => sabotage))].map((kind) => {
    const own = attempts.filter(({ sabotage }) => sabotage === kind);
    const impossible = isIn('impossible', own);
    const notes = impossible === 0 ? '' : `, ${impossible} not applicable`;
    return `  ${kind}: ${isIn('noticed', own)} of ${own.length - impossible} detected${notes}`;
  });

const printSystem = (system: string, attempts: readonly Attempt[]): void => {
  const by = (result: Attempt['result']) => attempts.filter((attempt) => attempt.result === result);
  const noticed = by('noticed');
  const survived = by('survived');
  const excepted = by('excepted');
  const tried = noticed.length + survived.length + excepted.length;
  const words = [`${noticed.length} of ${tried} detected`, `${survived.length} survived`];
  if (excepted.length > 0) words.push(`${excepted.length} excepted`);
  console.log(`${system}: ${words.join(', ')} (${by('impossible').length} not applicable)`);
  for (const text of kindLines(attempts)) console.log(text);
  const declared = new Set(
    unverified.filter((runExercise) => systemOf(runExercise) === system).map(({ runbook }) => runbook),
  );
  if (declared.size > 0) console.log(`  not sabotaged, verify: none: ${[...declared].join(', ')}`);
  for (const attempt of survived) console.log(line(attempt));
  if (excepted.length > 0) console.log(' excepted:');
  for (const attempt of excepted) console.log(line(attempt));
};

try {
  const code = await run();
  const attempts = attemptsIn(await readFile(results, 'utf8').catch(() => ''));
  for (const system of new Set(attempts.map((attempt) => attempt.system)))
    printSystem(
      system,
      attempts.filter((attempt) => attempt.system === system),
    );
  const { testResults }: Report = JSON.parse(await readFile(report, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const withSurvivors = new Set(
    attempts.filter(({ result }) => result === 'survived').map(({ exercise }) => exercise),
  );
  const failures = tests.filter(({ status, title }) => status === 'failed' && !withSurvivors.has(title));
  for (const { title, failureMessages } of failures) console.log(`FAILED ${title}: ${failureMessages[0]}`);
  const [passed, failed] = ['passed', 'failed'].map(
    (how) => tests.filter(({ status }) => status === how).length,
  );
  if (code !== 0 && failed === 0) console.log(printed);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
