import { expect, test } from 'vitest';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import { longTest } from '../../support/layer.ts';
import { allOf, type Fixture, labelsOf, openFixture, textsOf, until } from './fixture.ts';

const write = ({ store, clock }: Fixture, count: number, pod = 'bus-0', agoMs = 1000): void => {
  for (let n = 0; n < count; n += 1)
    store.write(labelsOf('bus', pod), clock.now() - agoMs, `${pod} line ${n}`);
};

const markOf = (event: LogEvent | undefined): string => (event?.is === 'line' ? (event.mark ?? '') : '');

test('a stream is named by its labels, and selected by name, labels or selector', async () => {
  await using fixture = await openFixture();
  write(fixture, 1, 'bus-0');
  write(fixture, 1, 'bus-1');
  fixture.store.write(labelsOf('billing', 'billing-0'), fixture.clock.now(), 'x');
  fixture.store.write({ namespace: 'other', app: 'bus' }, fixture.clock.now(), 'x');
  const names = async (of?: string) => (await fixture.tails(of)).map(({ stream }) => stream);
  expect(await names()).toEqual(['shop/billing/billing-0', 'shop/bus/bus-0', 'shop/bus/bus-1']);
  expect(await names('bus')).toEqual(['shop/bus/bus-0', 'shop/bus/bus-1']);
  expect(await names('pod/bus-1')).toEqual(['shop/bus/bus-1']);
  expect(await names('app=bus,pod=bus-0')).toEqual(['shop/bus/bus-0']);
  expect(await names('{pod=~"b.*-0"}')).toEqual(['shop/billing/billing-0', 'shop/bus/bus-0']);
  expect(await names('nothing')).toEqual([]);
  await expect(names('{pod=')).rejects.toMatchObject({ kind: 'unconfigured' });
});

test('with too many streams, the most specific labels are dropped', async () => {
  await using fixture = await openFixture({ config: { limit: 2 } });
  for (let n = 0; n < 50; n += 1) write(fixture, 1, `bus-${n}`);
  const [tail, ...others] = await fixture.tails();
  expect(others).toEqual([]);
  expect(tail?.stream).toBe('shop/bus');
  expect(textsOf(await allOf(tail))).toHaveLength(50);
});

test('the last lines, those since a time, those after a mark: oldest first, across pages', async () => {
  await using fixture = await openFixture({ config: { page: 7 } });
  write(fixture, 30, 'bus-0', 60_000);
  const between = fixture.clock.now() - 30_000;
  write(fixture, 20, 'bus-0', 1000);
  const [tail] = await fixture.tails();
  const all = await allOf(tail);
  expect(all).toHaveLength(50);
  expect(textsOf(await allOf(tail, { lines: 12 }))).toEqual(textsOf(all).slice(-12));
  expect(textsOf(await allOf(tail, { lines: 1000 }))).toEqual(textsOf(all));
  expect(await allOf(tail, { lines: 0 })).toEqual([]);
  expect(textsOf(await allOf(tail, { since: between }))).toEqual(textsOf(all).slice(30));
  for (const index of [0, 17, 29, 48, 49])
    expect(textsOf(await allOf(tail, { after: markOf(all[index]) }))).toEqual(textsOf(all).slice(index + 1));
});

test('older lines are those before a mark or a time, back to the start', async () => {
  await using fixture = await openFixture({ config: { page: 7 } });
  write(fixture, 10, 'bus-0', 5 * 3_600_000);
  write(fixture, 40, 'bus-0', 1000);
  const [tail] = await fixture.tails();
  const whole = await tail?.older?.({ at: fixture.clock.now(), lines: 1000 }, new AbortController().signal);
  expect(whole?.isStart).toBe(true);
  const all = textsOf(whole?.events ?? []);
  expect(all).toHaveLength(50);
  const found: string[] = [];
  let mark: string | undefined;
  for (let isStart = false; !isStart; ) {
    const from = mark === undefined ? { at: fixture.clock.now() } : { mark };
    const older = await tail?.older?.({ ...from, lines: 8 }, new AbortController().signal);
    found.unshift(...textsOf(older?.events ?? []));
    mark = older?.first ?? mark;
    isStart = older?.isStart ?? true;
  }
  expect(found).toEqual(all);
});

