import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import { createYieldTurn } from '../../src/logs/following/lane.ts';
import type { LogEvent, Tail } from '../../src/logs/reading/tail.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import type { Source } from '../../src/sources/kit/contract/source.ts';
import { longestTurnOf } from '../real/chaos/turn-meter.ts';
import { sourceModules } from '../support/source-modules.ts';
import { factor, family } from './support/attack.ts';
import { expectHealthyBeside, sourceEntry } from './support/healthy-beside.ts';

/**
 * CPU time of one turn of the event loop, of a program that is not built and is measured every 10 ms. A line of 16 MiB over SSH is the
 * most expensive: about 200 ms in code that is run for the first time.
 */
const longestTurnMs = 400;
/** How long each feed and each log is read. */
const readMs = 1200;

const sshAnswers = ['lines', 'line', 'errors', 'garbage', 'refuses', 'banner', 'silent', 'stubborn'];

const ports: Record<string, number> = {};
let worker: Worker;
beforeAll(async () => {
  worker = new Worker(new URL('../support/hostile-daemon.ts', import.meta.url), { execArgv: [] });
  const [listening] = await once(worker, 'message');
  Object.assign(ports, listening);
});
afterAll(() => worker.terminate());

/** The requests that the daemons and Lokis got. */
const requests = async (): Promise<readonly string[]> => {
  worker.postMessage('requests');
  const [asked] = await once(worker, 'message');
  return asked;
};

const ssh = fileURLToPath(new URL('../support/hostile-ssh.sh', import.meta.url));

/** The type of a source, and its config, for a server of this name. */
const entryOf = (name: string): readonly [type: string, config: object] => {
  const [system = '', ...rest] = name.split('-');
  const times = { every: '1s', timeout: '1s' };
  const url = `http://127.0.0.1:${ports[name]}`;
  if (system === 'docker') return ['docker', { host: url, ...times }];
  if (system === 'loki') return ['loki', { url, query: '{app="web"}', ...times }];
  const host = { ssh: ['deploy@h'], client: [ssh, rest.join('-')], units: ['web'], files: ['/var/log/web'] };
  return ['host', { ...host, ...times }];
};

/** Opens a source, with the client of this process or one that the test replaces. */
type OpenSource = (name: string) => Promise<{ readonly source: Source; close(): Promise<void> }>;

const openHostile: OpenSource = async (name) => {
  const [type, written] = entryOf(name);
  const module = sourceModules.find((found) => found.type === type);
  if (module === undefined) throw new Error(`no source type ${type}`);
  const io = openReadIo(systemClock());
  const source = await module.open(
    { id: 's', env: 'test', config: module.config.parse(written), signals: [] },
    io,
  );
  return { source, close: () => source.close() };
};

/** A source without limits: its only feed is all that the server sends. */
const believing: OpenSource = async (name) => {
  const { source, close } = await openHostile(name);
  const feed = source.feeds[0];
  if (feed === undefined) throw new Error('no feed');
  const read = async (): Promise<never> => {
    const end = performance.now() + 2 * longestTurnMs;
    while (performance.now() < end);
    throw new TypeError('no limits');
  };
  return { source: { ...source, feeds: [{ ...feed, read }], tails: async () => [] }, close };
};

const control = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Every text in a value. */
const expectClean = (value: unknown): void => expect(JSON.stringify(value) ?? '').not.toMatch(control);

const eventText = (event: LogEvent): string => {
  if (event.is === 'line' || event.is === 'note') return event.text;
  if (event.is === 'gap') return event.why;
  return event.is === 'fault' ? event.fault.message : '';
};

/** Follows a log as the log pane does: a turn of the event loop whenever 4 ms have passed. */
const followLog = async (tail: Tail): Promise<void> => {
  const signal = AbortSignal.timeout(readMs);
  const yieldTurn = createYieldTurn(() => performance.now());
  expectClean(tail.stream);
  for await (const event of tail.open({ lines: 1000, follow: true }, signal)) {
    expect(eventText(event)).not.toMatch(control);
    const pause = yieldTurn();
    if (pause !== undefined) await pause;
    if (signal.aborted) break;
  }
};

