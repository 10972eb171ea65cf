import { expect, test } from 'vitest';
import { createTickWheel } from '../../src/scheduler/feed-schedule.ts';
import { manualClock } from '../support/manual-clock.ts';

test('one timer wakes all members, and an empty wheel has no timer', async () => {
  const clock = manualClock(0);
  const wheel = createTickWheel(clock, () => 0);
  const woken: string[] = [];
  const leaveA = wheel.join((now) => woken.push(`a ${now}`));
  const leaveB = wheel.join((now) => woken.push(`b ${now}`));
  await clock.advance(500);
  expect(woken).toEqual(['a 250', 'b 250', 'a 500', 'b 500']);
  leaveA();
  leaveB();
  expect(clock.pending()).toBe(0);
  wheel.join((now) => woken.push(`again ${now}`));
  await clock.advance(250);
  expect(woken.at(-1)).toBe('again 750');
});

test('slots of nested intervals coincide in any phase', () => {
  for (const chance of [0, 0.37, 0.99]) {
    const wheel = createTickWheel(manualClock(0), () => chance);
    const slow = wheel.slotAfter(1_000_000, 10_000);
    expect(slow).toBeGreaterThan(1_000_000);
    expect(slow).toBeLessThanOrEqual(1_010_000);
    expect(wheel.slotAfter(slow - 1, 5_000)).toBe(slow);
    expect(wheel.slotAfter(slow - 1, 2_000)).toBe(slow);
    expect(wheel.slotAfter(slow, 10_000)).toBe(slow + 10_000);
  }
});

test('processes have different phases', () => {
  const slots = [0.1, 0.2].map((chance) =>
    createTickWheel(manualClock(0), () => chance).slotAfter(0, 60_000),
  );
  expect(slots).toEqual([6_000, 12_000]);
});
