import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Profile, SourceEntry } from '../src/domain/profile/profile.ts';
import { openEngine } from '../src/engine/engine.ts';
import { systemClock } from '../src/platform/runtime/clock.ts';
import { chance } from '../src/platform/runtime/random.ts';
import { httpConfig } from '../src/sources/http/config.ts';
import { http } from '../src/sources/http/index.ts';
import { type Figure, median, ms } from './support/figure.ts';

const sources = 12;
const rounds = 6;
const watchedMs = 4000;
/** Response time of a healthy source, so that opsdeck's own work is a small part of the measurement. */
const answerMs = 40;

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Responds after a delay; `/never` does not respond. */
const startServer = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((ask, answer) => {
      if (ask.url !== '/never/') setTimeout(() => answer.end('{"status":"up"}'), answerMs);
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });

const entry = (index: number, url: string): SourceEntry => ({
  id: `s${index}`,
  type: 'http',
  config: httpConfig.parse({
    url,
    every: '500ms',
    timeout: '2s',
    checks: [{ service: `s${index}`, path: '/' }],
  }),
  position: { file: 'bench.yaml', line: 1, col: 1 },
});

const profileOf = (url: string, last: string): Profile => ({
  system: 'bench',
  env: 'dev',
  title: 'Bench',
  tier: 'dev',
  file: 'bench.yaml',
  across: [],
  sources: Array.from({ length: sources }, (_, index) =>
    entry(index, index === sources - 1 ? `${url}${last}` : url),
  ),
  signals: [],
  limits: {},
  logViews: [],
  runbooks: [],
  contacts: [],
  links: [],
  guard: { readOnly: false, armMs: 0, cancelWindowMs: 5000, typed: 'destructive' },
});

/** Median latencies of the other sources while the last one uses this path, in ms. */
const readTimes = async (url: string, last: string): Promise<number> => {
  const clock = systemClock();
  const engine = await openEngine(profileOf(url, last), {
    modules: [http],
    clock,
    random: chance,
    memory: true,
  });
  const seen: number[] = [];
  const stop = engine.facts.subscribe(({ feeds }) => {
    for (const { feed, known } of Object.values(feeds))
      for (const item of known?.items ?? [])
        if (feed.source !== `s${sources - 1}` && 'latencyMs' in item && item.latencyMs !== undefined)
          seen.push(item.latencyMs);
  });
  engine.start();
  await sleep(watchedMs);
  stop();
  const slow = engine.snapshot().kinds.health.rows.find(({ fact }) => fact.service === `s${sources - 1}`);
  await engine.close();
  if ((slow?.fact.status === 'up') !== (last === ''))
    throw new Error(`the last source is ${slow?.fact.status} at "${last}": nothing was measured`);
  return median(seen);
};

/** One source of twelve never responds: read times of the others, compared with all healthy, in alternating runs. */
export const slowSource = async (): Promise<readonly Figure[]> => {
  const server = await startServer();
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  await readTimes(url, '');
  const times = { well: [] as number[], slow: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.well.push(await readTimes(url, ''));
    times.slow.push(await readTimes(url, '/never'));
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const ratio = median(times.slow) / median(times.well);
  return [
    {
      name: `one source of ${sources} hangs: the others' reads`,
      value: `${ratio.toFixed(2)} × as long`,
      target: '≤ 1.05 ×',
      met: ratio <= 1.05,
      from: `${ms(median(times.slow))} against ${ms(median(times.well))}, medians of ${rounds}`,
    },
  ];
};
