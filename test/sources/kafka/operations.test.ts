import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { PlanError } from '../../../src/domain/runbooks/operation.ts';
import { resetParams } from '../../../src/sources/kafka/reset-plan.ts';
import { longTest } from '../../support/layer.ts';
import { never } from '../open-source.ts';
import { openFixture } from './fixture.ts';

const topic = 'saga-events';

/** A fixture with the group 'replay', without members, at these offsets. */
const withReplay = async (...offsets: readonly (bigint | undefined)[]) => {
  const fixture = await openFixture();
  const messaging = fixture.messaging();
  const events = messaging.topics.get(topic) ?? expect.fail();
  offsets.forEach((offset, partition) => {
    if (offset !== undefined) messaging.commit('replay', events, partition, events.low(partition) + offset);
  });
  /** The committed offsets, relative to the start of each partition. */
  const committed = (): readonly (bigint | undefined)[] =>
    [0, 1, 2].map((partition) => {
      const offset = messaging.groups.get('replay')?.committed(partition);
      return offset === undefined ? undefined : offset - events.low(partition);
    });
  return { fixture, events, committed };
};

const refusal = async (plan: Promise<unknown>): Promise<string> => {
  try {
    await plan;
  } catch (error) {
    if (error instanceof PlanError) return `${error.ending}: ${error.message}`;
    throw error;
  }
  return 'planned';
};

const outcome = (events: readonly ActEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'answered' ? [`${event.ok}: ${event.status}`] : []));

longTest('resetOffsets: an offset for an unknown partition is refused, not ignored', async () => {
  const { fixture } = await withReplay(100n, 200n);
  await using _ = fixture;
  const to = { offsets: { 0: '150', 7: '3' } };
  expect(await refusal(fixture.plan('resetOffsets', { group: 'replay', topic, to }))).toBe(
    `not-applicable: ${topic} has no partition 7, only 3 partitions: the first is 0`,
  );
});

longTest('resetOffsets: the share of affected partitions; selected partitions have no share', async () => {
  const { fixture } = await withReplay(100n, 200n);
  await using _ = fixture;
  const of = async (more: object) =>
    (await fixture.plan('resetOffsets', { group: 'replay', topic, ...more })).reach;
  const share = (part: number) => ({ share: { part, whole: 3, of: `partitions of ${topic}` } });
  expect(await of({ to: { offsets: { 1: '150' } } })).toEqual(share(1));
  expect(await of({ to: 'latest' })).toEqual(share(3));
  expect(await of({ to: 'latest', partitions: [0] })).toBeUndefined();
});

longTest('resetOffsets: another cluster at the same address ends the run', async () => {
  const { fixture } = await withReplay(100n, 200n);
  await using _ = fixture;
  const plan = await fixture.plan('resetOffsets', { group: 'replay', topic, to: 'latest' });
  const targets = plan.targets.map((target) => ({
    ...target,
    uid: target.uid.replace(/^cluster \S+/, 'cluster other'),
  }));
  expect(await fixture.operation('resetOffsets').recheck({ ...plan, targets }, never)).toMatchObject({
    found: expect.stringContaining('a different cluster'),
  });
});

test('resetOffsets: previewed from → to, executed, and undone', async () => {
  const { fixture, events, committed } = await withReplay(100n, 200n);
  await using _ = fixture;
  const low = events.low(0);
  const plan = await fixture.plan('resetOffsets', {
    group: 'replay',
    topic,
    to: { by: -150 },
    partitions: [0, 1],
  });
  expect(plan).toMatchObject({
    use: 's.resetOffsets',
    danger: 'destructive',
    targets: [
      {
        name: 'replay',
        uid: `cluster ${fixture.messaging().clusterId} group replay topic ${topic}`,
        saw: `Empty, committed 0:${low + 100n} 1:${events.low(1) + 200n}`,
        where: `events, topic ${topic}`,
      },
    ],
    calls: [
      { line: `OffsetCommit group replay topic ${topic} 0=${low} 1=${events.low(1) + 50n}`, target: 0 },
    ],
    objects: [
      `${topic}/0: ${low + 100n} → ${low}, 100 messages are read again`,
      `${topic}/1: ${events.low(1) + 200n} → ${events.low(1) + 50n}, 150 messages are read again`,
    ],
    lost: '250 messages are processed again: that is safe only if the consumer is idempotent',
  });
  expect(await fixture.operation('resetOffsets').recheck(plan, never)).toBeUndefined();
  expect(outcome(await fixture.act('resetOffsets', plan))).toEqual(['true: done']);
  expect(committed()).toEqual([0n, 50n, undefined]);

  const undo = fixture.operation('resetOffsets').undo?.(plan) ?? expect.fail();
  expect(undo.use).toBe('s.resetOffsets');
  await fixture.act('resetOffsets', await fixture.plan('resetOffsets', resetParams.parse(undo.with)));
  expect(committed()).toEqual([100n, 200n, undefined]);
});

