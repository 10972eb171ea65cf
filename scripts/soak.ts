/**
 * `npm run soak [-- --hours 72 --seconds 1800 --env SYSTEM/ENV]`: polls a simulated system for days of simulated time, with an
 * incident in every minute; ends earlier after `--seconds` of real time.
 * `npm run soak -- --minutes 60`: on the real clock, polls the simulator of the demo, follows a log with 10,000 lines/s, and
 * resolves an incident with a run in every minute.
 * Prints the slope of the heap after garbage collection with its noise, and the same of abort signals, handles, connections and timers;
 * missed polls, unhandled rejections, runs and log lines. Exit 1: one of them grows beyond its noise, is missed or lost.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judgeSoak, type SoakReport } from '../test/chaos/support/soak-report.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '72' },
    seconds: { type: 'string', default: '1800' },
    minutes: { type: 'string' },
    env: { type: 'string', default: 'demo/production' },
  },
});
const { hours, seconds, minutes, env } = values;
for (const [name, text] of Object.entries({ hours, seconds, ...(minutes === undefined ? {} : { minutes }) }))
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    console.error(`--${name} takes a whole number from 1 on, not ${JSON.stringify(text)}`);
    process.exit(2);
  }

const dir = await mkdtemp(join(tmpdir(), 'opsdeck-soak-'));
const results = join(dir, 'report.json');
const test = minutes === undefined ? 'test/chaos/soak.test.ts' : 'test/chaos/soak-real.test.ts';
const settings = {
  SOAK_ENV: env,
  SOAK_HOURS: hours,
  SOAK_SECONDS: seconds,
  SOAK_MINUTES: minutes ?? '',
  SOAK_RESULTS: results,
};

const run = (): Promise<number> =>
  new Promise((resolve) => {
    const runner = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.chaos.config.ts', test];
    const child = spawn(process.execPath, runner, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...settings },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });

try {
  const code = await run();
  const text = await readFile(results, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error('the soak wrote no report: see its error above');
  const report: SoakReport = JSON.parse(text);
  const { samples, polls, incidents, realSeconds } = report;
  const clock =
    minutes === undefined
      ? `${(samples.at(-1)?.hours ?? 0).toFixed(1)} of ${hours} h of simulated time in ${realSeconds.toFixed(0)} s`
      : `${(realSeconds / 60).toFixed(1)} min on the real clock`;
  console.log(`${report.env}: ${clock}, ${polls} polls, ${incidents} incidents`);
  const { lines, held } = judgeSoak(report);
  for (const line of lines) console.log(line);
  process.exitCode = code === 0 && held ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
