import { describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { simulatedEnvironments, simulatedSystems, systemSpec } from '../../src/simulator/systems.ts';

const startedAt = 1_770_000_000_000;

/** The complete observable state of a system at one time. */
const portrait = (model: SystemModel, now: number): unknown =>
  model.environmentNames.map((name) => {
    const env = model.environmentAt(name, now);
    return env.instances.map((instance) => ({
      name: instance.name,
      series: instance.traffic.series,
      recent: instance.traffic.recent(env.now),
      breakers: instance.breakers.map((breaker) => [breaker.name, breaker.reading(), breaker.events]),
    }));
  });

describe.each(simulatedSystems)('system %s', (system) => {
  const open = (seed: number) => new SystemModel(systemSpec(system), { startedAt, seed });

  test('is identical for the same seed and times', () => {
    expect(portrait(open(7), startedAt + 30_000)).toEqual(portrait(open(7), startedAt + 30_000));
  });

  test('differs for another seed', () => {
    expect(portrait(open(7), startedAt + 30_000)).not.toEqual(portrait(open(8), startedAt + 30_000));
  });

  test('does not depend on how often it is read', () => {
    const watched = open(7);
    for (let time = startedAt; time < startedAt + 30_000; time += 330) portrait(watched, time);
    expect(portrait(watched, startedAt + 30_000)).toEqual(portrait(open(7), startedAt + 30_000));
  });

  test('starts with closed circuit breakers and nearly no errors', () => {
    const model = open(1);
    for (const name of simulatedEnvironments(system)) {
      const env = model.environmentAt(name, startedAt + 300_000);
      const states = env.instances.flatMap((instance) => instance.breakers.map((breaker) => breaker.state));
      expect(states.filter((state) => state !== 'CLOSED')).toEqual([]);
      expect(env.incident).toBeUndefined();
    }
  });

  test('runs ten times as fast at speed 10', () => {
    const fast = new SystemModel(systemSpec(system), { startedAt, speed: 10 });
    const env = fast.environmentAt('production', startedAt + 1000);
    expect(env.now).toBe(startedAt + 10_000);
    expect(fast.toClock(env.now)).toBe(startedAt + 1000);
  });

  test('skips a night instead of simulating it', () => {
    const model = open(1);
    const counted = (): number =>
      model
        .peekEnvironment('production')
        .instances[0]?.traffic.series.reduce((sum, { count }) => sum + count, 0) ?? 0;
    const before = counted();
    const env = model.environmentAt('production', startedAt + 8 * 3_600_000);
    const served = counted() - before;
    expect(env.now).toBe(startedAt + 8 * 3_600_000);
    expect(served).toBeGreaterThan(0);
    expect(served).toBeLessThan(700 * env.spec.requestsPerSecond);
  });

  test('lists its scenarios and environments for an unknown name', () => {
    expect(() => open(1).inject('earthquake', 'production', startedAt)).toThrow(
      `it knows ${systemSpec(system)
        .incidents.map(({ name }) => name)
        .join(', ')}`,
    );
    expect(() => open(1).environmentAt('moon', startedAt)).toThrow(/no environment "moon".*production/);
    expect(() => systemSpec('tetris')).toThrow(/^unknown simulator "tetris"; available: demo, event-bus/);
  });
});
