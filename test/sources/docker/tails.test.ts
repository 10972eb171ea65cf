import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createLogPlace, parseMark, stampedLine } from '../../../src/sources/docker/logs/log-mark.ts';
import { logPath } from '../../../src/sources/docker/logs/tails.ts';
import type { LogEvent, Tail } from '../../../src/sources/tail.ts';
import { frame } from '../../../src/world/servers/docker/frame.ts';
import { localServer } from '../../io/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { linesOf, never, openDocker, openStand } from './stand.ts';

const stamp = (nano: number): string => `2026-03-04T10:15:07.${String(nano).padStart(9, '0')}Z`;

describe('where a reader is in a log', () => {
  /** What is told of these lines to a reader that resumes behind a mark; '~' stands for a gap. */
  const toldOf = (nanos: readonly number[], after?: string) => {
    const placeOf = createLogPlace(after === undefined ? undefined : parseMark(after));
    return nanos.flatMap((nano, index) => {
      const { is, mark } = placeOf({ stamp: stamp(nano), text: '' });
      const end = `${index}:${mark?.stamp.slice(-4, -1)}#${mark?.nth}`;
      return is === 'told' ? [] : [`${is === 'new' ? '' : '~'}${end}`];
    });
  };

  test('each line has a mark: the newest time so far, and how many lines came from there on', () => {
    expect(toldOf([1, 2, 2, 3])).toEqual(['0:001#1', '1:002#1', '2:002#2', '3:003#1']);
    // The two outputs are stamped apart: 3 came before 2.
    expect(toldOf([1, 3, 2, 4])).toEqual(['0:001#1', '1:003#1', '2:003#2', '3:004#1']);
  });

  test.each<[string, readonly number[], string, readonly string[]]>([
    ['the last of several of one moment', [1, 2, 2, 2, 3], `${stamp(2)}#2`, ['3:002#3', '4:003#1']],
    [
      'out of order, in front of the mark and behind it',
      [1, 3, 2, 2, 4],
      `${stamp(3)}#2`,
      ['3:003#3', '4:004#1'],
    ],
    ['nothing new', [1, 2], `${stamp(2)}#1`, []],
    ['the mark is not there any more', [7, 8], `${stamp(2)}#1`, ['~0:007#1', '1:008#1']],
    ['a mark of nobody', [7, 8], 'nonsense', ['0:007#1', '1:008#1']],
  ])('resumed: %s', (_, nanos, after, expected) => {
    expect(toldOf(nanos, after)).toEqual(expected);
  });

  test('a log that is read in two goes, wherever it was left, is told once', () => {
    const nanos = [5, 5, 7, 6, 6, 9, 8, 9, 9, 11];
    const whole = toldOf(nanos);
    for (let left = 1; left <= nanos.length; left += 1) {
      const mark = whole[left - 1]?.split(':')[1]?.replace(/^(\d+)/, (nano) => stamp(Number(nano)));
      expect(toldOf(nanos, mark), `left behind line ${left}`).toEqual(whole.slice(left));
    }
  });

  test.each([
    [`${stamp(1)} a line`, { stamp: stamp(1), text: 'a line' }],
    [`${stamp(1)}  indented\r`, { stamp: stamp(1), text: ' indented' }],
    [`${stamp(1)}`, { stamp: stamp(1), text: '' }],
    ['2026-03-04 no time of Docker', { stamp: '', text: '2026-03-04 no time of Docker' }],
  ])('%j', (line, expected) => {
    expect(stampedLine(line)).toEqual(expected);
  });

  test.each([
    [{ follow: true }, 'tail=all&follow=1'],
    [{ follow: false, lines: 7 }, 'tail=7'],
    [{ follow: false, since: 1_772_619_307_001 }, 'tail=all&since=1772619307.001000000'],
    // A second in front of the mark; however many lines were asked for, none behind it is lost.
    [{ follow: false, lines: 7, after: `${stamp(9)}#1` }, 'tail=all&since=1772619306.000000000'],
  ])('asked of the daemon: %j', (from, expected) => {
    expect(logPath('ID', from, 0)).toBe(`/containers/ID/logs?stdout=1&stderr=1&timestamps=1&${expected}`);
  });

  test('a moment is told in the time of the daemon', () => {
    expect(logPath('ID', { follow: false, since: 1_772_619_307_000 }, 60_000)).toContain(
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

  test.each(['web', 'cache'])(
    '%s: read again and again, nothing is told twice and nothing is missing',
    async (service) => {
      await using stand = await openStand();
      const tail = await only(stand.source, service);
      expect(tail.stream).toBe(`shop-${service}-1`);
      const told = [...(await all(tail))];
      for (let round = 0; round < 3; round += 1) {
        const last = told.at(-1);
        await stand.clock.advance(1500);
        told.push(...(await all(tail, last?.is === 'line' ? last.mark : undefined)));
      }
      expect(told).toEqual(await all(tail));
      expect(told.every((event) => event.is === 'line' && event.at !== undefined)).toBe(true);
    },
  );

  test('is followed until somebody has heard enough, or the container has ended', async () => {
    await using stand = await openStand();
    const tail = await only(stand.source, 'shop-cache-1');
    const stop = new AbortController();
    const events = tail.open({ follow: true, lines: 1 }, stop.signal)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ text: 'Started cache in 2.412 seconds' });
    const plan = await stand.plan('restart', { service: 'cache' });
    await stand.act('restart', plan);
    expect((await events.next()).value).toMatchObject({ text: 'Stopping cache' });
    expect((await events.next()).value).toMatchObject({ text: 'Started cache in 2.412 seconds' });
    stop.abort(new DOMException('enough', 'AbortError'));
    expect(await events.next()).toMatchObject({ done: true });

    const ended = linesOf(tail.open({ follow: true, lines: 1 }, never));
    await stand.act('stop', await stand.plan('stop', { service: 'cache' }));
    expect((await ended).at(-1)).toBe('Stopping cache');
  });

  /** A daemon with one container whose log a test writes. */
  const openLog = async (write: (response: ServerResponse) => void, isTerminal = false) => {
    const Id = 'a'.repeat(64);
    const server = await localServer((request, response) => {
      if (request.url?.includes('/logs') === true) return write(response);
      const page = { Id, Name: '/web', State: { Status: 'running' }, Config: { Tty: isTerminal } };
      response.end(JSON.stringify(request.url?.startsWith('/containers/json') === true ? [{ Id }] : page));
    });
    const opened = await openDocker({ host: server.url }, manualClock());
    return { opened, server };
  };

  test('what a terminal would obey, NUL and bytes that are no text are data', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${stamp(1)} a\x1b[2Jb\0c\x1b]0;owned\x07 `),
      Buffer.from([0xff, 0x0a]),
    ]);
    const { opened, server } = await openLog((response) => void response.end(frame(bytes, 1)));
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
      'cut off',
      (response) => void response.write(frame(`${stamp(1)} a\n`, 1), () => response.destroy()),
      'connection closed before the answer was whole',
    ],
    [
      'no frames',
      (response) => void response.end('<html>Sign in</html>'),
      'what came is no stream of frames',
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
