import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';
import { lost, note, openToys, type Toy, toy } from './toys.ts';

const start = 1_000_000;
/** When each read started, in ms after the start. */
const beganAt = (givenToy: Toy): number[] => givenToy.began.map((time) => time - start);
const stateOf = (engine: Engine, givenToy: Toy) => engine.facts.getState().feeds[givenToy.feed.id];
const textOf = (engine: Engine, givenToy: Toy): string | undefined => {
  const item = stateOf(engine, givenToy)?.known?.items[0];
  return item !== undefined && 'text' in item ? item.text : undefined;
};

test('feeds are read at once, then at the slots of their intervals', async () => {
  const clock = manualClock(start);
  const fast = toy(clock, 'a/fast');
  const slow = toy(clock, 'a/slow', { everyMs: 5000 });
  const engine = await openToys(clock, { a: [fast.feed, slow.feed] });
  await clock.settle();
  expect(fast.began).toEqual([]);
  engine.start();
  await clock.advance(10_000);
  expect(beganAt(fast)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]);
  expect(beganAt(slow)).toEqual([0, 5000, 10_000]);
  await engine.close();
});

test('the first reading of a feed is shown at once, without waiting for a tick', async () => {
  const clock = manualClock(start);
  const quick = toy(clock, 'a/quick');
  const late = toy(clock, 'a/late', { latencyMs: () => 90 });
  const engine = await openToys(clock, { a: [quick.feed, late.feed] });
  engine.start();
  await clock.settle();
  expect(textOf(engine, quick)).toBe('read 0');
  expect(stateOf(engine, late)?.doing).toEqual({ is: 'reading', since: start });
  await clock.advance(90);
  expect(textOf(engine, late)).toBe('read 0');
  await engine.close();
});

test('after the first reading, all readings of a tick are one store write', async () => {
  const clock = manualClock(start);
  const toys = Array.from({ length: 12 }, (_, n) =>
    toy(clock, `s${n % 4}/feed${n}`, { everyMs: 2000, latencyMs: () => 10 + 3 * n }),
  );
  const bySource = Object.groupBy(toys, (currentToy) => currentToy.feed.source);
  const engine = await openToys(
    clock,
    Object.fromEntries(Object.entries(bySource).map(([id, some = []]) => [id, some.map((t) => t.feed)])),
  );
  engine.start();
  await clock.advance(1900);
  let writes = 0;
  engine.facts.subscribe(() => (writes += 1));
  await clock.advance(2000);
  expect(toys.map((currentToy) => currentToy.ended.length)).toEqual(toys.map(() => 2));
  expect(writes).toBe(1);
  expect(toys.every((other) => textOf(engine, other) === 'read 1')).toBe(true);
  await engine.close();
});

test('a read longer than its interval skips slots; two reads of a feed never overlap', async () => {
  const clock = manualClock(start);
  const slow = toy(clock, 'a/slow', { timeoutMs: 5000, latencyMs: () => 2300 });
  const engine = await openToys(clock, { a: [slow.feed] });
  engine.start();
  await clock.advance(9000);
  expect(beganAt(slow)).toEqual([0, 3000, 6000, 9000]);
  expect(slow.mostAtOnce).toBe(1);
  await engine.close();
});

longTest('a failing feed is read less and less often, but never given up', async () => {
  const clock = manualClock(start);
  const dead = toy(clock, 'a/dead', { everyMs: 5000, answer: () => lost('unreachable') });
  const engine = await openToys(clock, { a: [dead.feed] });
  engine.start();
  await clock.advance(1_000_000);
  const pauses = beganAt(dead).map((time, n, all) => time - (all[n - 1] ?? 0));
  expect(pauses.slice(1, 9)).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
  expect(stateOf(engine, dead)).toMatchObject({
    losses: dead.ended.length,
    lostSince: start,
    doing: { is: 'backing-off' },
  });
  await engine.close();
});