test('resetOffsets: a plan is restored from JSON, exactly beyond 2^53', async () => {
  const { fixture, committed } = await withReplay(1n);
  await using _ = fixture;
  const plan = await fixture.plan('resetOffsets', { group: 'replay', topic, to: 'latest', partitions: [0] });
  expect(() => JSON.stringify(plan)).not.toThrow();
  await fixture.act('resetOffsets', JSON.parse(JSON.stringify(plan)));
  expect(committed()[0]).toBeGreaterThan(1n);
});

test('resetOffsets: an impossible plan has a reason, and nothing is sent', async () => {
  const { fixture, events } = await withReplay(100n);
  await using _ = fixture;
  const plan = (params: object) =>
    refusal(fixture.plan('resetOffsets', { group: 'replay', topic, to: 'latest', ...params }));
  expect(await plan({ group: 'saga-orchestrator-group' })).toBe(
    'not-applicable: group saga-orchestrator-group is Stable, 2 members: offsets can be set only while the group is empty. Stop the consumers first',
  );
  expect(await plan({ group: 'absent' })).toBe(
    'not-applicable: group absent not found in this cluster: check the name',
  );
  expect(await plan({ topic: 'nowhere' })).toBe(
    'not-applicable: topic nowhere not found in this cluster: check the name',
  );
  expect(await plan({ partitions: [7] })).toBe(
    `not-applicable: ${topic} has no partition 7, only 3 partitions: the first is 0`,
  );
  expect(await plan({ to: { by: 5 } })).toMatch(/partition 1/);
  expect(await plan({ to: String(events.low(0) + 100n), partitions: [0] })).toBe(
    `not-applicable: group replay already has these offsets in ${topic}, so there is nothing to reset`,
  );
  for (const broker of [1, 2, 3]) fixture.messaging().inject({ brokersDown: [broker] });
  expect(await plan({})).toMatch(/^failed: 127\.0\.0\.1:\d+: Metadata: /);
});

test('resetOffsets: a change since the plan is a drift, and a new member is refused by the coordinator', async () => {
  await using fixture = await openFixture();
  const group = 'notification-group';
  const env = fixture.env();
  env.scale('notification-service', 0);
  await fixture.pass(1000);
  const params = { group, topic: 'payment-events', to: 'earliest' };
  const plan = await fixture.plan('resetOffsets', params);
  const { recheck } = fixture.operation('resetOffsets');
  expect(await recheck(plan, never)).toBeUndefined();
  const messaging = fixture.messaging();
  const events = messaging.topics.get('payment-events') ?? expect.fail();
  messaging.commit(group, events, 0, events.low(0) + 7n);
  expect(await recheck(plan, never)).toMatchObject({
    target: group,
    found: expect.stringContaining(`0:${events.low(0) + 7n}`),
  });
  fixture.env().scale('notification-service', 1);
  await fixture.pass(3000);
  expect(await recheck(plan, never)).toMatchObject({ found: 'Stable, 1 member' });
  expect(outcome(await fixture.act('resetOffsets', plan))).toEqual([
    expect.stringMatching(
      /^false: .*the group has active members: stop the consumers first \(UNKNOWN_MEMBER_ID\)$/,
    ),
  ]);
});

