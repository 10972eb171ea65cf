/**
 * `npm run coverage:mutate [-- SYSTEM…] [--sample N]`: disables every entry that claims a requirement row, one at a time, and
 * runs its exercises: one must fail. Prints rows proven by effect, rows that were only executed, and entries without an effect;
 * writes docs/coverage-mutation.json. `--sample N`: N mutations per system, nothing is written.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCatalogue } from './coverage/catalogue.ts';
import { mutationLines, mutationOf, readMutations, writeMutations, zTriedAll } from './coverage/mutated.ts';
import { readTouches } from './coverage/touches.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' } },
});
const systems =
  positionals.length === 0 ? ['event-bus', 'saga', 'event-processing', 'eventmesh', 'trading'] : positionals;
const dir = await mkdtemp(join(tmpdir(), 'opsdeck-mutation-'));

const exercise = (): Promise<number> =>
  new Promise((resolve) => {
    const files = systems.map((system) => `test/coverage/mutation/${system}`);
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.e2e.config.ts'];
    const child = spawn(process.execPath, [...runner, '--project', 'runbooks', ...files], {
      stdio: 'inherit',
      env: { ...process.env, OPSDECK_MUTATE: dir, OPSDECK_MUTATE_SAMPLE: values.sample ?? '' },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });

try {
  process.exitCode = await exercise();
  const catalogue = await readCatalogue();
  const results = await Promise.all(
    systems.map(async (system) => {
      const { tried } = zTriedAll.parse(JSON.parse(await readFile(join(dir, `${system}.json`), 'utf8')));
      return [system, mutationOf(catalogue, system, await readTouches(join(dir, system)), tried)] as const;
    }),
  );
  const all = Object.fromEntries(results);
  console.log(mutationLines(all).join('\n'));
  if (values.sample === undefined) await writeMutations({ ...(await readMutations()), ...all });
} finally {
  await rm(dir, { recursive: true, force: true });
}
