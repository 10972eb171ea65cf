import { expect, test } from 'vitest';
import type { LogEvent, ResumePoint } from '../../../src/logs/reading/tail.ts';
import { longTest } from '../../support/layer.ts';
import { empty, type Fixture, type Handler, openFixture } from './fixture.ts';
import { deployment, failure, listOf, podOf, type Raw, running } from './objects.ts';

const { signal } = new AbortController();
const time = (rest: string): string => `2026-03-04T10:15:${rest}`;

const bus = (app: Raw = {}): Raw =>
  podOf('bus', 'a', {
    spec: { containers: [{ name: 'app' }, { name: 'proxy' }] },
    containers: [running('app', app), running('proxy')],
  });

const withLog =
  (text: string, app: Raw = {}): Handler =>
  (url, response, request) => {
    if (url.pathname.endsWith('/log')) return void response.writeHead(200).end(text);
    if (url.pathname.endsWith('/deployments/bus')) return { body: deployment('bus') };
    if (url.pathname.endsWith('/pods')) return { body: listOf([bus(app)]) };
    if (url.pathname.endsWith('/pods/bus-6b7f-a')) return { body: bus(app) };
    return empty(url, response, request);
  };

const tailOf = async (fixture: Fixture) => {
  const [tail] = (await fixture.source.tails?.('deployment/bus', signal)) ?? [];
  if (tail === undefined) throw new Error('no tail');
  return tail;
};
const read = async (fixture: Fixture, from: ResumePoint): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const event of (await tailOf(fixture)).open(from, signal)) events.push(event);
  return events;
};
const texts = (events: readonly LogEvent[]): readonly string[] =>
  events.map((event) => (event.is === 'line' ? event.text : event.is));

test('every container of the selection is a separate stream', async () => {
  await using fixture = await openFixture(withLog(''));
  const tails = (await fixture.source.tails?.('deployment/bus', signal)) ?? [];
  expect(tails.map(({ stream }) => stream)).toEqual(['bus-6b7f-a/app', 'bus-6b7f-a/proxy']);
  const part = fixture.server.asked.find((text) => text.includes('/pods?'));
  expect(part).toContain(new URLSearchParams({ labelSelector: 'app in (bus)' }).toString());
});

test('lines have their time; control sequences are removed, and a line without a line feed is a line, too', async () => {
  await using fixture = await openFixture(
    withLog(
      `${time('01.5Z')} one\n${time('02.000000001+00:00')} \u001b[31mtwo\u0007\nno time\n${time('03Z')} last`,
    ),
  );
  const events = await read(fixture, { follow: false, lines: 10 });
  expect(texts(events)).toEqual(['one', 'two', 'no time', 'last']);
  expect(events[0]).toMatchObject({ at: Date.parse(time('01.5Z')) });
  expect(fixture.server.asked.at(-1)).toContain('container=app&timestamps=true&tailLines=10');
});

test.each<[string, ResumePoint, string]>([
  ['followed', { follow: true }, 'timestamps=true&follow=true'],
  ['of the previous container', { follow: false, previous: true }, 'previous=true'],
  ['since a time', { follow: false, since: Date.parse(time('01Z')) }, 'sinceTime=2026-03-04T10%3A15%3A01Z'],
  [
    'after a mark',
    // One second before the mark; whatever the requested number of lines, none after the mark is lost.
    { follow: false, lines: 5, after: '2026-03-04T10:15:02.300000000Z#1' },
    'sinceTime=2026-03-04T10%3A15%3A01Z',
  ],
])('a log is requested %s', async (_, from, query) => {
  const before = { lastState: { terminated: { exitCode: 1 } }, restartCount: 1 };
  await using fixture = await openFixture(withLog('', before));
  await read(fixture, from);
  expect(fixture.server.asked.at(-1)).toContain(query);
  if (from.after !== undefined) expect(fixture.server.asked.at(-1)).not.toContain('tailLines');
});

test('a tail resumes after its mark: no line repeated, none lost, even with several lines at the same time', async () => {
  const log = [
    `${time('02.3Z')} a`,
    `${time('02.300000000Z')} b`,
    `${time('02.3Z')} c`,
    `${time('04Z')} d`,
  ].join('\n');
  await using fixture = await openFixture(withLog(log));
  const whole = await read(fixture, { follow: false });
  expect(texts(whole)).toEqual(['a', 'b', 'c', 'd']);
  for (const [index, event] of whole.entries()) {
    const after = event.is === 'line' ? event.mark : undefined;
    if (after === undefined) throw new Error('no mark');
    expect(texts(await read(fixture, { follow: false, after }))).toEqual(
      ['a', 'b', 'c', 'd'].slice(index + 1),
    );
  }
});

test('the API returns whole seconds: only lines since the exact time are reported', async () => {
  await using fixture = await openFixture(
    withLog(`${time('01.2Z')} early\nits second line\n${time('01.5Z')} a\n${time('02Z')} b`),
  );
  const since = Date.parse(time('01.5Z'));
  expect(texts(await read(fixture, { follow: false, since }))).toEqual(['a', 'b']);
});

test('a mark that no longer exists is a gap', async () => {
  await using fixture = await openFixture(withLog(`${time('09Z')} new`));
  const after = '2026-03-04T10:15:02.000000000Z#1';
  expect(texts(await read(fixture, { follow: false, after }))).toEqual(['gap', 'new']);
});

test('failures are events: a refusal, a lost connection', async () => {
  const message = 'previous terminated container "app" in pod "bus" not found';
  await using fixture = await openFixture((url, response, request) =>
    url.pathname.endsWith('/log')
      ? { status: 400, body: failure(400, 'BadRequest', message) }
      : withLog('')(url, response, request),
  );
  expect(await read(fixture, { follow: false, previous: true })).toMatchObject([
    { is: 'note', text: 'this container has not restarted, so there is no log of an earlier container' },
  ]);
  fixture.answer = (url, response, request) => {
    if (!url.pathname.endsWith('/log')) return withLog('')(url, response, request);
    response.writeHead(200).write(`${time('01Z')} one\n`, () => response.destroy());
    return undefined;
  };
  expect(await read(fixture, { follow: true })).toMatchObject([
    { is: 'line', text: 'one' },
    { is: 'fault', fault: { kind: 'unreachable' } },
  ]);
});

longTest('an endless line is truncated, and the following ones are read', async () => {
  await using fixture = await openFixture(withLog(`${'x'.repeat(10 * 1024 * 1024)}\nnext\n`));
  const lines = texts(await read(fixture, { follow: false }));
  expect(lines.map((line) => line.slice(-15))).toEqual(['xx … 9 MiB more', 'next']);
});

test('a canceled follower closes the connection', async () => {
  await using fixture = await openFixture((url, response, request) => {
    if (!url.pathname.endsWith('/log')) return withLog('')(url, response, request);
    response.writeHead(200).write(`${time('01Z')} one\n`);
    return undefined;
  });
  const stop = new AbortController();
  const events: LogEvent[] = [];
  for await (const event of (await tailOf(fixture)).open({ follow: true }, stop.signal)) {
    events.push(event);
    stop.abort();
  }
  expect(texts(events)).toEqual(['one']);
  await fixture.source.close();
  await fixture.server.drained();
});
