import { expect, test } from 'vitest';
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
