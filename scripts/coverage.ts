/**
 * `npm run coverage:runbooks [-- SYSTEM…]`: runs the exercises of test/coverage against the simulator. Reports by system and
 * class which rows of docs/catalogue.json were executed, ticked manually, or are missing. Exit 1: an exercise failed, or a row in
 * docs/coverage.json is no longer covered. `--write` updates that file.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCatalogue } from './coverage/catalogue.ts';
import { readKept, writeKept } from './coverage/kept.ts';
import { coverageOf, reportLines } from './coverage/report.ts';
import { readShown } from './coverage/shown.ts';
import { readTouches } from './coverage/touches.ts';
import { writtenIn } from './coverage/written.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const args = process.argv.slice(2);
const wantedTexts = args.filter((arg) => !arg.startsWith('-'));
const exercised = ['event-bus', 'saga', 'event-processing', 'eventmesh', 'trading'];
const systems = wantedTexts.length === 0 ? exercised : wantedTexts;
const dir = await mkdtemp(join(tmpdir(), 'opsdeck-coverage-'));

const exercise = (): Promise<number> =>
  new Promise((resolve) => {
    const files = systems.map((system) => `test/coverage/${system}`);
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.e2e.config.ts'];
    const child = spawn(process.execPath, [...runner, '--project', 'runbooks', ...files], {
      stdio: 'inherit',
      env: { ...process.env, OPSDECK_COVERAGE: dir },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });

try {
  const code = await exercise();
  const catalogue = await readCatalogue();
  const kept = await readKept();
  const touches = await readTouches(dir);
  const all = await Promise.all(
    systems.map(async (system) =>
      coverageOf(catalogue, system, touches, await writtenIn(system), await readShown(dir, system)),
    ),
  );
  console.log(reportLines(all).join('\n'));
  const now = Object.fromEntries(
    all.map(({ system, covered, ticked, listed }) => [
      system,
      [...[...covered, ...ticked].map(({ id }) => id), ...Object.keys(listed.shown).sort()],
    ]),
  );
  if (args.includes('--write')) await writeKept({ ...kept, ...now });
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
