import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { longTest } from '../../support/layer.ts';

const day = Date.parse('2026-03-04T10:15:07Z');
const settable = () => {
  const time = { wall: day, steady: 5000 };
  return { time, clock: systemClock({ wall: () => time.wall, steady: () => time.steady }) };
};

test('time is the wall clock at the start plus the elapsed time', () => {
  const { time, clock } = settable();
  expect(clock.now()).toBe(day);
  time.steady += 1500.9;
  expect(clock.now()).toBe(day + 1500);
});

test('setting the system clock does not change the time. The offset is reported once', () => {
  const { time, clock } = settable();
  const jumps: number[] = [];
  const stop = clock.onJump((deltaMs) => jumps.push(deltaMs));
  time.wall -= 3_600_000;
  expect(clock.now()).toBe(day);
  expect(clock.wallOffset()).toBe(-3_600_000);
  expect(clock.wallNow()).toBe(day - 3_600_000);
  time.wall += 3_600_000 + 5000;
  expect(clock.wallOffset()).toBe(5000);
  expect(clock.wallOffset()).toBe(5000);
  stop();
  time.wall += 60_000;
  expect(clock.wallOffset()).toBe(65_000);
  expect(jumps).toEqual([-3_600_000, 3_605_000]);
});

test('a drift of less than two seconds is not a jump', () => {
  const { time, clock } = settable();
  const listener = vi.fn();
  clock.onJump(listener)();
  time.wall += 1900;
  expect(clock.wallOffset()).toBe(0);
  expect(listener).not.toHaveBeenCalled();
});

test('a deadline aborts with its duration', async () => {
  const { signal } = systemClock().deadline(10);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'no answer in 10ms' });
});

longTest(
  'a deadline does not count the time in which this process is busy, up to three times of it',
  async () => {
    const { signal } = systemClock().deadline(300);
    const busyUntil = performance.now() + 400;
    while (performance.now() < busyUntil);
    // The timer is due, and so is what has arrived in the meantime.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(signal.aborted).toBe(false);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'no answer in 300ms' });

    const never = systemClock().deadline(20);
    const longUntil = performance.now() + 70;
    while (performance.now() < longUntil);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(never.signal.aborted).toBe(true);
  },
);

test('a cleared deadline never aborts', async () => {
  const clock = systemClock();
  const { signal, clear } = clock.deadline(5);
  clear();
  await clock.sleep(20);
  expect(signal.aborted).toBe(false);
});

test('a sleep ends at once when aborted', async () => {
  // The timers never fire.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const clock = systemClock();
  await clock.sleep(60_000, AbortSignal.abort());
  const stop = new AbortController();
  const slept = clock.sleep(60_000, stop.signal);
  stop.abort();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});

test('all tickers of a process tick together, and stop when stopped', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const clock = systemClock();
  const ticks: (readonly [everyMs: number, at: number])[] = [];
  const start = clock.now();
  const stops = [20, 40].map((ms) => {
    // They start at different times.
    vi.advanceTimersByTime(7);
    return clock.every(ms, () => ticks.push([ms, clock.now()]));
  });
  await vi.advanceTimersByTimeAsync(200);
  for (const stop of stops) stop();
  await vi.advanceTimersByTimeAsync(200);
  const multiples = (ms: number): readonly number[] =>
    Array.from({ length: 400 }, (_, passed) => start + passed).filter(
      (position) => position % ms === 0 && position > start + 7 && position <= start + 214,
    );
  const of = (ms: number): readonly number[] =>
    ticks.flatMap(([every, position]) => (every === ms ? [position] : []));
  expect(of(20)).toEqual(multiples(20));
  expect(of(40)).toEqual(multiples(40).filter((position) => position > start + 14));
});

test('a sleep until a past time returns at once, without a warning of Node on stderr', async () => {
  const clock = systemClock();
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  await clock.sleep(-clock.now());
  const limit = clock.deadline(-clock.now());
  await clock.sleep(0);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(limit.signal.aborted).toBe(true);
  limit.clear();
  expect(warnings).toEqual([]);
});
