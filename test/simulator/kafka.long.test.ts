import { expect, test } from 'vitest';
import { assignPartitions } from '../../src/simulator/model/messaging/consumer-group.ts';
import type { IncidentSpec } from '../../src/simulator/model/spec/system-spec.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { systemSpec } from '../../src/simulator/systems.ts';

const group = 'saga-orchestrator-group';
const second = 1000;

/** The saga platform after some time, with the reads used by these tests. */
const platform = (incident?: string) => {
  const spec = systemSpec('saga');
  const model = new SystemModel(spec, { startedAt: 1_000_000 });
  if (incident !== undefined) model.injectEarlier(incident, 'production');
  let now = 1_000_000;
  const env = () => model.environmentAt('production', now);
  const messaging = () => env().parts.messaging ?? expect.fail();
  return {
    spec,
    env,
    messaging,
    lag: () => messaging().groups.get(group)?.lag ?? expect.fail(),
    members: () => messaging().groups.get(group)?.members ?? expect.fail(),
    isShown: () => env().incident !== undefined,
    pass: (ms: number): void => {
      now += ms;
      env();
    },
  };
};

const parts = (incident: IncidentSpec): boolean => incident.messaging !== undefined;

test('a healthy group keeps up with the traffic, and its offsets only grow', () => {
  const at = platform();
  const before = at.messaging().topics.get('saga-events')?.end(0) ?? 0n;
  at.pass(30 * second);
  const after = at.messaging().topics.get('saga-events')?.end(0) ?? 0n;
  expect(Number(after - before) / 30).toBeCloseTo(21, -1);
  expect(at.lag()).toBeLessThan(100);
  expect(at.messaging().groups.get(group)?.state(at.messaging().now)).toBe('Stable');
});

test('consumer-lag grows with two members and drains with three; a fourth stays idle', () => {
  const at = platform('consumer-lag');
  const early = at.lag();
  expect(early).toBeGreaterThan(1000);
  at.pass(30 * second);
  expect(at.lag()).toBeGreaterThan(early);
  at.env().scale('saga-orchestrator', 4);
  at.pass(5 * second);
  expect(at.members().map(({ partitions }) => partitions.length)).toEqual([1, 1, 1, 0]);
  expect(at.isShown()).toBe(true);
  at.pass(400 * second);
  expect(at.lag()).toBeLessThan(320);
  expect(at.isShown()).toBe(false);
});

test('more partitions allow more members', () => {
  const at = platform('consumer-lag');
  at.env().scale('saga-orchestrator', 6);
  at.messaging().topics.get('saga-events')?.grow(6);
  at.pass(3 * second);
  expect(at.members().map(({ partitions }) => partitions)).toEqual([[0], [1], [2], [3], [4], [5]]);
  const early = at.lag();
  at.pass(10 * second);
  // Six handle 180 per second, and 64 arrive.
  expect(early - at.lag()).toBeGreaterThan(400);
});

test('a stalled group keeps its members and commits nothing until its processes restart', () => {
  const at = platform('consumer-stalled');
  const early = at.lag();
  expect(at.members()).toHaveLength(2);
  at.pass(10 * second);
  expect(at.lag() - early).toBeGreaterThan(500);
  for (const instance of at.env().instancesOf('saga-orchestrator')) instance.restart(at.env().now);
  at.pass(60 * second);
  expect(at.lag()).toBeLessThan(320);
  expect(at.isShown()).toBe(false);
});

test('the group of a stopped service is empty, and its lag grows', () => {
  const at = platform();
  at.env().scale('notification-service', 0);
  at.pass(10 * second);
  const empty = at.messaging().groups.get('notification-group') ?? expect.fail();
  expect(empty.state(at.messaging().now)).toBe('Empty');
  expect(empty.lag).toBeGreaterThan(100);
});

test('heal ends every messaging problem, whatever was changed in between', () => {
  for (const { name } of platform().spec.incidents.filter(parts)) {
    const at = platform(name);
    expect(at.isShown(), name).toBe(true);
    at.messaging().topics.get('saga-events')?.grow(12);
    at.env().heal();
    at.pass(2 * second);
    expect(at.isShown(), name).toBe(false);
    expect(at.lag(), name).toBeLessThan(200);
    expect(at.messaging().topics.get('saga-events')?.partitions).toBe(3);
    expect(at.messaging().brokerIds.every((id) => at.messaging().isUp(id))).toBe(true);
  }
});

test('finds the offset of a time', () => {
  const at = platform();
  const events = at.messaging().topics.get('saga-events') ?? expect.fail();
  const { now } = at.messaging();
  const then = events.end(0);
  at.pass(60 * second);
  const found = events.at(0, now) ?? expect.fail();
  expect(Math.abs(Number(found - then))).toBeLessThan(200);
  expect(events.at(0, now + 3600 * second)).toBeUndefined();
  expect(events.at(0, 0)).toBe(events.low(0));
});

test('assigns contiguous ranges of partitions, with one more for the first members', () => {
  const instances = platform().env().instances.slice(0, 3);
  const shares = (count: number, partitions: number) =>
    assignPartitions(instances.slice(0, count), partitions).map((member) => member.partitions);
  expect(shares(3, 7)).toEqual([
    [0, 1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(shares(3, 2)).toEqual([[0], [1], []]);
  expect(shares(0, 2)).toEqual([]);
});