const isExpected = (error: unknown): boolean =>
  error instanceof WireError || (error instanceof DOMException && error.name !== 'SyntaxError');

/** Reads everything of a source once: its feeds, its changes, its logs. */
const readAll = async ({ feeds, tails }: Source): Promise<void> => {
  const read = async (feed: Source['feeds'][number]): Promise<void> => {
    const stop = feed.watch?.(() => {});
    try {
      const reading = await feed.read(AbortSignal.timeout(readMs));
      expectClean(reading.items.slice(0, 100));
      for (const { message } of reading.faults) {
        expect(message).not.toMatch(control);
        expect(message.length).toBeLessThan(2000);
        expect(message).not.toBe('');
      }
    } finally {
      stop?.();
    }
  };
  const logs = async (): Promise<void> => {
    const found =
      (await tails?.(undefined, AbortSignal.timeout(readMs)).catch((error: unknown) => {
        expect(isExpected(error), String(error)).toBe(true);
        return [];
      })) ?? [];
    await Promise.all(found.slice(0, 3).map(followLog));
  };
  const ends = await Promise.allSettled([...feeds.map(read), logs()]);
  for (const end of ends) if (end.status === 'rejected' && !isExpected(end.reason)) throw end.reason;
};

family('hostile daemons', ({ attack }) => {
  const daemons = [
    ...['headers', 'silent', 'length', 'names', 'wide', 'stats'],
    ...['frames-long', 'frames-lines', 'frames-wrong', 'frames-empty', 'frames-cut', 'frames-error'],
    ...['frames-escapes', 'events', 'events-line', 'events-blank'],
  ].map((name) => `docker-${name}`);
  const lokis = [
    ...['headers', 'silent', 'series', 'entries', 'times', 'error'],
    ...['tail', 'tail-tiny', 'tail-deep', 'tail-long', 'tail-wrong', 'tail-dropped'],
  ].map((name) => `loki-${name}`);
  const all = [...daemons, ...lokis, ...sshAnswers.map((name) => `ssh-${name}`)];
  /** Those that cost most, for `npm test`. */
  const worst = ['docker-names', 'docker-frames-lines', 'loki-series', 'loki-tail', 'ssh-line'];

  attack('whatever a Docker daemon, a Loki or an SSH server sends, nothing else waits for it', {
    rounds: 8,
    inputs: fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 3 }),
    corpus: (factor >= 1 ? all : worst).map((name) => [name]),
    defense: openHostile,
    sabotaged: believing,
    holds: async (chosen, open) => {
      const longest = await longestTurnOf(async () => {
        const opened = await Promise.all(chosen.map(open));
        const ends = await Promise.allSettled(opened.map(({ source }) => readAll(source)));
        await Promise.all(opened.map(({ close }) => close()));
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      }, longestTurnMs);
      expect(longest).toBeLessThan(longestTurnMs);
      for (const request of await requests())
        expect(request).toMatch(/^(?:GET|HEAD) |^POST \/loki\/api\/v1\/(?:query|query_range|series)$/);
    },
    cpuLimitMs: 240_000,
  });
});

test('beside hostile daemons, Lokis and SSH servers every reading of a healthy source is up, and none is slow', async () => {
  const hostile = [
    'docker-headers',
    'docker-names',
    'docker-events',
    'docker-stats',
    'loki-series',
    'loki-error',
  ];
  await expectHealthyBeside(
    [...hostile, 'ssh-lines', 'ssh-stubborn', 'ssh-garbage'].map((name) => {
      const [type, config] = entryOf(name);
      return sourceEntry(name, type, { ...config, every: '1s' });
    }),
  );
}, 30_000);
