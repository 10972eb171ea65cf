import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { startHostileServer } from '../test/support/start-hostile.ts';
import { type Figure, ms, percentile } from './support/figure.ts';
import { latencyOf } from './support/latency.ts';
import { launcher, openPlace, type Place } from './support/place.ts';

/** Paths of `test/support/hostile-server.ts`: two answer long JSON that is valid, the others never end or are refused. */
const hostile = ['deep', 'wide', 'unique-keys', 'components', 'long-reason', 'gzip', 'endless', 'chunks'];
const healthy = 4;
const presses = 150;
const size = { columns: 160, rows: 50 };
const warmUpMs = 5000;
const meter = fileURLToPath(new URL('programs/loop-meter.ts', import.meta.url));
/** A key moves the selected row, which has this background. */
const cursorRow = /48;2;31;42;58/;

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

interface Measured {
  readonly turns: readonly number[];
  readonly largest: number;
  readonly keys: readonly number[];
  /** Different levels of the healthy rows on the screen. */
  readonly levels: ReadonlySet<string>;
}

const measure = async (place: Place, sources: readonly string[]): Promise<Measured> => {
  const profile = ['opsdeck: 1', 'system: bench', 'env: dev', 'tier: dev', 'sources:', ...sources].join('\n');
  await writeFile(join(place.dir, 'dev.yaml'), `${profile}\n`);
  const results = join(place.dir, `turns-${sources.length}.json`);
  const levels = new Set<string>();
  const keys: number[] = [];
  {
    await using pty = openPtyTerminal(
      [process.execPath, '--import', meter, launcher, '--profiles', place.dir, '--env', 'dev'],
      { ...size, env: { ...place.env, LOOP_METER: results } },
    );
    await pty.until((screen) => screen.some((line) => line.includes('healthy0')), 'the first reading');
    await sleep(warmUpMs);
    for (let press = 0; press < presses; press += 1) {
      await sleep(20 + ((press * 37) % 60));
      keys.push((await latencyOf(pty, press % 2 === 0 ? 'j' : 'k', cursorRow)).own);
      for (const line of pty.screen()) {
        const level = /(\S+)\s+healthy\d/.exec(line)?.[1];
        if (level !== undefined) levels.add(level);
      }
    }
    pty.press('q');
    await pty.exited;
  }
  return { ...JSON.parse(await readFile(results, 'utf8')), keys, levels };
};

/** Turns of the event loop, keys and rows of a cockpit with eight hostile sources, beside one with healthy sources only. */
export const hostileSources = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  await using server = await startHostileServer();
  const honest = Array.from(
    { length: healthy },
    (_, index) =>
      `  h${index}: { type: http, url: "${place.url}", every: 1s, checks: [{ service: healthy${index}, path: / }] }`,
  );
  const bad = hostile.map(
    (name, index) =>
      `  x${index}: { type: actuator, service: x${index}, url: "${server.url}/${name}", every: 2s, timeout: 3s }`,
  );
  const quiet = await measure(place, honest);
  const loud = await measure(place, [...honest, ...bad]);
  const [calm, busy] = [quiet, loud].map(({ turns }) => percentile(turns, 99.9)) as [number, number];
  const [calmKey, busyKey] = [quiet, loud].map(({ keys }) => percentile(keys, 99)) as [number, number];
  return [
    {
      name: 'eight hostile sources: longest turn of the event loop (p99.9)',
      value: ms(busy),
      target: '≤ 50 ms',
      met: busy <= 50,
      from: `CPU time; ${(busy / calm).toFixed(1)} × the ${ms(calm)} of healthy sources alone; longest ${ms(Math.max(...loud.turns))}`,
    },
    {
      name: 'eight hostile sources: key → changed bytes',
      value: `p50 ${ms(percentile(loud.keys, 50))}, p99 ${ms(busyKey)}`,
      target: 'p99 ≤ 50 ms',
      met: busyKey <= 50,
      from: `${(busyKey / calmKey).toFixed(1)} × the ${ms(calmKey)} of healthy sources alone; ${presses} keys`,
    },
    {
      name: 'eight hostile sources: memory',
      value: `${Math.round(loud.largest)} MiB`,
      target: '≤ 400 MiB',
      met: loud.largest <= 400,
      from: `${Math.round(quiet.largest)} MiB with healthy sources alone`,
    },
    {
      name: 'eight hostile sources: levels of the healthy rows',
      value: [...loud.levels].join(', '),
      target: 'OK',
      met: [...loud.levels].join() === 'OK',
      from: `${healthy} healthy sources, each second`,
    },
  ];
};