test('createTopic: validated by the controller, created, and then exists', async () => {
  await using fixture = await openFixture();
  const params = { topic: 'saga-audit', partitions: 6, replication: 2 };
  const plan = await fixture.plan('createTopic', params);
  expect(plan).toMatchObject({
    danger: 'safe',
    targets: [{ name: 'saga-audit', saw: 'not found' }],
    calls: [{ line: 'CreateTopics saga-audit partitions 6 replication 2' }],
    objects: ['saga-audit: 6 partitions, 2 replicas each'],
  });
  expect(fixture.messaging().topics.has('saga-audit'), 'a plan makes nothing').toBe(false);
  expect(outcome(await fixture.act('createTopic', plan))).toEqual(['true: done']);
  expect(fixture.messaging().topics.get('saga-audit')).toMatchObject({ partitions: 6, replication: 2 });
  expect(await fixture.operation('createTopic').recheck(plan, never)).toEqual({
    target: 'saga-audit',
    planned: 'not found',
    found: '6 partitions',
  });
  expect(await refusal(fixture.plan('createTopic', params))).toBe(
    'not-applicable: topic saga-audit already exists, with 6 partitions: choose another name, or use addPartitions',
  );
  expect(await refusal(fixture.plan('createTopic', { ...params, topic: 'wide', replication: 5 }))).toMatch(
    /^not-applicable: .*not enough brokers.*INVALID_REPLICATION_FACTOR/,
  );
});

test('addPartitions: never fewer, with its irreversible effects in the preview, and more members get partitions', async () => {
  await using fixture = await openFixture();
  expect(await refusal(fixture.plan('addPartitions', { topic, count: 3 }))).toBe(
    `not-applicable: ${topic} already has 3 partitions. You can only add partitions: name a higher number`,
  );
  expect(await refusal(fixture.plan('addPartitions', { topic: 'nowhere', count: 3 }))).toBe(
    'not-applicable: topic nowhere not found in this cluster: check the name',
  );
  const plan = await fixture.plan('addPartitions', { topic, count: 6 });
  expect(plan).toMatchObject({
    danger: 'destructive',
    targets: [{ name: topic, saw: '3 partitions' }],
    objects: [`${topic}: 3 → 6 partitions. The consumer groups rebalance`],
    lost: expect.stringMatching(/you cannot remove partitions again. Keys now map to other partitions/),
  });
  expect(fixture.operation('addPartitions').undo).toBeUndefined();
  expect(outcome(await fixture.act('addPartitions', plan))).toEqual(['true: done']);
  expect(await fixture.operation('addPartitions').recheck(plan, never)).toMatchObject({
    found: '6 partitions',
  });
});

longTest('describe and topic show what a diagnose step needs', async () => {
  await using fixture = await openFixture();
  const shown = async (name: string, params: object): Promise<readonly string[]> =>
    (await fixture.act(name, await fixture.plan(name, { ...params }))).flatMap((event) =>
      event.is === 'output' ? [event.text] : [],
    );
  expect(await shown('describe', { group: 'saga-orchestrator-group' })).toEqual([
    'saga-orchestrator-group: Stable · 2 members',
    'saga-orchestrator-0 at 127.0.0.1: saga-events 0-1',
    'saga-orchestrator-1 at 127.0.0.1: saga-events 2',
    ...[0, 1].map((partition) =>
      expect.stringMatching(
        new RegExp(`^saga-events/${partition}: committed \\d+ of \\d+, \\d+ behind, saga-orchestrator-0$`),
      ),
    ),
    expect.stringMatching(/^saga-events\/2: .*, saga-orchestrator-1$/),
  ]);
  expect(await shown('topic', { topic: 'saga-events-dlq' })).toEqual([
    'saga-events-dlq: 1 partition, 3 replicas',
    expect.stringMatching(/^0: leader \d, replicas \d \d \d, in sync \d \d \d, offsets \d+ to \d+$/),
  ]);
  const found = await fixture.act('topic', await fixture.plan('topic', { topic: 'saga-events' }));
  expect(found).toContainEqual({
    is: 'found',
    found: { json: { partitions: 3, replicas: 3, leaderless: 0, underReplicated: 0 } },
  });
  expect(await refusal(fixture.plan('describe', { group: 'absent' }))).toBe(
    'not-applicable: group absent not found in this cluster: check the name',
  );
  expect(await refusal(fixture.plan('topic', { topic: 'nowhere' }))).toBe(
    'not-applicable: topic nowhere not found in this cluster: check the name',
  );
});
