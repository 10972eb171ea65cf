import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { parseDockerEvent } from '../../../src/sources/docker/daemon/container-events.ts';
import { mapConcurrently } from '../../../src/sources/kit/values/concurrency.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never, openDocker, openFixture } from './fixture.ts';

const lines = readFileSync('test/recordings/docker-20.10/events.txt', 'utf8').trim().split('\n');

test('changes of containers count as events; exec events of health checks do not', () => {
  const words = lines.map((line) => {
    const event = parseDockerEvent(line);
    return event && `${event.isChange ? '' : '('}${event.name} ${event.action} ${event.exitCode}`.trim();
  });
  expect(words.filter((word) => word?.includes('web-1') || word?.includes('greedy'))).toEqual([
    'shop-web-1 start',
    '(shop-web-1 exec_create: /bin/sh -c true',
    '(shop-web-1 exec_start: /bin/sh -c true',
    '(shop-web-1 exec_die 0',
    'shop-web-1 health_status: healthy',
    'shop-greedy-1 start',
    'shop-greedy-1 oom',
    'shop-greedy-1 die 137',
  ]);
  expect(words.filter((word) => word === undefined).length).toBe(
    lines.filter((line) => line.startsWith('{"Type":"network"')).length,
  );
  expect(() => parseDockerEvent('<html>')).toThrow(
    'the response is not an event stream: check that the address is a Docker daemon',
  );
});

test('a change of a container triggers its feed, in its own project only', async () => {
  await using fixture = await openFixture();
  await using other = await openDocker({ host: fixture.url, project: 'blog' }, fixture.clock);
  const woken = { shop: 0, blog: 0 };
  const stops = [
    fixture.source.feeds[0]?.watch?.(() => {
      woken.shop += 1;
    }),
    other.source.feeds[0]?.watch?.(() => {
      woken.blog += 1;
    }),
  ];
  expect(stops).toEqual([expect.any(Function), expect.any(Function)]);
  await fixture.act('kill', await fixture.plan('kill', { container: 'shop-web-1' }));
  expect(fixture.states()).toContain('shop-web-1 ended with 137');
  // The daemon checks for changes at intervals.
  while (woken.shop === 0) await fixture.clock.advance(200);
  await fixture.clock.advance(1000);
  expect(woken.blog).toBe(0);
  for (const stop of stops) stop?.();
});

