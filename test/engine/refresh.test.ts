import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { lost, openToys, toy } from './toys.ts';

const start = 1_000_000;
const never = new AbortController().signal;

test('a manual refresh reads and stores a feed at once, despite its backoff', async () => {
  const clock = manualClock(start);
  const ill = toy(clock, 'a/ill', {
    answer: (n) => (n < 4 ? lost('unreachable') : { items: [], faults: [] }),
  });
  const engine = await openToys(clock, { a: [ill.feed] });
  engine.start();
  await clock.advance(7100);
  expect(ill.began).toHaveLength(4);
  engine.pollNow(['a/ill']);
  await clock.settle();
  expect(engine.facts.getState().feeds['a/ill']).toMatchObject({ losses: 0, faults: [] });
  await engine.close();
});

test('a refresh starts a new read even while another read is in progress', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { latencyMs: () => 400 });
  const engine = await openToys(clock, { a: [slow.feed] });
  engine.start();
  await clock.advance(100);
  let done = false;
  const reading = engine.readNow(['a/slow'], never).then(() => {
    done = true;
  });
  engine.pollNow();
  await clock.advance(300);
  expect(done).toBe(false);
  await clock.advance(400);
  await reading;
  expect(slow.began).toEqual([start, start + 400]);
  expect(engine.facts.getState().feeds['a/slow']?.known).toMatchObject({
    began: start + 400,
    at: start + 800,
  });
  expect(slow.mostAtOnce).toBe(1);
  await engine.close();
});

test('concurrent refreshes share one read', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { latencyMs: () => 100 });
  const engine = await openToys(clock, { a: [slow.feed] }, { paused: true });
  engine.start();
  const both = Promise.all([engine.readNow(['a/slow'], never), engine.readNow(['a/slow'], never)]);
  await clock.advance(500);
  await both;
  expect(slow.began).toHaveLength(1);
  await engine.close();
});

test('a canceled refresh returns at once', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { latencyMs: () => 1000 });
  const engine = await openToys(clock, { a: [slow.feed] });
  const stop = new AbortController();
  const reading = engine.readNow(['a/slow'], stop.signal);
  stop.abort();
  await reading;
  expect(slow.ended).toEqual([]);
  await engine.close();
});

test('readOnce ends when every feed has answered', async () => {
  const clock = manualClock(start);
  const toys = [toy(clock, 'a/one'), toy(clock, 'b/two', { latencyMs: () => 300 })];
  const onDemand = toy(clock, 'a/notes', { everyMs: 0 });
  const [feed, two] = toys.map((t) => t.feed);
  const engine = await openToys(clock, {
    a: [feed, onDemand.feed].flatMap((f) => f ?? []),
    b: two ? [two] : [],
  });
  const reading = engine.readOnce(10_000);
  await clock.advance(300);
  await reading;
  expect(toys.map((t) => t.began.length)).toEqual([1, 1]);
  expect(onDemand.began).toEqual([]);
  expect(Object.values(engine.facts.getState().feeds).filter((s) => s.known !== undefined)).toHaveLength(2);
  await engine.close();
  expect(clock.pending()).toBe(0);
});

test('readOnce reports a feed without an answer in time as a timeout and aborts its read', async () => {
  const clock = manualClock(start);
  const good = toy(clock, 'a/good');
  const slow = Array.from({ length: 5 }, (_, n) =>
    toy(clock, `b/slow${n}`, { timeoutMs: 60_000, latencyMs: () => 50_000 }),
  );
  const engine = await openToys(clock, { a: [good.feed], b: slow.map((slowToy) => slowToy.feed) });
  const reading = engine.readOnce(10_000);
  await clock.advance(10_000);
  await reading;
  const { feeds } = engine.facts.getState();
  expect(feeds['a/good']).toMatchObject({ faults: [], losses: 0 });
  expect(feeds['b/slow0']?.faults).toMatchObject([
    { kind: 'timeout', source: 'b', message: 'slow0: no answer within the total limit of 10s' },
  ]);
  expect(feeds['b/slow4']?.faults).toMatchObject([
    { message: 'slow4: not started within the total limit of 10s' },
  ]);
  expect(slow.map((slowToy) => slowToy.ended)).toEqual([...Array(4).fill([start + 10_000]), []]);
  await engine.close();
});

test('a canceled readOnce returns at once', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { latencyMs: () => 1000 });
  const engine = await openToys(clock, { a: [slow.feed] });
  const stop = new AbortController();
  const reading = engine.readOnce(10_000, stop.signal);
  await clock.advance(10);
  stop.abort();
  await reading;
  await clock.settle();
  expect(slow.ended).toEqual([start + 10]);
  await engine.close();
});

test('close aborts reads in progress, closes the sources, and stores nothing more', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { latencyMs: () => 1000 });
  const closed: string[] = [];
  const engine = await openToys(clock, {
    a: { feeds: [slow.feed], close: async () => void closed.push('a') },
    b: { feeds: [], close: () => Promise.reject(new Error('it is gone already')) },
  });
  engine.start();
  await clock.advance(100);
  let writes = 0;
  engine.facts.subscribe(() => (writes += 1));
  await engine.close();
  expect(slow.ended).toEqual([start + 100]);
  expect(closed).toEqual(['a']);
  expect(clock.pending()).toBe(0);
  await clock.advance(5000);
  expect(writes).toBe(0);
  expect(slow.began).toHaveLength(1);
});

