import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { openReadIo } from '../src/doors/read-io.ts';
import { systemClock } from '../src/platform/runtime/clock.ts';
import { promtext } from '../src/sources/promtext/index.ts';
import { scanPage } from '../src/sources/promtext/scan/scan.ts';
import { type Figure, median, ms } from './support/figure.ts';

const rounds = 40;
const copies = 20;
const sweepRounds = 12;
const sweepSeries = 20_000;
const frameMs = 33;

/** A recorded page repeated many times, with unique family names. */
const enlarged = async (name: string): Promise<string> => {
  const page = await readFile(new URL(`../test/recordings/exposition/${name}`, import.meta.url), 'utf8');
  // The library does not accept HELP without text.
  const described = page.replaceAll(/^# HELP \S+ *\n/gm, '');
  return Array.from({ length: copies }, (_, copy) =>
    described.replaceAll(/^(# (?:HELP|TYPE) )?([a-z])/gm, `$1x${copy}_$2`),
  ).join('');
};

const timed = (run: () => unknown): number => {
  const began = performance.now();
  run();
  return performance.now() - began;
};

/** Medians of alternating runs, in ms. */
const turnByTurn = (...runs: readonly (() => unknown)[]): readonly number[] => {
  const times = runs.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, run] of runs.entries()) times[index]?.push(timed(run));
  return times.map(median);
};

const speed = async (name: string, wantedPattern: RegExp, target: boolean): Promise<readonly Figure[]> => {
  const text = await enlarged(name);
  const names = new Set(
    scanPage(text).series.flatMap((series) => (wantedPattern.test(series.name) ? [series.name] : [])),
  );
  const [whole = 0, some = 0, theirs = 0] = turnByTurn(
    () => scanPage(text),
    () => scanPage(text, { names: names }),
    () => parsePrometheusTextFormat(text),
  );
  const rate = (took: number): number => text.length / 1000 / took;
  const page = `${(text.length / 1e6).toFixed(1)} MB of ${name}, medians of ${rounds}`;
  return [
    {
      name: 'exposition text, every label parsed',
      value: `${rate(whole).toFixed(0)} MB/s`,
      target: '≥ 150 MB/s',
      met: rate(whole) >= 150,
      from: page,
    },
    {
      name: 'the same against parse-prometheus-text-format',
      value: `${(theirs / whole).toFixed(1)} ×`,
      ...(target ? { target: '≥ 4 ×', met: theirs / whole >= 4 } : {}),
      from: `${ms(whole)} against ${ms(theirs)}`,
    },
    {
      name: 'exposition text, of which some is wanted',
      value: `${rate(some).toFixed(0)} MB/s`,
      target: '≥ 150 MB/s',
      met: rate(some) >= 150,
      from: `${names.size} names wanted`,
    },
  ];
};

const families = ['calls_total', 'errors_total', 'bytes_total', 'retries_total'];

/** Four counters of 5000 series each, all read as rates. */
const sweepPage = (): string =>
  families
    .map((family) => {
      const lines = Array.from(
        { length: sweepSeries / families.length },
        (_, n) =>
          `${family}{method="GET",outcome="SUCCESS",pod="orders-7d9f5b6c4-${n.toString(36)}",status="200",uri="/api/v1/orders/{id}"} ${n * 17}\n`,
      );
      return `# HELP ${family} What it counts.\n# TYPE ${family} counter\n${lines.join('')}`;
    })
    .join('');

const servePage = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((_, response) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(workerData));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** The longest time in ms in which `work` blocked the event loop. */
const longestBlock = async (work: () => Promise<unknown>): Promise<number> => {
  let isDone = false;
  let longest = 0;
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isDone) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  tick();
  isDone = true;
  return longest;
};

/** One read of a page of 20,000 series over a real connection with all series in use: the time it blocks the event loop. */
const sweep = async (): Promise<readonly Figure[]> => {
  const page = sweepPage();
  const worker = new Worker(servePage, { eval: true, workerData: page });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const signals = families.map((metric) => ({ id: metric, read: { metric, per: '1m', fold: 'sum' } }));
  const config = promtext.config.parse({ url: `http://127.0.0.1:${port}/metrics` });
  const source = await promtext.open(
    { id: 'bench', env: 'bench', config, signals },
    openReadIo(systemClock()),
  );
  const blocks: number[] = [];
  for (let round = 0; round < sweepRounds; round += 1)
    blocks.push(await longestBlock(async () => source.feeds[0]?.read(new AbortController().signal)));
  await source.close();
  await worker.terminate();
  const [first = 0, ...rest] = blocks;
  return [
    {
      name: `${sweepSeries} series in one sweep, longest block`,
      value: ms(median(rest)),
      target: `≤ ${frameMs} ms`,
      met: median(rest) <= frameMs,
      from: `${(page.length / 1e6).toFixed(1)} MB, median of ${rest.length}; longest ${ms(Math.max(...rest))}; the very first read ${ms(first)}`,
    },
  ];
};

/**
 * Parse speed of exposition text compared with the library that the parser replaces, and how long one large page blocks the event
 * loop.
 */
export const expositionText = async (): Promise<readonly Figure[]> => [
  ...(await speed('spring-boot-3.5.txt', /^x\d+_http_server_requests/, true)),
  ...(await speed('node-exporter-1.5.txt', /_cpu_/, false)),
  ...(await sweep()),
];
