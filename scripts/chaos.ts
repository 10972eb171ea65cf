/**
 * `npm run chaos [-- --rounds N --seed S]`: puts a faulty network between opsdeck's sources and the simulator servers, in
 * simulated time. Each round draws a source and a fault (delay, cut, trickle, corrupt, reset, half-close, silence, refuse),
 * lets the source poll, ends the fault and closes the source. Prints a table of source × fault, and each broken promise with
 * the line for test/chaos/corpus.json. Exit 1: a promise is broken.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultNames } from '../test/chaos/support/fault-kinds.ts';
import { type PlayedRound, tableOf } from '../test/chaos/support/table.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
});
for (const [name, text] of Object.entries(values))
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    console.error(`--${name} takes a whole number from 1 on, not ${JSON.stringify(text)}`);
    process.exit(2);
  }

/** Longest turn of the event loop, in CPU time, that is no freeze. */
const freezeMs = 100;

const dir = await mkdtemp(join(tmpdir(), 'opsdeck-chaos-'));
const results = join(dir, 'rounds.jsonl');

const run = (): Promise<number> =>
  new Promise((resolve) => {
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.chaos.config.ts'];
    const child = spawn(process.execPath, [...runner, 'test/chaos/complete.test.ts', '--silent'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CHAOS_ROUNDS: values.rounds, CHAOS_SEED: values.seed, CHAOS_RESULTS: results },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });

try {
  const code = await run();
  const rounds = (await readFile(results, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line): PlayedRound => JSON.parse(line));
  console.log(
    `seed ${values.seed}, ${rounds.length} of ${values.rounds} rounds; held/tried where a promise is broken`,
  );
  for (const line of tableOf(rounds, faultNames)) console.log(line);
  const affected = rounds.filter((round) => round.affected).length;
  console.log(`${affected} rounds in which the fault changed a connection, a program or a file call`);
  const turns = rounds.map(({ longestTurnMs }) => longestTurnMs).sort((a, b) => a - b);
  const at = (share: number): string => (turns[Math.floor(share * (turns.length - 1))] ?? 0).toFixed(0);
  const frozen = turns.filter((ms) => ms > freezeMs).length;
  console.log(
    `longest turn of the event loop per round, CPU of opsdeck and its simulators: median ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms; ${frozen} over ${freezeMs} ms`,
  );
  for (const { env, type, fault, longestTurnMs } of rounds)
    if (longestTurnMs > freezeMs)
      console.log(`  ${longestTurnMs.toFixed(0)} ms: ${env} ${type} ${fault.name}`);
  for (const { env, source, fault, breaches } of rounds)
    for (const { promise, what } of breaches)
      console.log(`BROKEN ${promise}: ${what}\n  ${JSON.stringify({ env, source, fault })}`);
  process.exitCode = code === 0 && rounds.length === Number(values.rounds) ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
