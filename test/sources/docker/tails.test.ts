import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { LogEvent, Tail } from '../../../src/logs/reading/tail.ts';
import { streamFrame } from '../../../src/simulator/servers/docker/daemon-request.ts';
import { dockerLogPath } from '../../../src/sources/docker/logs/log-tail.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { linesOf, never, openDocker, openFixture } from './fixture.ts';

/** Interval at which the simulated daemon checks whether a container has ended. */
const lookMs = 200;

const stamp = (nano: number): string => `2026-03-04T10:15:07.${String(nano).padStart(9, '0')}Z`;

describe('the path of a log', () => {
  test.each([
    [{ follow: true }, 'tail=all&follow=1'],
    [{ follow: false, lines: 7 }, 'tail=7'],
    [{ follow: false, since: 1_772_619_307_001 }, 'tail=all&since=1772619307.001000000'],
    // One second before the mark; whatever the requested number of lines, none after the mark is lost.
    [{ follow: false, lines: 7, after: `${stamp(9)}#1` }, 'tail=all&since=1772619306.000000000'],
  ])('requested from the daemon: %j', (from, expected) => {
    expect(dockerLogPath('ID', from, 0)).toBe(
      `/containers/ID/logs?stdout=1&stderr=1&timestamps=1&${expected}`,
    );
  });

  test("a time is converted to the daemon's clock", () => {
    expect(dockerLogPath('ID', { follow: false, since: 1_772_619_307_000 }, 60_000)).toContain(
      'since=1772619367.0',
    );
  });
});

