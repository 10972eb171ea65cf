import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connectInMemory, listenOnLoopback } from '../../src/simulator/servers/http/loopback.ts';
import { type Defect, neverRecovers, repeatsLastGood, withFeeds } from './support/defects.ts';
import type { WireFault } from './support/fault-kinds.ts';
import { playRound } from './support/round.ts';
import { simulatedGround } from './support/simulated-ground.ts';
import type { Breach } from './support/table.ts';
import { type FaultyEnvironment, openFaultyEnvironment } from './support/targets.ts';

/** Every connection is refused, for longer than the stale time. */
const refused: WireFault = { name: 'refuse', after: 0, everyMs: 10, bytes: 1, seed: 1, lasts: 2.5 };

/** A source of the demo that has rows which are OK, and no other source before it. */
const source = 'orders';

/** Plays a round with defective sources; returns the broken promises. */
const breachesWith = async (
  readIn: (faultyEnvironment: FaultyEnvironment) => Defect,
): Promise<readonly Breach[]> => {
  await using faultyEnvironment = await openFaultyEnvironment('demo/production', 1);
  const readOf = readIn(faultyEnvironment);
  const modules = faultyEnvironment.modules.map((module) =>
    withFeeds(module, (feed) => ({ ...feed, read: readOf(feed) })),
  );
  return (await playRound(simulatedGround({ ...faultyEnvironment, modules }, source), source, refused))
    .breaches;
};

const promisesOf = (breaches: readonly Breach[]): readonly string[] =>
  breaches.map(({ promise }) => promise).sort();

test('a sound source keeps every promise', async () => {
  expect(await breachesWith(() => (feed) => (signal) => feed.read(signal))).toEqual([]);
});

test('a source that returns its last good reading while it is down lies', async () => {
  const breaches = await breachesWith(() => repeatsLastGood);
  expect(promisesOf(breaches)).toEqual(['no lie']);
  expect(breaches[0]?.what).toMatch(/ is ok, last response \d+ ms ago/);
});

test('a source that fails forever after an outage does not recover', async () => {
  const breaches = await breachesWith(({ network }) => neverRecovers(() => network.current() !== undefined));
  expect(promisesOf(breaches)).toEqual(['recovery']);
  expect(breaches[0]?.what).toMatch(/unreachable no connection/);
});

test('a timer and a connection that stay after the end are leaks', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  const port = await listenOnLoopback(server);
  const timers = await breachesWith(({ simulation: { clock } }) => (feed) => (signal) => {
    void clock.sleep(1e9);
    return feed.read(signal);
  });
  expect(promisesOf(timers)).toEqual(['leak']);
  expect(timers[0]?.what).toMatch(/timers are set after the end/);
  const connections = await breachesWith(({ network }) => {
    const dial = network.dial(async () => connectInMemory(port));
    return (feed) => async (signal) => {
      if (network.current() === undefined)
        (await dial({ host: '127.0.0.1', port }, signal)).on('error', () => {});
      return feed.read(signal);
    };
  });
  await new Promise((resolve) => server.close(resolve));
  expect(promisesOf(connections)).toEqual(['leak']);
  expect(connections[0]?.what).toMatch(/connections are open after the end/);
});

test('an exception of a source is a crash, also when the scheduler survives it', async () => {
  const breaches = await breachesWith(({ network }) => (feed) => async (signal) => {
    if (network.current() !== undefined) throw new TypeError('no field "rows" of undefined');
    return feed.read(signal);
  });
  expect(promisesOf(breaches)).toEqual(['crash']);
  expect(breaches[0]?.what).toMatch(/TypeError: no field/);
});
