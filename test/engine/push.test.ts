import { describe, expect, test } from 'vitest';
import type { Engine, EngineOptions } from '../../src/engine/engine.ts';
import { longTest } from '../support/layer.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { fault, lost, note, openToys, type Toy, type ToyOptions, toy } from './toys.ts';

const start = 1_000_000;
const slow = { everyMs: 60_000, pushes: true } as const;

interface Scene extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly pushed: Toy;
  readonly engine: Engine;
  /** When each read started, in ms after the start. */
  began(): readonly number[];
  text(): string | undefined;
}

const open = async (toyOptions: ToyOptions = {}, options: Partial<EngineOptions> = {}): Promise<Scene> => {
  const clock = manualClock(start);
  const pushed = toy(clock, 'a/pushed', { ...slow, ...toyOptions });
  const engine = await openToys(clock, { a: [pushed.feed] }, options);
  return {
    clock,
    pushed: pushed,
    engine,
    began: () => pushed.began.map((time) => time - start),
    text: () => {
      const item = engine.facts.getState().feeds['a/pushed']?.known?.items[0];
      return item !== undefined && 'text' in item ? item.text : undefined;
    },
    [Symbol.asyncDispose]: () => engine.close(),
  };
};

test('a notified change is read at once and shown without waiting for a tick', async () => {
  await using scene = await open();
  scene.engine.start();
  await scene.clock.advance(1110);
  expect(scene.began()).toEqual([0]);
  scene.pushed.wake();
  await scene.clock.settle();
  expect(scene.began()).toEqual([0, 1110]);
  expect(scene.text()).toBe('read 1');
});

test('changes in quick succession cause one read, and the next one no sooner than 50 ms later', async () => {
  await using scene = await open();
  scene.engine.start();
  await scene.clock.advance(1000);
  for (let n = 0; n < 5; n++) scene.pushed.wake();
  await scene.clock.advance(20);
  for (let n = 0; n < 5; n++) scene.pushed.wake();
  await scene.clock.advance(29);
  expect(scene.began()).toEqual([0, 1000]);
  await scene.clock.advance(1);
  expect(scene.began()).toEqual([0, 1000, 1050]);
  await scene.clock.advance(1000);
  expect(scene.began()).toEqual([0, 1000, 1050]);
});

longTest('an endless stream of changes causes 20 reads per second, without overlap', async () => {
  await using scene = await open({ latencyMs: () => 5 });
  scene.engine.start();
  await scene.clock.advance(1000);
  for (let ms = 0; ms < 1000; ms += 2) {
    scene.pushed.wake();
    await scene.clock.advance(2);
  }
  expect(scene.began().filter((time) => time >= 1000 && time < 2000)).toHaveLength(20);
  expect(scene.pushed.mostAtOnce).toBe(1);
});

test('many rows cause fewer reads: 10,000 of them ten per second', async () => {
  const rows = Array.from({ length: 10_000 }, (_, nth) => note('a', `row ${nth}`, 0));
  await using scene = await open({ answer: () => ({ items: rows, faults: [] }) });
  scene.engine.start();
  await scene.clock.advance(1000);
  for (let ms = 0; ms < 1000; ms += 10) {
    scene.pushed.wake();
    await scene.clock.advance(10);
  }
  const whileChanging = scene.began().filter((time) => time >= 1000 && time < 2000);
  expect(whileChanging).toEqual(Array.from({ length: 10 }, (_, nth) => 1000 + 100 * nth));
});

test('a change during a read causes one more read', async () => {
  await using scene = await open({ latencyMs: () => 300 });
  scene.engine.start();
  await scene.clock.advance(100);
  scene.pushed.wake();
  scene.pushed.wake();
  await scene.clock.advance(199);
  expect(scene.began()).toEqual([0]);
  await scene.clock.advance(1);
  expect(scene.began()).toEqual([0, 300]);
  await scene.clock.advance(2000);
  expect(scene.began()).toEqual([0, 300]);
  expect(scene.pushed.mostAtOnce).toBe(1);
});