/** A daemon whose event streams are controlled by the test. */
const openEvents = async () => {
  const streams: ServerResponse[] = [];
  let isUp = true;
  const server = await localServer((request, response) => {
    if (!isUp) return void request.socket.destroy();
    if (request.url?.startsWith('/events') !== true) return void response.end('[]');
    response.writeHead(200).flushHeaders();
    streams.push(response);
  });
  const clock = manualClock();
  const opened = await openDocker({ host: server.url, stats: false }, clock);
  const [feed] = opened.source.feeds;
  if (feed === undefined) throw new Error('no feed');
  const listening = async (count: number): Promise<void> => {
    while (streams.length < count) await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return {
    server,
    clock,
    opened,
    feed,
    streams,
    listening,
    down: (now: boolean) => {
      isUp = !now;
    },
  };
};

const change = '{"Type":"container","Action":"die","Actor":{"Attributes":{"name":"web"}},"time":1}\n';
const noise = '{"Type":"container","Action":"exec_die","Actor":{"Attributes":{"name":"web"}},"time":1}\n';

test('a broken stream is reopened after the next successful reading, and not before', async () => {
  const { server, clock, opened, feed, streams, listening, down } = await openEvents();
  await using _ = server;
  await using __ = opened;
  let woken = 0;
  let notified = Promise.withResolvers<void>();
  const stop = feed.watch?.(() => {
    woken += 1;
    notified.resolve();
  });
  await listening(1);
  await feed.read(never);
  expect(streams).toHaveLength(1);
  streams[0]?.write(noise + change);
  await notified.promise;
  expect(woken).toBe(1);

  down(true);
  streams[0]?.destroy();
  expect((await feed.read(never)).faults).toHaveLength(1);
  await feed.read(never);
  expect(streams).toHaveLength(1);
  down(false);
  await clock.advance(1000);
  await feed.read(never);
  await listening(2);
  notified = Promise.withResolvers<void>();
  streams[1]?.write(change);
  await notified.promise;

  stop?.();
  await feed.read(never);
  expect(server.asked.filter((line) => line.includes('/events'))).toHaveLength(2);
});

test('a silent stream is no longer trusted after the daemon failed to answer', async () => {
  const { server, opened, feed, streams, listening, down } = await openEvents();
  await using _ = server;
  await using __ = opened;
  const stop = feed.watch?.(() => {});
  await listening(1);
  down(true);
  await feed.read(never);
  down(false);
  await feed.read(never);
  await listening(2);
  expect(streams[0]?.destroyed).toBe(true);
  stop?.();
});

test('a canceled stream is closed, and so is one of a closed source', async () => {
  const { server, opened, feed, listening } = await openEvents();
  await using _ = server;
  const stop = feed.watch?.(() => {});
  await listening(1);
  stop?.();
  await server.drained();
  feed.watch?.(() => {});
  await listening(2);
  await opened.source.close();
  await server.drained();
});

test('an end without an event and an invalid stream end only the stream', async () => {
  const { server, clock, opened, feed, streams, listening } = await openEvents();
  await using _ = server;
  await using __ = opened;
  let woken = 0;
  feed.watch?.(() => {
    woken += 1;
  });
  await listening(1);
  streams[0]?.write(`<html>${'x'.repeat(100_000)}\n${change}`);
  await server.drained();
  await clock.advance(1000);
  await feed.read(never);
  await listening(2);
  expect(woken).toBe(0);
});

longTest('a stream that reports a change and ends at once is opened with growing pauses', async () => {
  const clock = manualClock();
  await using server = await localServer((request, response) => {
    response.end(request.url?.startsWith('/events') === true ? change : '[]');
  });
  await using opened = await openDocker({ host: server.url, stats: false }, clock);
  const [feed] = opened.source.feeds;
  let isWoken = false;
  feed?.watch?.(() => {
    isWoken = true;
  });
  // A minute in which each change is read after 50 ms, as the scheduler does it.
  for (let turn = 0; turn < 1200; turn += 1) {
    await clock.advance(50);
    if (isWoken || turn % 40 === 0) await feed?.read(never);
    isWoken = false;
  }
  // After 0, 1, 3, 7, 15, 31 and 61 s.
  const opens = server.asked.filter((line) => line.includes('/events')).length;
  expect(opens).toBeGreaterThanOrEqual(5);
  expect(opens).toBeLessThanOrEqual(7);
});

test("the events of the last hour end at the daemon's current time, whatever the local clock", async () => {
  const clock = manualClock();
  const behind = clock.now() - 90_000;
  await using server = await localServer((request, response) => {
    const body =
      request.url?.startsWith('/info') === true ? { SystemTime: new Date(behind).toISOString() } : [];
    response.end(request.url?.startsWith('/events') === true ? `${change}${noise}` : JSON.stringify(body));
  });
  await using opened = await openDocker({ host: server.url, project: 'shop' }, clock);
  const feed = opened.source.feeds.find(({ name }) => name === 'events');
  const read = await feed?.read(never);
  expect(server.asked[1]).toContain(
    `&since=${((behind - 3_600_000) / 1000).toFixed(3)}&until=${(behind / 1000).toFixed(3)}`,
  );
  expect(decodeURIComponent(server.asked[1] ?? '')).toContain('"label":["com.docker.compose.project=shop"]');
  expect(read?.items).toEqual([{ source: 'd', at: 91_000, title: 'web', text: 'die' }]);
});

test('the number of requests per reading is reported, for the number of containers', async () => {
  await using fixture = await openFixture();
  const [feed] = fixture.source.feeds;
  expect(feed?.requests).toBe(1);
  await fixture.source.doctor?.(never);
  expect(feed?.requests).toBe(7);
  fixture.startScenario('broker-exited');
  await feed?.read(never);
  expect(feed?.requests).toBe(6);
});

test('concurrent work is bounded, ordered, and stops after a failure', async () => {
  let now = 0;
  let most = 0;
  const started: number[] = [];
  const work = async (item: number): Promise<number> => {
    started.push(item);
    now += 1;
    most = Math.max(most, now);
    await new Promise<void>((resolve) => setImmediate(resolve));
    now -= 1;
    if (item === 13) throw new Error('unlucky');
    return 2 * item;
  };
  expect(await mapConcurrently([1, 2, 3, 4, 5], 2, work)).toEqual([2, 4, 6, 8, 10]);
  expect(most).toBe(2);
  expect(await mapConcurrently([], 2, work)).toEqual([]);
  started.length = 0;
  await expect(mapConcurrently([13, 1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('unlucky');
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(started.length).toBeLessThan(4);
});
