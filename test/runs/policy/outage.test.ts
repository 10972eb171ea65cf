import { expect, test } from 'vitest';
import { targetRulings } from '../../../src/runs/policy/doubtful-targets.ts';
import { outageRulings, type ServiceStep } from '../../../src/runs/policy/outage.ts';

const healthOf = (states: Readonly<Record<string, boolean | undefined>>) =>
  Object.entries(states).map(([name, isHealthy]) => ({ name, isHealthy }));

const step = (
  does: ServiceStep['does'],
  affected: readonly string[],
  states: Readonly<Record<string, boolean | undefined>>,
): ServiceStep => ({ does, service: 'api', affected, instances: healthOf(states) });

const rule = (steps: readonly ServiceStep[], reason?: string) =>
  outageRulings(steps, 'production', reason)[0];

test.each([
  ['a healthy instance stays', [step('restarts', ['a'], { a: true, b: true })], 'passes'],
  ['the target is down already', [step('restarts', ['a'], { a: false, b: false })], 'passes'],
  ['it is the last healthy one', [step('restarts', ['a'], { a: true, b: false })], 'forbids'],
  ['a restart of every instance', [step('restarts', ['a', 'b'], { a: true, b: true })], 'passes'],
  ['a restart of the only instance', [step('restarts', ['a'], { a: true })], 'passes'],
  ['the only instance', [step('stops', ['a'], { a: true })], 'forbids'],
  ['the others have an unknown state', [step('stops', ['a'], { a: true, b: undefined })], 'forbids'],
  [
    'its own state is unknown, and no other is healthy',
    [step('stops', ['a'], { a: undefined, b: false })],
    'forbids',
  ],
  [
    'two stops one after the other',
    [step('stops', ['a'], { a: true, b: true }), step('stops', ['b'], { a: true, b: true })],
    'forbids',
  ],
  [
    'a start in between',
    [
      step('stops', ['a'], { a: true, b: true }),
      step('starts', ['a'], { a: true, b: true }),
      step('stops', ['b'], { a: true, b: true }),
    ],
    'passes',
  ],
  [
    'restarts one after the other: each is checked again before it is sent',
    [step('restarts', ['a'], { a: false, b: true }), step('restarts', ['b'], { a: false, b: true })],
    'passes',
  ],
  ['the instances could not be read', [{ ...step('stops', ['a'], {}), instances: undefined }], 'forbids'],
] as const)('%s: %s', (_, steps, does) => {
  expect(rule(steps)?.does).toBe(does);
});

test('says which instance it is, and that others are unknown', () => {
  expect(rule([step('restarts', ['a'], { a: true, b: undefined })])?.check).toMatchObject({
    ok: false,
    why: 'restarts a, the last healthy instance of api: this would be a total outage; 1 other in unknown state',
    remedy: expect.stringContaining('--allow-outage "reason"'),
  });
});

test('a reason allows it, with the typed name, and is recorded', () => {
  const ruling = rule([step('stops', ['a'], { a: true })], 'maintenance');
  expect(ruling).toMatchObject({ does: 'asks', check: { ok: false, asks: true } });
  expect(ruling?.check.why).toMatch(/. Overridden: maintenance$/);
});

test.each(['local', 'dev'] as const)('on %s a service may stop', (tier) => {
  expect(outageRulings([step('stops', ['a'], { a: true })], tier, undefined)).toEqual([]);
});

test('a doubtful target is refused until a reason is given', () => {
  const doubtful = [{ value: 'vm-1', why: 'healthy, while vm-2 is critical' }];
  expect(targetRulings([], undefined)).toEqual([]);
  expect(targetRulings(doubtful, undefined)[0]).toMatchObject({
    does: 'forbids',
    check: { why: 'vm-1: healthy, while vm-2 is critical' },
  });
  expect(targetRulings(doubtful, 'drain it')[0]).toMatchObject({ does: 'asks' });
});
