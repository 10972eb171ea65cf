import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Profile, SourceEntry } from '../../src/domain/profile/profile.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { openHttp } from '../../src/platform/network/http.ts';
import type { WebSocketRequest, WebSocketWire } from '../../src/platform/network/http-messages.ts';
import { openWebSocket } from '../../src/platform/network/web-socket.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { chance } from '../../src/platform/runtime/random.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import { nextTurn } from '../../src/sdk.ts';
import { scanPageInTurns } from '../../src/sources/promtext/scan/scan.ts';
import { openTurnMeter } from '../real/chaos/turn-meter.ts';
import { sourceModules } from '../support/source-modules.ts';
import { startHostileServer } from '../support/start-hostile.ts';
import { factor, family } from './support/attack.ts';

/** Paths of `test/support/hostile-server.ts`. */
const behaviors = [
  'deep',
  'deep-objects',
  'wide',
  'unique-keys',
  'unique-shapes',
  'components',
  'long-reason',
  'escapes',
  'trailing',
  'invalid-utf8',
  'gzip',
  'deflate',
  'brotli',
  'many-encodings',
  'to-file',
  'to-data',
  'to-other-host',
  'to-itself',
  'endless',
  'chunks',
  'slow-chunks',
  'slow-headers',
  'many-headers',
  'continues',
  'banner',
  'metrics',
  'metrics-line',
  'metrics-labels',
  'metrics-families',
  'metrics-help',
  'metrics-escapes',
  'metrics-flaws',
  'metrics-same',
] as const;

/** As many requests at once as sources of an environment; `npm test` sends some of them, `npm run attack` all. */
const eightAtOnce = Array.from({ length: Math.ceil(behaviors.length / 8) }, (_, index) =>
  behaviors.slice(8 * index, 8 * index + 8),
);

/** CPU time of one turn of the event loop, of a program that is not built and is measured every 10 ms. */
const longestTurnMs = 250;

let server: Awaited<ReturnType<typeof startHostileServer>>;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Reads a body as metrics, or as JSON. */
type ReadBody = (url: string, signal: AbortSignal) => Promise<unknown>;

const byClient: ReadBody = async (url, signal) => {
  const http = openHttp(systemClock());
  try {
    const answer = await http.request({ method: 'GET', url }, signal);
    return url.includes('/metrics')
      ? await scanPageInTurns(answer.text, { openMetrics: false }, nextTurn)
      : answer.json();
  } finally {
    await http.close();
  }
};

const byFetch: ReadBody = async (url, signal) => JSON.parse(await (await fetch(url, { signal })).text());

const socketBehaviors = [
  'ws-tiny',
  'ws-empty',
  'ws-pings',
  'ws-long',
  'ws-too-long',
  'ws-parts',
  'ws-empty-parts',
  'ws-utf8',
  'ws-reserved',
  'ws-close',
] as const;

const largestMessage = 16 * 1024 * 1024;

/** Reads the messages of a socket for a while, each with some work of its own. */
const readMessages = async (
  open: (request: WebSocketRequest, signal: AbortSignal) => Promise<WebSocketWire>,
  url: string,
): Promise<void> => {
  try {
    const wire = await open({ url, protocols: ['x'] }, AbortSignal.timeout(1000));
    for await (const message of wire.messages) {
      expect(message.length).toBeLessThanOrEqual(largestMessage);
      await sleep(0);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    if (error instanceof WireError) expect(error.message).not.toMatch(/\p{Cc}/u);
  }
};

family('hostile servers', ({ attack }) => {
  attack('whatever a server sends, and whatever its pace, nothing else waits for it', {
    rounds: 8,
    inputs: fc.array(fc.constantFrom(...behaviors), { minLength: 1, maxLength: 4 }),
    corpus: eightAtOnce.filter((_, index) => factor >= 1 || index % 3 === 0),
    defense: byClient,
    sabotaged: byFetch,
    holds: async (names, read) => {
      using meter = openTurnMeter();
      // All of them end here: what is still read would count in the next attempt.
      const ends = await Promise.allSettled(
        names.map((name) => read(`${server.url}/${name}`, AbortSignal.timeout(1500))),
      );
      for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(WireError);
      expect(meter.longestMs()).toBeLessThan(longestTurnMs);
    },
    cpuLimitMs: 240_000,
  });

  attack('whatever a WebSocket server sends, nothing else waits for it, and no message is without a limit', {
    rounds: 4,
    inputs: fc.array(fc.constantFrom(...socketBehaviors), { minLength: 1, maxLength: 3 }),
    corpus: [[...socketBehaviors]],
    defense: openWebSocket,
    sabotaged: async (request: WebSocketRequest): Promise<never> => {
      await fetch(request.url);
      throw new TypeError('no limits');
    },
    holds: async (names, open) => {
      using meter = openTurnMeter();
      const ends = await Promise.allSettled(names.map((name) => readMessages(open, `${server.url}/${name}`)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      expect(meter.longestMs()).toBeLessThan(longestTurnMs);
    },
    cpuLimitMs: 240_000,
  });
});

const entry = (id: string, type: string, config: unknown): SourceEntry => ({
  id,
  type,
  config: sourceModules.find((sourceModule) => sourceModule.type === type)?.config.parse(config),
  position: { file: 'test.yaml', line: 1, col: 1 },
});

const httpEntry = (id: string, url: string): SourceEntry =>
  entry(id, 'http', { url, every: '500ms', timeout: '2s', checks: [{ service: id, path: '/' }] });

const profileWith = (sources: readonly SourceEntry[]): Profile => ({
  system: 'shop',
  env: 'dev',
  title: 'Shop',
  tier: 'dev',
  file: 'test.yaml',
  across: [],
  sources,
  signals: [],
  limits: {},
  logViews: [],
  runbooks: [],
  contacts: [],
  links: [],
  guard: { readOnly: false, armMs: 0, cancelWindowMs: 5000, typed: 'destructive' },
});

test('beside eight hostile sources every reading of a healthy one is up, and none is slow', async () => {
  await using honest = await startHostileServer();
  const hostile = ['deep', 'wide', 'unique-keys', 'components', 'long-reason', 'gzip', 'endless', 'chunks'];
  const engine = await openEngine(
    profileWith([
      httpEntry('healthy', `${honest.url}/healthy`),
      ...hostile.map((name) =>
        entry(name, 'actuator', {
          url: `${server.url}/${name}`,
          service: name,
          every: '500ms',
          timeout: '2s',
        }),
      ),
    ]),
    { modules: sourceModules, clock: systemClock(), random: chance, memory: true },
  );
  const seen: { readonly status: string; readonly latencyMs: number | undefined }[] = [];
  const stop = engine.facts.subscribe(({ feeds }) => {
    for (const { feed, known } of Object.values(feeds))
      for (const item of known?.items ?? [])
        if (feed.source === 'healthy' && 'status' in item && 'latencyMs' in item)
          seen.push({ status: String(item.status), latencyMs: item.latencyMs });
  });
  engine.start();
  await sleep(4000);
  stop();
  await engine.close();
  expect(seen.length).toBeGreaterThan(8);
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['up']));
  expect(Math.max(...seen.map(({ latencyMs = Number.NaN }) => latencyMs))).toBeLessThan(250);
}, 30_000);
