import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { openHttp } from '../../src/platform/network/http.ts';
import type { WebSocketRequest, WebSocketWire } from '../../src/platform/network/http-messages.ts';
import { openWebSocket } from '../../src/platform/network/web-socket.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import { nextTurn } from '../../src/sdk.ts';
import { scanPageInTurns } from '../../src/sources/promtext/scan/scan.ts';
import { longestTurnOf } from '../real/chaos/turn-meter.ts';
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
      const longest = await longestTurnOf(async () => {
        // All of them end here: what is still read would count in the next attempt.
        const ends = await Promise.allSettled(
          names.map((name) => read(`${server.url}/${name}`, AbortSignal.timeout(1500))),
        );
        for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(WireError);
      }, longestTurnMs);
      expect(longest).toBeLessThan(longestTurnMs);
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
      const longest = await longestTurnOf(async () => {
        const ends = await Promise.allSettled(
          names.map((name) => readMessages(open, `${server.url}/${name}`)),
        );
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      }, longestTurnMs);
      expect(longest).toBeLessThan(longestTurnMs);
    },
    cpuLimitMs: 240_000,
  });
});