test('close does not wait for a feed that ignores its abort signal', async () => {
  const clock = manualClock(start);
  const deaf = toy(clock, 'a/deaf', { deaf: true, latencyMs: () => 60_000 });
  const engine = await openToys(clock, { a: [deaf.feed] });
  engine.start();
  await clock.advance(100);
  let closed = false;
  const closing = engine.close().then(() => {
    closed = true;
  });
  await clock.advance(250);
  await closing;
  expect(closed).toBe(true);
});

test('close does not wait for a source that never finishes closing', async () => {
  const clock = manualClock(start);
  const engine = await openToys(clock, { a: { feeds: [], close: () => new Promise(() => {}) } });
  let closed = false;
  const closing = engine.close().then(() => {
    closed = true;
  });
  await clock.advance(2000);
  await closing;
  expect(closed).toBe(true);
});

test('after system sleep every feed is read at once, including throttled feeds', async () => {
  const clock = manualClock(start);
  const idle = toy(clock, 'a/idle', { everyMs: 60_000 });
  const waiting = toy(clock, 'a/waiting', { answer: () => lost('throttled', { retryAfterMs: 600_000 }) });
  const engine = await openToys(clock, { a: [idle.feed, waiting.feed] });
  engine.start();
  await clock.advance(1000);
  engine.jumped(3_600_000);
  await clock.settle();
  expect(idle.began).toEqual([start, start + 1000]);
  expect(waiting.began).toEqual([start, start + 1000]);
  engine.jumped(-3_600_000);
  await clock.settle();
  expect(idle.began).toHaveLength(3);
  expect(waiting.began).toHaveLength(2);
  await engine.close();
});

test('after a change, the feeds of its sources and the failing ones are read at once, whatever their back-off', async () => {
  const clock = manualClock(start);
  let isDown = true;
  const answer = () => (isDown ? lost('unreachable') : { items: [], faults: [] });
  const changed = toy(clock, 'a/changed', { everyMs: 60_000 });
  const failing = toy(clock, 'b/failing', { everyMs: 5000, answer });
  const calm = toy(clock, 'c/calm', { everyMs: 60_000 });
  const engine = await openToys(clock, { a: [changed.feed], b: [failing.feed], c: [calm.feed] });
  engine.start();
  await clock.advance(100_000);
  isDown = false;
  // The back-off is at its longest: the next read of the failing feed is a minute away.
  const reads = changed.began.length;
  const calmReads = calm.began.length;
  expect(engine.facts.getState().feeds['b/failing']?.nextAt).toBeGreaterThan(clock.now() + 30_000);
  engine.readAfterChange(['a']);
  await clock.settle();
  expect(changed.began).toHaveLength(reads + 1);
  expect(calm.began).toHaveLength(calmReads);
  expect(engine.facts.getState().feeds['b/failing']).toMatchObject({ losses: 0, faults: [] });
  await engine.close();
});

longTest('after a change, a feed that still fails starts its back-off again from its interval', async () => {
  const clock = manualClock(start);
  const failing = toy(clock, 'a/failing', { everyMs: 5000, answer: () => lost('unreachable') });
  const engine = await openToys(clock, { a: [failing.feed] });
  engine.start();
  await clock.advance(200_000);
  engine.readAfterChange([]);
  await clock.settle();
  const { began } = failing;
  const index = began.at(-1) ?? 0;
  expect(index).toBe(clock.now());
  await clock.advance(20_000);
  expect(began.slice(began.indexOf(index) + 1).map((value) => value - index)).toEqual([5000, 15_000]);
  await engine.close();
});

test('after a change, a source that limits its requests is left alone, with and without Retry-After', async () => {
  for (const more of [{}, { retryAfterMs: 30_000 }]) {
    const clock = manualClock(start);
    const limited = toy(clock, 'a/limited', { everyMs: 5000, answer: () => lost('throttled', more) });
    const beside = toy(clock, 'a/beside', { everyMs: 60_000 });
    const engine = await openToys(clock, { a: [limited.feed, beside.feed] });
    engine.start();
    await clock.advance(1000);
    engine.readAfterChange(['a']);
    await clock.settle();
    expect(limited.began).toEqual([start]);
    expect(beside.began).toEqual([start]);
    await engine.close();
  }
});

test('after a change, a read in progress is followed by another one and never overlapped', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { everyMs: 60_000, latencyMs: () => 400 });
  const engine = await openToys(clock, { a: [slow.feed] });
  engine.start();
  await clock.advance(100);
  engine.readAfterChange(['a']);
  engine.readAfterChange(['a']);
  await clock.advance(2000);
  expect(slow.began).toEqual([start, start + 400]);
  expect(slow.mostAtOnce).toBe(1);
  await engine.close();
});