test('a limit of Loki below the page size reduces the page size', async () => {
  const limits: number[] = [];
  await using fixture = await openFixture({
    instead: ({ query }) => {
      const limit = Number(query.get('limit'));
      if (!query.has('direction')) return undefined;
      limits.push(limit);
      const text = `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > 10)`;
      return limit > 10 ? { status: 400, text } : undefined;
    },
  });
  write(fixture, 35);
  const [tail] = await fixture.tails();
  expect(await allOf(tail)).toHaveLength(35);
  expect(limits.slice(0, 2)).toEqual([1000, 10]);
  expect(limits.slice(1).every((limit) => limit === 10)).toBe(true);
});

longTest('a page larger than a response may be is asked for in halves', async () => {
  const limits: number[] = [];
  await using fixture = await openFixture({
    instead: ({ query }) => {
      const limit = Number(query.get('limit'));
      if (!query.has('direction')) return undefined;
      limits.push(limit);
      return limit > 300 ? { status: 200, text: ' '.repeat(65 * 1024 * 1024) } : undefined;
    },
  });
  write(fixture, 35);
  const [tail] = await fixture.tails();
  expect(await allOf(tail)).toHaveLength(35);
  expect(limits.slice(0, 3)).toEqual([1000, 500, 250]);
});

test('more lines with the same time than the limit of Loki are a gap with that reason', async () => {
  await using fixture = await openFixture({ config: { page: 5 } });
  const time = fixture.clock.now() - 1000;
  // Each in a separate stream of Loki, all in one stream here.
  for (let n = 0; n < 12; n += 1)
    fixture.store.write({ ...labelsOf('bus', 'bus-0'), thread: `${n}` }, time, `line ${n}`);
  fixture.store.write(labelsOf('bus', 'bus-0'), time + 10, 'the end');
  const [tail] = await fixture.tails();
  const all = await allOf(tail);
  expect(all.map(({ is }) => is)).toEqual(['line', 'line', 'line', 'line', 'line', 'gap', 'line']);
  expect(all[5]).toMatchObject({
    why: expect.stringContaining(
      'more than 5 lines have the same timestamp, and Loki does not return the rest of them',
    ),
  });
});

test('a multi-line entry is several lines, and resumed as one', async () => {
  await using fixture = await openFixture();
  fixture.store.write(
    labelsOf('bus', 'bus-0'),
    fixture.clock.now() - 100,
    '\x1b[31mboom\x1b[0m\n  at a.b\n  at c.d\n',
  );
  fixture.store.write(labelsOf('bus', 'bus-0'), fixture.clock.now() - 50, 'after');
  const [tail] = await fixture.tails();
  const all = await allOf(tail);
  expect(textsOf(all)).toEqual(['boom', '  at a.b', '  at c.d', 'after']);
  expect(all.map((event) => markOf(event) !== '')).toEqual([false, false, true, true]);
  expect(textsOf(await allOf(tail, { after: markOf(all[2]) }))).toEqual(['after']);
});

test('filters are pushed down to Loki. The rest is reported', async () => {
  await using fixture = await openFixture();
  write(fixture, 30);
  const [tail] = await fixture.tails();
  const include = [{ text: 'line 1\\d$', regex: true, ignoreCase: false }];
  const exclude = [{ text: 'LINE 15', regex: false, ignoreCase: true }];
  expect(textsOf(await allOf(tail, { filter: { include, exclude } }))).toHaveLength(9);
  const lookaround = { text: 'line(?! 1)', regex: true, ignoreCase: false };
  const [note, ...rest] = await allOf(tail, { filter: { include: [lookaround], exclude } });
  expect(note).toMatchObject({ is: 'note', text: expect.stringContaining('/line(?! 1)/') });
  expect(rest).toHaveLength(29);
});