test('when the feed answers again, its faults are gone and its interval is back to normal', async () => {
  const clock = manualClock(start);
  const ill = toy(clock, 'a/ill', {
    answer: (n) => (n >= 1 && n <= 4 ? lost('unreachable') : { items: [note('a', `n${n}`, 0)], faults: [] }),
  });
  const engine = await openToys(clock, { a: [ill.feed] });
  engine.start();
  await clock.advance(10_000);
  expect(textOf(engine, ill)).toBe('n0');
  expect(stateOf(engine, ill)).toMatchObject({ losses: 4, faults: [{ kind: 'unreachable' }] });
  await clock.advance(8000);
  expect(beganAt(ill).slice(0, 9)).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 17_000, 18_000]);
  expect(stateOf(engine, ill)).toMatchObject({ losses: 0, faults: [], doing: { is: 'idle' } });
  await engine.close();
});

test('a probe whose service is down keeps its interval', async () => {
  const clock = manualClock(start);
  const probe = toy(clock, 'a/probe', { probe: true, answer: () => lost('unreachable') });
  const engine = await openToys(clock, { a: [probe.feed] });
  engine.start();
  await clock.advance(4000);
  expect(beganAt(probe)).toEqual([0, 1000, 2000, 3000, 4000]);
  await engine.close();
});

test.each([false, true])(
  'a Retry-After is a minimum, except for a person who refreshes (probe: %s)',
  async (probe) => {
    const clock = manualClock(start);
    const throttled = toy(clock, 'a/throttled', {
      probe,
      answer: (n) => (n === 0 ? lost('throttled', { retryAfterMs: 30_000 }) : { items: [], faults: [] }),
    });
    const engine = await openToys(clock, { a: [throttled.feed] });
    engine.start();
    await clock.advance(20_000);
    engine.pollNow(['a/throttled']);
    await engine.readNow(['a/throttled'], new AbortController().signal);
    expect(beganAt(throttled)).toEqual([0]);
    expect(stateOf(engine, throttled)?.doing).toEqual({ is: 'backing-off', until: start + 30_000 });
    await clock.advance(1000);
    engine.pollNow();
    await clock.advance(500);
    expect(beganAt(throttled)).toEqual([0, 21_000]);
    await clock.advance(1000);
    expect(beganAt(throttled)).toEqual([0, 21_000, 22_000]);
    await engine.close();
  },
);

test('a read is aborted at its deadline, with a fault', async () => {
  const clock = manualClock(start);
  const hanging = toy(clock, 'a/hanging', { timeoutMs: 500, latencyMs: () => 60_000 });
  const engine = await openToys(clock, { a: [hanging.feed] });
  engine.start();
  await clock.advance(500);
  expect(hanging.ended).toEqual([start + 500]);
  expect(stateOf(engine, hanging)?.faults).toMatchObject([{ kind: 'timeout', message: 'it was timeout' }]);
  await engine.close();
});

test('a feed that ignores its deadline times out, is not read concurrently, and does not write late', async () => {
  const clock = manualClock(start);
  const deaf = toy(clock, 'a/deaf', {
    timeoutMs: 500,
    deaf: true,
    latencyMs: (n) => (n === 0 ? 20_100 : 10),
  });
  const other = toy(clock, 'a/other');
  const engine = await openToys(clock, { a: [deaf.feed, other.feed] });
  engine.start();
  await clock.advance(750);
  expect(stateOf(engine, deaf)?.faults).toMatchObject([
    { kind: 'timeout', source: 'a', message: 'deaf: no answer in 500ms', at: start + 750 },
  ]);
  await clock.advance(19_250);
  await engine.readNow(['a/deaf'], new AbortController().signal);
  expect(beganAt(deaf)).toEqual([0]);
  expect(other.began).toHaveLength(21);
  await clock.advance(150);
  expect(textOf(engine, deaf)).toBeUndefined();
  await clock.advance(1000);
  expect(textOf(engine, deaf)).toBe('read 1');
  expect(deaf.mostAtOnce).toBe(1);
  await engine.close();
});

