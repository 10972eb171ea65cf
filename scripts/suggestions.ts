/**
 * `npm run suggestions [-- SYSTEM…]`: opens every incident of the simulated systems and prints which runbook is suggested first
 * after 5, 15, 30 and 60 s: the right one, another, or a harmful one (test/suggestions/expected.ts). Exit 1: a harmful one was
 * first, or the right one was first within 30 s in less than 93 % of the incidents.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Rating, type SuggestionScore, summaryOf } from '../test/suggestions/score.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const systems = process.argv.slice(2);
const dir = await mkdtemp(join(tmpdir(), 'opsdeck-suggestions-'));
const results = join(dir, 'scores.json');

const run = (): Promise<number> =>
  new Promise((resolve) => {
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.e2e.config.ts'];
    const child = spawn(
      process.execPath,
      [...runner, '--project', 'long', 'test/suggestions/complete.long.test.ts'],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          OPSDECK_SUGGESTIONS_RESULTS: results,
          OPSDECK_SUGGESTIONS_SYSTEMS: systems.join(','),
        },
      },
    );
    child.on('close', (code) => resolve(code ?? 1));
  });

const marks: Readonly<Record<Rating, string>> = {
  right: '✓',
  none: '–',
  over: 'over',
  late: 'nothing',
  wrong: 'other:',
  harmful: 'HARMFUL:',
};

const cell = ({ rating, first }: SuggestionScore['at'][number]): string =>
  `${marks[rating]}${rating === 'wrong' || rating === 'harmful' ? ` ${first}` : ''}`;

try {
  const code = await run();
  const scores: readonly SuggestionScore[] = JSON.parse(await readFile(results, 'utf8'));
  const rows = [
    ['incident', ...(scores[0]?.at.map(({ afterMs }) => `${afterMs / 1000} s`) ?? []), 'first'],
    ...scores.map(({ system, incident, at }) => [
      `${system}/${incident}`,
      ...at.map(cell),
      at.findLast(({ first }) => first !== '')?.first ?? '',
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const { rated, inTime, percent, missed, harmful } = summaryOf(scores);
  console.log(`right runbook first within 30 s: ${inTime} of ${rated} incidents (${percent.toFixed(1)} %)`);
  if (missed.length > 0) console.log(`missed: ${missed.join(', ')}`);
  console.log(`harmful runbook first: ${harmful.length === 0 ? 'never' : harmful.join(', ')}`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