test('after a mark with another filter: lines of the same time hidden by the first filter are not lost', async () => {
  await using fixture = await openFixture();
  const time = fixture.clock.now() - 60_000;
  for (const [thread, text] of ['b is hidden', 'a is shown', 'c is hidden'].entries())
    fixture.store.write({ ...labelsOf('bus', 'bus-0'), thread: `${thread}` }, time, text);
  const [tail] = await fixture.tails();
  const filter = { include: [{ text: 'shown', regex: false, ignoreCase: false }], exclude: [] };
  const [shown] = await allOf(tail, { filter });
  expect(textsOf(await allOf(tail, { after: markOf(shown) }))).toEqual(['b is hidden', 'c is hidden']);
});

test('followers of many streams share a query, and each receives its own lines', async () => {
  await using fixture = await openFixture();
  for (let n = 0; n < 20; n += 1) write(fixture, 1, `bus-${n}`);
  const tails = await fixture.tails();
  const received = Promise.all(
    tails.map((tail) => until(tail, { lines: 1 }, (event) => event.is === 'line' && event.text === 'news')),
  );
  const news = fixture.clock.every(20, () => {
    if (fixture.sockets() === 0) return;
    for (let n = 0; n < 20; n += 1)
      fixture.store.write(labelsOf('bus', `bus-${n}`), fixture.clock.now(), 'news');
  });
  const all = await received;
  news();
  for (const [n, events] of all.entries())
    expect(textsOf(events)[0]).toBe(`${tails[n]?.stream.split('/').at(-1)} line 0`);
  expect(fixture.sockets()).toBeLessThan(tails.length);
});

test('without sockets it is polled every second, with a note', async () => {
  await using fixture = await openFixture({ noSocket: true });
  write(fixture, 3);
  const [tail] = await fixture.tails();
  let hasWritten = false;
  const seen = await until(tail, { lines: 2 }, (event) => {
    if (event.is === 'note' && !hasWritten) {
      hasWritten = true;
      write(fixture, 1, 'bus-0', 0);
    }
    return hasWritten && event.is === 'line';
  });
  expect(seen.map(({ is }) => is)).toEqual(['line', 'line', 'note', 'line']);
  expect(seen[2]).toMatchObject({ text: expect.stringContaining('polling every second instead') });
});

test('a failure is an event and ends the tail', async () => {
  await using fixture = await openFixture({
    instead: ({ query }) =>
      query.has('direction') ? { status: 429, text: 'too many', headers: { 'retry-after': '7' } } : undefined,
  });
  write(fixture, 1);
  const [tail] = await fixture.tails();
  const events = await until(tail, {}, () => false);
  expect(events).toEqual([
    {
      is: 'fault',
      fault: expect.objectContaining({ kind: 'throttled', retryAfterMs: 7000, source: 'loki' }),
    },
  ]);
});

test('tenant and login are sent with every query, and with the socket', async () => {
  const auth = { basic: { user: 'ops', password: 'secret-of-loki' } };
  await using fixture = await openFixture({ config: { orgId: 'shop', auth } });
  write(fixture, 1);
  const [tail] = await fixture.tails();
  const include = [{ text: 'x'.repeat(3000), regex: false, ignoreCase: false }];
  expect(await allOf(tail, { filter: { include, exclude: [] } })).toEqual([]);
  expect(fixture.asked.map(({ method }) => method)).toContain('POST');
  const news = fixture.clock.every(20, () => write(fixture, fixture.sockets(), 'bus-0', 0));
  await until(tail, { lines: 0 }, ({ is }) => is === 'line');
  news();
  expect(fixture.headers.length).toBeGreaterThan(3);
  for (const sent of fixture.headers)
    expect(sent).toMatchObject({
      'x-scope-orgid': 'shop',
      authorization: `Basic ${Buffer.from('ops:secret-of-loki').toString('base64')}`,
    });
});
