import { expect, test } from 'vitest';
import { judgeThresholdOnce } from '../../src/domain/facts/threshold.ts';
import { shippedProfile } from './support/shipped-profile.ts';

/** Numbers of the runbooks that the simulated systems do not reach, judged on both sides. */
const limits: readonly (readonly [row: string, env: string, signal: string, value: number, level: string])[] =
  [
    ['S2-R06', 'event-processing/production', 'throughput', 100_000, 'ok'],
    ['S2-R06', 'event-processing/production', 'throughput', 99_999, 'warn'],
    ['S2-R06', 'event-processing/production', 'throughput', 50_000, 'warn'],
    ['S2-R06', 'event-processing/production', 'throughput', 49_999, 'crit'],
    ['S2-R10', 'event-processing/production', 'lag', 999, 'ok'],
    ['S2-R10', 'event-processing/production', 'lag', 1000, 'warn'],
    ['S2-R10', 'event-processing/production', 'lag.alert', 5000, 'ok'],
    ['S2-R10', 'event-processing/production', 'lag.alert', 5001, 'warn'],
    ['S2-R10', 'event-processing/production', 'lag', 10_001, 'crit'],
    ['S1-R17', 'trading/production', 'db.query', 10, 'ok'],
    ['S1-R17', 'trading/production', 'db.query', 11, 'warn'],
    ['S1-R17', 'trading/production', 'db.query', 31, 'crit'],
    ['S4-R15', 'eventmesh/production', 'health.ms', 499, 'ok'],
    ['S4-R15', 'eventmesh/production', 'health.ms', 500, 'warn'],
    ['S4-R15', 'eventmesh/production', 'health.ms', 2001, 'crit'],
  ];

test.each(limits)('%s: %s judges %s of %d as %s', async (_, env, id, value, level) => {
  const { signals } = await shippedProfile(env);
  const spec = signals.find((signal) => signal.id === id);
  expect(judgeThresholdOnce(value, spec?.threshold ?? {}, 0).level).toBe(level);
});

test('the degraded state of EventMesh counts the levels of CPU, memory and error rate', async () => {
  const { signals } = await shippedProfile('eventmesh/production');
  const derived = signals.find(({ id }) => id === 'state.degraded')?.derived;
  expect(derived).toMatchObject({
    of: { cpu: 'cpu', memory: 'mem', errors: 'error.rate' },
    calc: { readsLevels: true },
  });
});
