import { expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { type Reply, until } from './fixture.ts';
import { failure, listOf, pod } from './objects.ts';
import { names, openWatch, whole } from './watching.ts';

const versioned = (name: string, version: string, more = {}) =>
  pod(name, { meta: { resourceVersion: version }, ...more });

test('the first rows are shown before the list is complete, and are marked as partial', async () => {
  const rest = Promise.withResolvers<void>();
  await using watched = await openWatch(async (url) => {
    if (url.searchParams.get('continue') === null)
      return { body: listOf([pod('a'), pod('b')], { continue: 'more', remainingItemCount: 1 }) };
    await rest.promise;
    return { body: listOf([pod('c')]) };
  });
  const first = await watched.read();
  expect(names(first)).toEqual(['a', 'b']);
  expect(first.faults).toMatchObject([
    {
      kind: 'missing',
      message: expect.stringContaining('opsdeck is still listing pods, and has received 2 of about 3'),
    },
  ]);
  const wokenAgain = watched.woken();
  rest.resolve();
  await wokenAgain;
  const second = await watched.read();
  expect(names(second)).toEqual(['a', 'b', 'c']);
  expect(second.faults).toEqual([]);
});

test('watch events are read without another request, and unchanged rows are the same objects', async () => {
  await using watched = await openWatch(whole(pod('a'), pod('b')));
  const before = await watched.read();
  await watched.watched(1);
  const [watch] = watched.watches;
  expect(watch?.from).toBe('100');
  const woken = watched.woken();
  watch?.send('ADDED', versioned('c', '101'));
  watch?.send('DELETED', versioned('b', '102'));
  await woken;
  await until(() => watched.wakes() > 0);
  const length = watched.fixture.server.asked.length;
  let after = await watched.read();
  while (names(after).includes('b')) after = await watched.read();
  expect(names(after)).toEqual(['a', 'c']);
  expect(after.items[0]).toBe(before.items[0]);
  expect(watched.fixture.server.asked).toHaveLength(length);
});

test('a watch ended by the server is resumed without a list', async () => {
  await using watched = await openWatch(whole(pod('a')));
  await watched.read();
  await watched.watched(1);
  watched.watches[0]?.send('BOOKMARK', { metadata: { resourceVersion: '180' } });
  watched.watches[0]?.end();
  await until(() => watched.watches[0]?.isOpen() === false);
  await watched.fixture.clock.settle();
  while (watched.watches.length < 2) expect((await watched.readLater()).faults).toEqual([]);
  expect(watched.watches[1]?.from).toBe('180');
  expect(watched.lists()).toHaveLength(1);
});

test('a lost watch is resumed; if it cannot be, that is a fault and its rows are not confirmed', async () => {
  await using watched = await openWatch(whole(pod('a')));
  await watched.read();
  await watched.watched(1);
  const { fixture } = watched;
  const { answer } = fixture;
  fixture.answer = (_, response) => void response.destroy();
  watched.watches[0]?.cut();
  await fixture.clock.settle();
  // Without time in between: no pause of the watch makes its last rows look confirmed.
  for (let nth = 0; nth < 3; nth += 1) {
    const lost = await watched.read();
    expect(lost.items).toEqual([]);
    expect(lost.faults).toMatchObject([
      { kind: 'unreachable', message: expect.stringContaining('/pods: the server closed the connection') },
    ]);
  }
  fixture.answer = answer;
  expect(names(await watched.read())).toEqual(['a']);
  expect(watched.lists()).toHaveLength(1);
});

test('watches that the server ends at once confirm no row while the API does not respond', async () => {
  await using watched = await openWatch(whole(pod('a')));
  const { fixture } = watched;
  // The pause before the next one grows with each: here, to four seconds.
  for (let nth = 0; nth < 3; nth += 1) {
    while (watched.watches.length <= nth) await watched.readLater();
    watched.watches[nth]?.end();
    await until(() => watched.watches[nth]?.isOpen() === false);
    await fixture.clock.settle();
  }
  fixture.answer = (_, response) => void response.destroy();
  await fixture.clock.advance(1500);
  const { items, faults } = await watched.read();
  expect(items).toEqual([]);
  expect(faults).toMatchObject([{ kind: 'unreachable' }]);
});

test.each([
  [
    'an ERROR event',
    (watch: { write(text: string): void }) =>
      watch.write(
        `${JSON.stringify({ type: 'ERROR', object: failure(410, 'Expired', 'too old resource version') })}\n`,
      ),
  ],
  ['a line that is not JSON', (watch: { write(text: string): void }) => watch.write('{"type":"ADD\n')],
  ['a line that is not an event', (watch: { write(text: string): void }) => watch.write('{"type":"NEWS"}\n')],
  [
    'an object without a name',
    (watch: { write(text: string): void }) => watch.write('{"type":"ADDED","object":{}}\n'),
  ],
])('after %s everything is listed again', async (_, speak) => {
  let pods = [pod('a')];
  await using watched = await openWatch(() => ({ body: listOf(pods) }));
  await watched.read();
  await watched.watched(1);
  pods = [pod('a'), pod('late')];
  const [watch] = watched.watches;
  if (watch !== undefined) speak(watch);
  let seen = await watched.read();
  while (watched.lists().length < 2) seen = await watched.readLater();
  while (!names(seen).includes('late')) seen = await watched.read();
  expect(names(seen)).toEqual(['a', 'late']);
  expect(watched.lists()).toHaveLength(2);
  await watched.watched(2);
});

test('a version rejected as too old causes a new list, and is not a fault', async () => {
  await using watched = await openWatch(whole(pod('a')));
  await watched.read();
  await watched.watched(1);
  const { fixture } = watched;
  const { answer } = fixture;
  fixture.answer = (url, ...rest) =>
    url.searchParams.get('watch') === '1'
      ? { status: 410, body: failure(410, 'Expired', 'too old resource version: 100 (900)') }
      : answer(url, ...rest);
  watched.watches[0]?.end();
  while (watched.lists().length < 2) expect(names(await watched.readLater())).toEqual(['a']);
  fixture.answer = answer;
  while (watched.watches.length < 2) expect(names(await watched.readLater())).toEqual(['a']);
  expect((await watched.read()).faults).toEqual([]);
});

longTest('a watch that reports a change and ends at once is opened with growing pauses', async () => {
  await using watched = await openWatch(whole(pod('a')));
  await watched.read();
  const { fixture } = watched;
  // A minute in which each change is read after 50 ms, as the scheduler does it.
  let ended = 0;
  let woken = 0;
  for (let turn = 0; turn < 1200; turn += 1) {
    for (; ended < watched.watches.length; ended += 1) {
      watched.watches[ended]?.send('MODIFIED', pod('a'));
      watched.watches[ended]?.end();
    }
    await fixture.clock.advance(50);
    if (watched.wakes() === woken && turn % 40 !== 0) continue;
    woken = watched.wakes();
    expect(names(await watched.read())).toEqual(['a']);
  }
  // After 0, 1, 3, 7 s, and then every 8 s and more.
  expect(watched.watches.length).toBeGreaterThanOrEqual(8);
  expect(watched.watches.length).toBeLessThanOrEqual(12);
});

test('a watch without data for 90 s is dead; one with data is alive', async () => {
  await using watched = await openWatch(whole(pod('a')));
  const { clock } = watched.fixture;
  await watched.read();
  await watched.watched(1);
  await clock.advance(80_000);
  watched.watches[0]?.send('BOOKMARK', { metadata: { resourceVersion: '150' } });
  const woken = watched.woken();
  watched.watches[0]?.send('MODIFIED', pod('a'));
  await woken;
  await clock.advance(80_000);
  expect((await watched.read()).faults).toEqual([]);
  expect(watched.lists()).toHaveLength(1);
  await clock.advance(11_000);
  expect(names(await watched.read())).toEqual(['a']);
  expect(watched.lists()).toHaveLength(2);
  await until(() => watched.watches[0]?.isOpen() === false);
});

test('a quiet watch confirms no row while the API does not respond, and is resumed afterwards', async () => {
  await using watched = await openWatch(whole(pod('a')));
  const { fixture } = watched;
  const { clock, answer } = fixture;
  const probes = () => fixture.server.asked.filter((text) => text.includes('/version')).length;
  const onVersion = (reply: () => Reply | undefined): void => {
    fixture.answer = (url, ...more) => (url.pathname === '/version' ? reply() : answer(url, ...more));
  };
  await watched.read();
  await watched.watched(1);
  onVersion(() => ({ status: 403, body: failure(403, 'Forbidden', 'no') }));
  await clock.advance(5000);
  expect((await watched.read()).faults, 'a refusal is a response').toEqual([]);
  expect(probes()).toBe(1);
  onVersion(() => undefined);
  await clock.advance(5000);
  const silent = watched.read();
  await until(() => probes() === 2);
  await clock.advance(30_000);
  const { items, faults } = await silent;
  expect(items).toEqual([]);
  expect(faults).toMatchObject([{ kind: 'timeout' }]);
  onVersion(() => ({ body: {} }));
  while (watched.watches.length < 2) await watched.read();
  expect(names(await watched.read())).toEqual(['a']);
  expect(watched.watches[1]?.from).toBe('100');
  expect(watched.lists()).toHaveLength(1);
});

test('with permission to list but not to watch, pods are listed', async () => {
  await using watched = await openWatch(whole(pod('a')));
  const { fixture } = watched;
  const { answer } = fixture;
  fixture.answer = (url, ...rest) =>
    url.searchParams.get('watch') === '1'
      ? {
          status: 403,
          body: failure(403, 'Forbidden', 'pods is forbidden: User "ana" cannot watch resource "pods"'),
        }
      : answer(url, ...rest);
  for (let round = 0; round < 4; round++) {
    const { faults, ...read } = await watched.read();
    expect(faults).toEqual([]);
    expect(names({ faults, ...read })).toEqual(['a']);
    await fixture.clock.settle();
  }
  expect(watched.lists().length).toBeGreaterThanOrEqual(3);
});

test('without followers the watch is closed, and a read lists', async () => {
  await using watched = await openWatch(whole(pod('a')));
  await watched.read();
  await watched.watched(1);
  watched.stop();
  await until(() => watched.watches[0]?.isOpen() === false);
  expect(names(await watched.read())).toEqual(['a']);
  expect(watched.lists()).toHaveLength(2);
  expect(watched.watches).toHaveLength(1);
});

test('a list that never answers blocks nothing beyond its deadline', async () => {
  await using watched = await openWatch(() => undefined);
  const { clock, server } = watched.fixture;
  const deadline = clock.deadline(5000);
  const read = watched.feed.read(deadline.signal);
  await server.arrived(1);
  await clock.advance(5000);
  expect((await read).faults).toMatchObject([{ kind: 'timeout' }]);
});
