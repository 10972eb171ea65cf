import { expect, test } from 'vitest';
import { type LimitClock, withinLimits } from '../../support/cpu-limit.ts';

const limits = { cpuMs: 60_000, idleMs: 60_000 };

/** A clock whose thread has used this much processor time at each look, in ms since the one before. */
const clockOf = (usedMs: readonly number[]): LimitClock => {
  let cpuMs = 0;
  let looks = 0;
  return {
    cpuMs: () => cpuMs,
    every: (_, look) => {
      const timer = setInterval(() => {
        cpuMs += usedMs[Math.min(looks, usedMs.length - 1)] ?? 0;
        looks += 1;
        look();
      });
      return () => clearInterval(timer);
    },
  };
};

const never = (): Promise<never> => new Promise(() => {});

test('a test that ends in time passes, and its error is its own', async () => {
  await withinLimits(async () => {}, limits, clockOf([0]));
  await expect(withinLimits(() => Promise.reject(new Error('own')), limits, clockOf([0]))).rejects.toThrow(
    'own',
  );
});

test('a test that computes longer than allowed fails with its processor time', async () => {
  await expect(withinLimits(never, limits, clockOf([25_000]))).rejects.toThrow(
    'the test takes too long: 75.0 s of processor time, limit 60 s',
  );
});

test('a test that computes without a break fails at its end', async () => {
  let cpuMs = 0;
  const clock: LimitClock = { cpuMs: () => cpuMs, every: () => () => {} };
  const run = (): void => {
    cpuMs = 61_000;
  };
  await expect(withinLimits(run, limits, clock)).rejects.toThrow('takes too long: 61.0 s');
});

test('a starved test is no hang: it goes on in small steps', async () => {
  const slow = clockOf([...Array.from({ length: 200 }, () => 50), 100_000]);
  await expect(withinLimits(never, limits, slow)).rejects.toThrow(/takes too long/);
});

test('a test that waits for something that never comes is ended', async () => {
  await expect(withinLimits(never, limits, clockOf([5000, 0]))).rejects.toThrow(
    'the test hangs: it has waited for 60 s after 5.0 s of processor time',
  );
});
