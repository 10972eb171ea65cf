import { expect, test } from 'vitest';
import type { Guard } from '../../../src/domain/runbooks/guard.ts';
import { createArming } from '../../../src/runs/context/arming.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { withWallOffset } from '../../support/wall-offset.ts';

const minutes = (n: number): number => n * 60_000;
const guard: Guard = { readOnly: false, armMs: minutes(15), cancelWindowMs: 5000, typed: 'destructive' };

test('production is read-only until armed; dev only where its profile says so', () => {
  const clock = manualClock();
  const readOnly = (...[g, tier]: [Guard, 'dev' | 'production']) =>
    createArming(g, tier, clock).state(clock.now()).readOnly;
  expect(readOnly(guard, 'production')).toBe(true);
  expect(readOnly(guard, 'dev')).toBe(false);
  expect(readOnly({ ...guard, readOnly: true }, 'dev')).toBe(true);
});

test('arming requires a reason that is not blank', () => {
  const clock = manualClock();
  const arming = createArming(guard, 'production', clock);
  for (const blank of ['', '   ', '\n\t', '\u200b\u3164\u2800'])
    expect(arming.arm(blank)).toMatch(/requires a reason/);
  expect(arming.state(clock.now())).toEqual({ readOnly: true, forMs: minutes(15) });
  expect(arming.arm(' psp outage ')).toBeUndefined();
  expect(arming.state(clock.now())).toMatchObject({
    readOnly: true,
    armedUntil: clock.now() + minutes(15),
    reason: 'psp outage',
  });
});

test('arming expires exactly after its duration', async () => {
  const clock = manualClock();
  const arming = createArming(guard, 'production', clock);
  arming.arm('psp outage');
  await clock.advance(minutes(15) - 1);
  expect(arming.state(clock.now()).reason).toBe('psp outage');
  await clock.advance(1);
  expect(arming.state(clock.now())).toEqual({ readOnly: true, forMs: minutes(15) });
});

test('arming again restarts the duration; disarming ends it at once', async () => {
  const clock = manualClock();
  const arming = createArming(guard, 'production', clock);
  arming.arm('first');
  await clock.advance(minutes(10));
  arming.arm('second');
  await clock.advance(minutes(10));
  expect(arming.state(clock.now()).reason).toBe('second');
  arming.disarm();
  expect(arming.state(clock.now())).toEqual({ readOnly: true, forMs: minutes(15) });
});

test('a machine that slept wakes up disarmed, although its monotonic clock did not advance', () => {
  let offset = 0;
  const clock = withWallOffset(manualClock(), () => offset);
  const arming = createArming(guard, 'production', clock);
  arming.arm('psp outage');
  offset = minutes(120);
  expect(arming.state(clock.now())).toEqual({ readOnly: true, forMs: minutes(15) });
});

test('setting the wall clock back does not extend arming', async () => {
  let offset = 0;
  const manual = manualClock();
  const clock = withWallOffset(manual, () => offset);
  const arming = createArming(guard, 'production', clock);
  arming.arm('psp outage');
  offset = -minutes(120);
  await manual.advance(minutes(15));
  expect(arming.state(clock.now())).toEqual({ readOnly: true, forMs: minutes(15) });
});