describe('the log of a container', () => {
  const only = async (
    source: { tails?: (of: string, s: AbortSignal) => Promise<readonly Tail[]> },
    of: string,
  ) => {
    const [tail] = (await source.tails?.(of, never)) ?? [];
    if (tail === undefined) throw new Error(`${of} has no log`);
    return tail;
  };
  const all = async (tail: Tail, after?: string): Promise<readonly LogEvent[]> => {
    const events: LogEvent[] = [];
    const from = { follow: false, ...(after === undefined ? {} : { after }) };
    for await (const event of tail.open(from, never)) events.push(event);
    return events;
  };

  test.each(sampled(['web', 'cache'], everyNth(2)))(
    '%s: repeated reads neither repeat nor lose lines',
    async (service) => {
      await using fixture = await openFixture();
      const tail = await only(fixture.source, service);
      expect(tail.stream).toBe(`shop-${service}-1`);
      const events = [...(await all(tail))];
      for (let round = 0; round < 3; round += 1) {
        const last = events.at(-1);
        await fixture.clock.advance(1500);
        events.push(...(await all(tail, last?.is === 'line' ? last.mark : undefined)));
      }
      expect(events).toEqual(await all(tail));
      expect(events.every((event) => event.is === 'line' && event.at !== undefined)).toBe(true);
    },
  );

  test('is followed until canceled, or until the container has ended', async () => {
    await using fixture = await openFixture();
    const tail = await only(fixture.source, 'shop-cache-1');
    const stop = new AbortController();
    const events = tail.open({ follow: true, lines: 1 }, stop.signal)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ text: 'Started cache in 2.412 seconds' });
    const plan = await fixture.plan('restart', { service: 'cache' });
    await fixture.act('restart', plan);
    await fixture.clock.advance(lookMs);
    expect((await events.next()).value).toMatchObject({ text: 'Stopping cache' });
    expect((await events.next()).value).toMatchObject({ text: 'Started cache in 2.412 seconds' });
    stop.abort(new DOMException('enough', 'AbortError'));
    expect(await events.next()).toMatchObject({ done: true });

    const rest = tail.open({ follow: true, lines: 1 }, never)[Symbol.asyncIterator]();
    await rest.next();
    await fixture.act('stop', await fixture.plan('stop', { service: 'cache' }));
    await fixture.clock.advance(lookMs);
    expect((await rest.next()).value).toMatchObject({ text: 'Stopping cache' });
    expect(await rest.next()).toMatchObject({ done: true });
  });

  test('a restart between two readings is a note before the first line of the new run, with the end of the old one', async () => {
    await using fixture = await openFixture();
    const tail = await only(fixture.source, 'cache');
    const events = await all(tail);
    await fixture.act('stop', await fixture.plan('stop', { service: 'cache' }));
    await fixture.clock.advance(800);
    await fixture.act('start', await fixture.plan('start', { service: 'cache' }));
    const last = events.at(-1);
    const rest = await all(tail, last?.is === 'line' ? last.mark : undefined);
    const words = rest.map((event) => (event.is === 'line' || event.is === 'note' ? event.text : event.is));
    expect(words).toEqual([
      'Stopping cache',
      'container restarted (exit 0)',
      'Started cache in 2.412 seconds',
    ]);
    const end = rest.at(-1);
    expect(await all(tail, end?.is === 'line' ? end.mark : undefined)).toEqual([]);
    const before = await linesOf(tail.open({ follow: false, previous: true }, never));
    expect(before.at(-1)).toBe('Stopping cache');
  });

  longTest('older lines are read page by page, back to the start', async () => {
    await using fixture = await openFixture();
    await fixture.clock.advance(30_000);
    const tail = await only(fixture.source, 'web');
    const whole = (await all(tail)).flatMap((event) => (event.is === 'line' ? [event.text] : []));
    expect(whole.length).toBeGreaterThan(12_000);
    const seen: string[] = [];
    let mark: string | undefined;
    for (let isStart = false; !isStart; ) {
      const older = await tail.older?.({ ...(mark === undefined ? {} : { mark }), lines: 6000 }, never);
      if (older === undefined) throw new Error('no older');
      seen.unshift(...older.events.flatMap((event) => (event.is === 'line' ? [event.text] : [])));
      [mark, isStart] = [older.first, older.isStart];
    }
    expect(seen).toEqual(whole);
  });

  test('a missing container is reported', async () => {
    await using fixture = await openFixture();
    await expect(fixture.source.tails?.('nothing', never)).rejects.toThrow(
      'project shop at http://127.0.0.1:',
    );
  });

  /** A daemon with one container whose log is written by the test. */
  const openLog = async (write: (response: ServerResponse) => void, isTerminal = false) => {
    const Id = 'a'.repeat(64);
    const server = await localServer((request, response) => {
      if (request.url?.includes('/logs') === true) return write(response);
      const page = { Id, Name: '/web', State: { Status: 'running' }, Config: { Tty: isTerminal } };
      response.end(
        JSON.stringify(
          request.url?.startsWith('/containers/json') === true ? [{ Id, Names: ['/web'] }] : page,
        ),
      );
    });
    const opened = await openDocker({ host: server.url }, manualClock());
    return { opened, server };
  };

  test('control sequences, NUL and invalid UTF-8 are data', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${stamp(1)} a\x1b[2Jb\0c\x1b]0;owned\x07 `),
      Buffer.from([0xff, 0x0a]),
    ]);
    const { opened, server } = await openLog((response) => void response.end(streamFrame(bytes, 1)));
    await using _ = opened;
    await using __ = server;
    expect(await linesOf((await only(opened.source, 'web')).open({ follow: false }, never))).toEqual([
      'abc \ufffd',
    ]);
  });

  test('a terminal has no frames', async () => {
    const { opened, server } = await openLog(
      (response) => void response.end(`${stamp(1)} hello\r\n${stamp(2)} bye\r\n`),
      true,
    );
    await using _ = opened;
    await using __ = server;
    expect(await linesOf((await only(opened.source, 'web')).open({ follow: false }, never))).toEqual([
      'hello',
      'bye',
    ]);
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    [
      'truncated',
      (response) => void response.write(streamFrame(`${stamp(1)} a\n`, 1), () => response.destroy()),
      'the server closed the connection before the response was complete',
    ],
    [
      'not framed',
      (response) => void response.end('<html>Sign in</html>'),
      'the response is not a log stream: check proxies in front of the Docker daemon',
    ],
    [
      'refused',
      (response) =>
        void response.writeHead(501).end('{"message":"configured logging driver does not support reading"}'),
      'answered 501 Not Implemented: configured logging driver does not support reading',
    ],
  ])('a log that is %s is a fault that names it', async (_, write, expected) => {
    const { opened, server } = await openLog(write);
    await using __ = opened;
    await using ___ = server;
    const lines = await linesOf((await only(opened.source, 'web')).open({ follow: false }, never));
    expect(lines.at(-1)).toMatch(/^GET http:\S+\/containers\/a{64}\/logs\?\S+: /);
    expect(lines.at(-1)).toContain(expected);
  });
});
