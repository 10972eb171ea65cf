import { expect, test } from 'vitest';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { LogGroupStore, type SimulatedLogEvent } from '../../../src/simulator/servers/aws/logs.ts';
import type { Handler } from '../../../src/simulator/servers/http/http-server.ts';
import { longTest } from '../../support/layer.ts';
import { openAccount, signal } from './support.ts';

const now = Date.parse('2026-03-04T10:15:07Z');
const group = '/aws/lambda/orders';

const event = (id: string, time: number, message = `line ${id}`): SimulatedLogEvent => ({
  ...{ id, at: time, message, stream: 's-1' },
});

const opened = async (
  events: readonly SimulatedLogEvent[],
  wrap: (handler: Handler) => Handler = (handler) => handler,
) => {
  const logs = new LogGroupStore();
  logs.add(group, ...events);
  logs.add('/ecs/billing');
  const account = await openAccount({
    services: { logs },
    config: { logs: ['/aws/*', '/ecs/billing'] },
    wrap,
  });
  const tail = async (): Promise<Tail> => {
    const [first] = (await account.source.tails?.('orders', signal)) ?? [];
    if (first === undefined) throw new Error('no stream');
    return first;
  };
  return { ...account, logs, tail, [Symbol.asyncDispose]: account[Symbol.asyncDispose] };
};

const collect = async (tail: Tail, from: Omit<ResumePoint, 'follow'>): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const logEvent of tail.open({ ...from, follow: false }, signal)) events.push(logEvent);
  return events;
};

const textsOf = (events: readonly LogEvent[]): readonly string[] =>
  events.flatMap((logEvent) => (logEvent.is === 'line' ? [logEvent.text] : []));

longTest('each log group is a stream; it can be chosen by its last part', async () => {
  await using it = await opened([]);
  const names = async (of?: string) => (await it.source.tails?.(of, signal))?.map(({ stream }) => stream);
  expect(await names()).toEqual([group, '/ecs/billing']);
  expect(await names('orders')).toEqual([group]);
  expect(await names('/ecs/billing')).toEqual(['/ecs/billing']);
  expect(await names('gone')).toEqual([]);
});

test('the last lines come from as far back as needed; a message of several lines is several lines', async () => {
  await using it = await opened([
    event('old', now - 5 * 3_600_000),
    event('a', now - 30_000, 'first\nsecond\n'),
    event('b', now - 1000),
  ]);
  const tail = await it.tail();
  expect(textsOf(await collect(tail, { lines: 1 }))).toEqual(['line b']);
  expect(textsOf(await collect(tail, { lines: 3 }))).toEqual(['line old', 'first', 'second', 'line b']);
  expect(await collect(tail, { lines: 0 })).toEqual([]);
});

test('lines since a time, and after a mark', async () => {
  await using it = await opened([
    event('a', now - 120_000),
    event('b', now - 60_000),
    event('c', now - 60_000),
    event('d', now - 1000),
  ]);
  const tail = await it.tail();
  const since = await collect(tail, { since: now - 90_000 });
  expect(textsOf(since)).toEqual(['line b', 'line c', 'line d']);
  const [first] = since;
  const after = first?.is === 'line' ? (first.mark ?? '') : '';
  expect(textsOf(await collect(tail, { after }))).toEqual(['line c', 'line d']);
});

longTest('pages are followed, also empty ones', async () => {
  const many = Array.from({ length: 12_000 }, (_, index) => event(String(index), now - 50_000 + index));
  const emptyFirst: (handler: Handler) => Handler = (handler) => (ask) =>
    ask.target?.endsWith('FilterLogEvents') === true && !ask.body.includes('nextToken')
      ? { status: 200, json: { events: [], nextToken: '0' }, type: 'application/x-amz-json-1.1' }
      : handler(ask);
  await using it = await opened(many, emptyFirst);
  const lines = textsOf(await collect(await it.tail(), { since: now - 60_000 }));
  expect(lines).toHaveLength(12_000);
  expect(lines.at(-1)).toBe('line 11999');
});

longTest('following shows new events once, a late one too, and none of the backlog again', async () => {
  await using it = await opened([event('a', now - 20_000), event('b', now - 1000)]);
  const tail = await it.tail();
  const stop = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const logEvent of tail.open({ lines: 1, follow: true }, stop.signal))
      if (logEvent.is === 'line') seen.push(logEvent.text);
  })();
  const until = async (count: number) => {
    for (let turn = 0; turn < 200 && seen.length < count; turn += 1) {
      await it.clock.advance(500);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await until(1);
  expect(seen).toEqual(['line b']);
  it.logs.add(group, event('late', now - 10_000), event('c', it.clock.now()));
  await until(3);
  expect(seen).toEqual(['line b', 'line late', 'line c']);
  await until(99);
  expect(seen).toHaveLength(3);
  stop.abort(new DOMException('closed', 'AbortError'));
  await it.clock.advance(10_000);
  await reading;
});

test('older lines before a mark, up to the start', async () => {
  await using it = await opened([event('a', now - 9000), event('b', now - 8000), event('c', now - 7000)]);
  const tail = await it.tail();
  const older = await tail.older?.({ mark: `${now - 7000} c`, lines: 1 }, signal);
  expect(textsOf(older?.events ?? [])).toEqual(['line b']);
  expect(older).toMatchObject({ isStart: false, first: `${now - 8000} b` });
  const start = await tail.older?.({ mark: older?.first ?? '', lines: 10 }, signal);
  expect(textsOf(start?.events ?? [])).toEqual(['line a']);
  expect(start?.isStart).toBe(true);
});

test('a denied or missing group is a fault of its stream', async () => {
  const denying: (handler: Handler) => Handler = (handler) => (ask) =>
    ask.target?.endsWith('FilterLogEvents') === true
      ? { status: 400, json: { __type: 'AccessDeniedException', message: 'no' } }
      : handler(ask);
  await using it = await opened([], denying);
  const [fault] = await collect(await it.tail(), { lines: 5 });
  expect(fault).toMatchObject({
    is: 'fault',
    fault: { kind: 'denied', message: expect.stringContaining(`FilterLogEvents ${group}`) },
  });
});

test('a signal counts the lines of a log view', async () => {
  const logs = new LogGroupStore();
  logs.add(group, event('a', now - 30_000, 'ERROR x'), event('b', now - 20_000, 'INFO y'));
  await using it = await openAccount({
    services: { logs },
    config: { logs: [group] },
    signals: [{ id: 'errors', read: { lines: 'errors' } }],
    views: [{ name: 'errors', include: ['ERROR'], exclude: [] }],
  });
  const { items } = await it.read('lines');
  expect(items).toMatchObject([{ signal: 'errors', value: 1 }]);
});
