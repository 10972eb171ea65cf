import { expect, test } from 'vitest';
import { createReopenPace } from '../../../src/platform/runtime/reopen-pace.ts';

test('a stream that ends at once is opened after a second, then after twice the time each, up to a limit', () => {
  let now = 1_000_000;
  const pace = createReopenPace(() => now);
  const pauses: number[] = [];
  for (let turn = 0; turn < 7; turn += 1) {
    pace.opened();
    now += 20;
    pace.ended();
    pauses.push(pace.waitMs());
    now += pace.waitMs();
    expect(pace.waitMs()).toBe(0);
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('a stream that lasted is opened again at once, and the pauses begin anew', () => {
  let now = 0;
  const pace = createReopenPace(() => now);
  for (const lastedMs of [10, 10, 10_000]) {
    pace.opened();
    now += lastedMs;
    pace.ended();
    if (lastedMs < 10_000) now += pace.waitMs();
  }
  expect(pace.waitMs()).toBe(0);
  pace.opened();
  pace.ended();
  expect(pace.waitMs()).toBe(1000);
});

test('the end of a stream that was not opened counts for nothing', () => {
  const pace = createReopenPace(() => 5);
  pace.ended();
  expect(pace.waitMs()).toBe(0);
});
