import { expect, test } from 'vitest';
import { backOffMs, hasAnswer, isFailedRead, requestedDelayMs } from '../../src/scheduler/feed-schedule.ts';
import { fault, lost, note, toy } from '../engine/toys.ts';
import { manualClock } from '../support/manual-clock.ts';

test('the delay doubles from the interval up to 2 min', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 2000].map((losses) => backOffMs(5000, losses, 0));
  expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
});

test('jitter shortens the delay by at most a quarter, and never below the interval', () => {
  expect(backOffMs(5000, 3, 1)).toBe(15_000);
  expect(backOffMs(5000, 1, 1)).toBe(5000);
  expect(backOffMs(300_000, 4, 1)).toBe(300_000);
});

test('classifies failed reads', () => {
  const { feed } = toy(manualClock(), 'a/rows');
  const probe = { ...feed, probe: true };
  const partly = { items: [note('a', 'x', 0)], faults: [fault('denied')] };
  const cases = [
    [feed, lost('unreachable'), true],
    [feed, partly, false],
    [feed, { items: [], faults: [] }, false],
    [probe, lost('unreachable'), false],
    [probe, lost('throttled'), true],
    [probe, { ...partly, faults: [fault('throttled')] }, true],
  ] as const;
  for (const [info, batch, loss] of cases) expect(isFailedRead(info, batch)).toBe(loss);
});

test('uses the longest requested delay', () => {
  expect(requestedDelayMs({ items: [], faults: [] })).toBe(0);
  const faults = [fault('throttled', { retryAfterMs: 5000 }), fault('throttled', { retryAfterMs: 9000 })];
  expect(requestedDelayMs({ items: [], faults })).toBe(9000);
});

test('a down row without a response is not an answer', () => {
  const down = {
    source: 'a',
    at: 0,
    env: 'test',
    service: 'a',
    instance: '',
    status: 'down',
    detail: 'refused',
    components: [],
  } as const;
  const sample = { source: 'a', at: 0, signal: 's', labels: {} };
  expect(hasAnswer({ items: [down], faults: [] })).toBe(false);
  expect(hasAnswer({ items: [down], samples: [sample], faults: [] })).toBe(false);
  expect(hasAnswer({ items: [{ ...down, httpStatus: 503 }], faults: [] })).toBe(true);
  expect(hasAnswer({ items: [], samples: [{ ...sample, value: 1 }], faults: [] })).toBe(true);
  expect(hasAnswer({ items: [], faults: [] })).toBe(true);
  expect(hasAnswer(lost('timeout'))).toBe(false);
});
