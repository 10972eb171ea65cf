import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openHttp } from '../../../src/platform/network/http.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { startHostileServer } from '../../support/start-hostile.ts';

const blockedMs = 400;

const block = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

test('a response that arrives while the event loop is blocked is not slow', async () => {
  await using server = await startHostileServer();
  const http = openHttp(systemClock());
  const request = { method: 'GET', url: `${server.url}/healthy` };
  const { signal } = new AbortController();
  await http.request(request, signal);
  const began = performance.now();
  const pending = http.request(request, signal);
  await nextTurn();
  block(blockedMs);
  const { latencyMs } = await pending;
  expect(performance.now() - began).toBeGreaterThanOrEqual(blockedMs);
  expect(latencyMs).toBeLessThan(blockedMs / 2);
  await http.close();
});

test('a server that responds late is slow, also while the event loop is busy in short turns', async () => {
  await using server = await startHostileServer();
  const http = openHttp(systemClock());
  const { signal } = new AbortController();
  let isOver = false;
  // Turns that the machine makes long, because it does something else, do not count as latency.
  let longMs = 0;
  const busy = (async () => {
    while (!isOver) {
      const began = performance.now();
      block(2);
      await nextTurn();
      longMs += Math.max(0, performance.now() - began - 10);
    }
  })();
  const { latencyMs } = await http.request({ method: 'GET', url: `${server.url}/late` }, signal);
  isOver = true;
  await busy;
  expect(latencyMs + longMs).toBeGreaterThanOrEqual(250);
  await http.close();
});
