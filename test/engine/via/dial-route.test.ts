import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { dialRoute } from '../../../src/engine/via/dial-route.ts';
import { createEndpointResolver } from '../../../src/engine/via/endpoint-resolver.ts';
import type { TunnelRoute } from '../../../src/engine/via/route.ts';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { end } from './tunnel.ts';

const openDial = (dial: Dial): Dial => {
  const route: TunnelRoute = {
    words: 'k8s deployment/shop',
    sees: true,
    ends: async () => [end('a')],
    dial,
    run: () => {
      throw new Error('unexpected program');
    },
  };
  const clock = manualClock();
  const onEndpoints = async () => undefined;
  const resolver = createEndpointResolver({
    source: 'shop',
    way: route,
    clock,
    everyMs: 10_000,
    onEndpoints,
    lost: () => {},
  });
  return dialRoute(route, resolver, 8080);
};

/** The signal of a read: Node keeps such a signal for as long as the source is open, if a listener is left on it. */
const readSignal = (): AbortSignal =>
  AbortSignal.any([new AbortController().signal, new AbortController().signal]);

test('a dial leaves no listener on its signal', async () => {
  const dial = openDial(async () => new PassThrough());
  const signal = readSignal();
  // The first one waits for the endpoints too.
  for (const port of [8080, 8081]) await dial({ host: 'shop', port }, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a failed dial, which looks the endpoints up again, leaves none either', async () => {
  const dial = openDial(() => Promise.reject(new WireError('unreachable', 'connection refused')));
  const signal = readSignal();
  await expect(dial({ host: 'shop', port: 8080 }, signal)).rejects.toThrow('connection refused');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
