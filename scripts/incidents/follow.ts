import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followedRows, followedSummary } from './followed-table.ts';

const runTests = (results: string, incidents: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.e2e.config.ts'],
        ...['--project', 'long', 'test/suggestions/followed.long.test.ts'],
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          OPSDECK_FOLLOW_RESULTS: results,
          OPSDECK_FOLLOW_INCIDENTS: incidents.join(','),
        },
      },
    );
    child.on('close', (code) => resolve(code ?? 1));
  });

/** Follows the suggestions of the incidents in simulations, and prints the table. Returns the exit code. */
export const followIncidents = async (incidents: readonly string[]): Promise<number> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-incidents-'));
  try {
    const results = join(dir, 'followed.jsonl');
    const code = await runTests(results, incidents);
    const lines = (await readFile(results, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
    const followed = lines.map((line) => JSON.parse(line));
    const rows = followedRows(followed);
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of rows)
      console.log(
        row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
    console.log(followedSummary(followed));
    return code === 0 ? 0 : 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