test('a read that ignores its deadline is not overlapped by another one', async () => {
  await using scene = await open({ deaf: true, timeoutMs: 100, latencyMs: (n) => (n === 0 ? 5000 : 0) });
  scene.engine.start();
  await scene.clock.advance(1000);
  scene.pushed.wake();
  await scene.clock.advance(3999);
  expect(scene.began()).toEqual([0]);
  await scene.clock.advance(1);
  expect(scene.began()).toEqual([0, 5000]);
});

test('a scheduled read includes changes that arrived during throttling', async () => {
  const answer = (n: number) =>
    n === 0 ? lost('throttled', { retryAfterMs: 2000 }) : { items: [note('a', `n${n}`, 0)], faults: [] };
  await using scene = await open({ answer });
  scene.engine.start();
  await scene.clock.advance(500);
  scene.pushed.wake();
  await scene.clock.advance(500);
  expect(scene.began()).toEqual([0]);
  await scene.clock.advance(120_000);
  expect(scene.began().slice(0, 2)).toEqual([0, 60_000]);
  expect(scene.text()).toBe('n2');
});

test('the poll interval is kept', async () => {
  await using scene = await open({ everyMs: 1000 });
  scene.engine.start();
  await scene.clock.advance(500);
  scene.pushed.wake();
  await scene.clock.advance(1500);
  expect(scene.began()).toEqual([0, 500, 1000, 2000]);
});

test('there are no listeners before the start and after the end', async () => {
  const scene = await open();
  expect(scene.pushed.listeners()).toBe(0);
  scene.engine.start();
  scene.engine.start();
  await scene.clock.settle();
  expect(scene.pushed.listeners()).toBe(1);
  await scene.engine.close();
  expect(scene.pushed.listeners()).toBe(0);
  expect(scene.clock.pending()).toBe(0);
});

test.each<[string, Partial<EngineOptions>]>([
  ['a single reading', {}],
  ['an engine that reads on request only', { paused: true }],
])('%s does not listen', async (_, options) => {
  await using scene = await open({}, { memory: false, ...options });
  if (options.paused === true) scene.engine.start();
  const reading = scene.engine.readOnce(5000);
  await scene.clock.settle();
  expect(scene.pushed.listeners()).toBe(0);
  await reading;
  expect(scene.began()).toEqual([0]);
});

describe('in a background environment with a minimum interval', () => {
  test.each([
    ['more often', 1000],
    ['less often', 60_000],
  ])('a feed that is polled %s keeps its watch, and changes trigger no reads', async (_, everyMs) => {
    await using scene = await open({ everyMs }, { everyAtLeastMs: 15_000 });
    scene.engine.start();
    await scene.clock.settle();
    expect(scene.pushed.listeners()).toBe(1);
    await scene.clock.advance(1000);
    scene.pushed.wake();
    await scene.clock.advance(1000);
    expect(scene.began()).toEqual([0]);
    await scene.engine.close();
    expect(scene.pushed.listeners()).toBe(0);
  });

  test('changes trigger reads until one is complete', async () => {
    const answer = (n: number) => ({
      items: [note('a', `n${n}`, 0)],
      faults: n < 2 ? [fault('missing')] : [],
    });
    await using scene = await open({ answer }, { everyAtLeastMs: 15_000 });
    scene.engine.start();
    for (let change = 0; change < 5; change += 1) {
      await scene.clock.advance(1000);
      scene.pushed.wake();
    }
    await scene.clock.advance(1000);
    expect(scene.began()).toEqual([0, 1000, 2000]);
  });

  test('changes trigger ten reads at most while none is complete', async () => {
    const answer = () => ({ items: [note('a', 'part', 0)], faults: [fault('missing')] });
    await using scene = await open({ answer }, { everyAtLeastMs: 15_000 });
    scene.engine.start();
    for (let change = 0; change < 20; change += 1) {
      await scene.clock.advance(100);
      scene.pushed.wake();
    }
    await scene.clock.advance(1000);
    expect(scene.began()).toHaveLength(11);
  });
});

test('the change listener is not kept in the store', async () => {
  await using scene = await open();
  expect(Object.keys(scene.engine.facts.getState().feeds['a/pushed']?.feed ?? {})).not.toContain('watch');
});
