import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { createSteppingClock } from './clock.ts';

test('counts the timers that are set: not those that ran, were canceled, or canceled themselves', async () => {
  const clock = createSteppingClock(0);
  const stop = new AbortController();
  const sleeps = [clock.sleep(1000), clock.sleep(2000, stop.signal), clock.sleep(9000)];
  const { clear } = clock.deadline(3000);
  expect(clock.pending()).toBe(4);
  clock.moveTo(1000);
  await sleeps[0];
  expect(clock.pending()).toBe(3);
  stop.abort();
  await sleeps[1];
  expect(clock.pending()).toBe(2);
  clear();
  clear();
  expect(clock.pending()).toBe(1);
  clock.moveTo(9000);
  expect(clock.pending()).toBe(0);
});

longTest('a canceled timer keeps nothing alive, and the others run in their order', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('gc is not a function');
  const clock = createSteppingClock(0);
  const cancel = (): WeakRef<AbortSignal> => {
    const { signal, clear } = clock.deadline(600_000);
    clear();
    return new WeakRef(signal);
  };
  const canceled = cancel();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(canceled.deref()).toBeUndefined();

  const order: number[] = [];
  // Enough of them that the canceled ones are removed before they are due.
  const sleeps = Array.from({ length: 5000 }, (_, index) => {
    const stop = new AbortController();
    const ms = 1 + ((index * 37) % 5000);
    const sleep = clock.sleep(ms, stop.signal).then(() => {
      if (index % 5 === 0) order.push(ms);
    });
    return { sleep, stop, isKept: index % 5 === 0 };
  });
  for (const { stop, isKept } of sleeps) if (!isKept) stop.abort();
  expect(clock.pending()).toBe(1000);
  for (let due = clock.nextDue(); due !== undefined; due = clock.nextDue()) {
    clock.moveTo(due);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(sleeps.map(({ sleep }) => sleep));
  expect(order).toHaveLength(1000);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(clock.pending()).toBe(0);
});
