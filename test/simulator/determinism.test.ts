import { describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { simulatedEnvironments, simulatedSystems, systemSpec } from '../../src/simulator/systems.ts';

const startedAt = 1_770_000_000_000;

/** Everything that there is to see of a system at one moment. */
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

describe.each(simulatedSystems)('the system %s', (system) => {
  const open = (seed: number) => new SystemModel(systemSpec(system), { startedAt, seed });

  test('is the same for the same seed and times', () => {
    expect(portrait(open(7), startedAt + 30_000)).toEqual(portrait(open(7), startedAt + 30_000));
  });

  test('is another for another seed', () => {
    expect(portrait(open(7), startedAt + 30_000)).not.toEqual(portrait(open(8), startedAt + 30_000));
  });

  test('does not depend on how often somebody looks', () => {
    const watched = open(7);
    for (let at = startedAt; at < startedAt + 30_000; at += 330) portrait(watched, at);
    expect(portrait(watched, startedAt + 30_000)).toEqual(portrait(open(7), startedAt + 30_000));
  });

  test('has every breaker closed, and nearly no errors, until something happens', () => {
    const model = open(1);
    for (const name of simulatedEnvironments(system)) {
      const env = model.environmentAt(name, startedAt + 300_000);
      const states = env.instances.flatMap((instance) => instance.breakers.map((breaker) => breaker.state));
      expect(states.filter((state) => state !== 'CLOSED')).toEqual([]);
      expect(env.incident).toBeUndefined();
    }
  });

  test('goes ten times as fast when told to', () => {
    const fast = new SystemModel(systemSpec(system), { startedAt, speed: 10 });
    const env = fast.environmentAt('production', startedAt + 1000);
    expect(env.now).toBe(startedAt + 10_000);
    expect(fast.toClock(env.now)).toBe(startedAt + 1000);
  });

  test('loses a night rather than catching up with it', () => {
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

  test('says which incidents and environments it has when asked for another', () => {
    expect(() => open(1).inject('earthquake', 'production', startedAt)).toThrow(
      `it knows ${systemSpec(system)
        .incidents.map(({ name }) => name)
        .join(', ')}`,
    );
    expect(() => open(1).environmentAt('moon', startedAt)).toThrow(/no environment "moon".*production/);
    expect(() => systemSpec('tetris')).toThrow(/no embedded system "tetris"; there is demo, event-bus/);
  });
});