test('a feed that throws is an internal error of that feed only', async () => {
  const clock = manualClock(start);
  const good = toy(clock, 'a/good');
  const broken = toy(clock, 'a/broken');
  const throws = {
    ...broken.feed,
    read: () => {
      throw new TypeError('cannot read properties of undefined');
    },
  };
  const engine = await openToys(clock, { a: [throws, good.feed] });
  engine.start();
  await clock.advance(1250);
  expect(stateOf(engine, broken)?.faults).toMatchObject([
    { kind: 'bug', source: 'a', message: 'broken: TypeError: cannot read properties of undefined' },
  ]);
  expect(textOf(engine, good)).toBe('read 1');
  await engine.close();
});

test('a hanging source with many feeds delays no other source', async () => {
  const clock = manualClock(start);
  const hanging = Array.from({ length: 30 }, (_, n) =>
    toy(clock, `slow/feed${n}`, { timeoutMs: 10_000, latencyMs: () => 60_000 }),
  );
  const good = Array.from({ length: 10 }, (_, n) => toy(clock, `good/feed${n}`, { latencyMs: () => 20 }));
  const engine = await openToys(clock, {
    slow: hanging.map((hangingToy) => hangingToy.feed),
    good: good.map((goodToy) => goodToy.feed),
  });
  engine.start();
  await clock.advance(4100);
  expect(hanging.filter((hangingToy) => hangingToy.began.length > 0)).toHaveLength(4);
  expect(good.map((goodToy) => goodToy.ended.length)).toEqual(good.map(() => 5));
  await engine.close();
});

test('unscheduled feeds are read on request only', async () => {
  const clock = manualClock(start);
  const onDemand = toy(clock, 'a/notes', { everyMs: 0 });
  const engine = await openToys(clock, { a: [onDemand.feed] });
  engine.start();
  engine.pollNow();
  await clock.advance(5000);
  expect(onDemand.began).toEqual([]);
  await engine.readNow(['a/notes'], new AbortController().signal);
  expect(textOf(engine, onDemand)).toBe('read 0');
  await clock.advance(5000);
  expect(onDemand.began).toHaveLength(1);
  await engine.close();
});

test('a source that cannot be opened, or that is not configured, does not affect others', async () => {
  const clock = manualClock(start);
  const good = toy(clock, 'good/rows');
  const problem = { kind: 'unconfigured', source: 'bare', message: 'TOKEN is not set', at: 0 } as const;
  const engine = await openToys(clock, {
    broken: new Error('no such client'),
    bare: problem,
    good: [good.feed],
  });
  engine.start();
  await clock.settle();
  expect(engine.facts.getState().frame.sources).toMatchObject({
    broken: { type: 'toy', problem: { kind: 'bug', source: 'broken' } },
    bare: { type: 'toy', problem },
    good: { type: 'toy' },
  });
  expect([...engine.sources.keys()]).toEqual(['good']);
  expect(
    engine.snapshot().kinds.health.rows.map(({ fact }) => [fact.source, fact.status, fact.detail]),
  ).toEqual([
    ['broken', 'unknown', 'open: Error: no such client'],
    ['bare', 'unknown', 'TOKEN is not set'],
  ]);
  expect(textOf(engine, good)).toBe('read 0');
  await engine.close();
});

test('background environments are read less often, and only for what is shown', async () => {
  const clock = manualClock(start);
  const shown = toy(clock, 'a/notes');
  const hidden = toy(clock, 'a/other');
  const engine = await openToys(
    clock,
    { a: [shown.feed, { ...hidden.feed, kind: 'samples' }] },
    { only: ['notes'], everyAtLeastMs: 4000 },
  );
  engine.start();
  await clock.advance(8000);
  expect(beganAt(shown)).toEqual([0, 4000, 8000]);
  expect(engine.feeds).toMatchObject([{ id: 'a/notes', everyMs: 4000, staleMs: 12_000 }]);
  expect(hidden.began).toEqual([]);
  await engine.close();
});
