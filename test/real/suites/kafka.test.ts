import { AclResourceTypes } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import { isUncommitted } from '../../../src/kinds/lag/group-verdict.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { pacePromises } from '../../contract/pace.ts';
import { promises } from '../../contract/promises.ts';
import { moduleOf, secret } from '../../contract/wired.ts';
import { oneStep, openActing, proof } from '../acting.ts';
import { brokersOf, kafkaOf } from '../kafka/client.ts';
import { joinGroup, joinNewGroup } from '../kafka/members.ts';
import { denyAccess, setPassword } from '../kafka/rights.ts';
import { createTopic, hasPartitions, produce } from '../kafka/topics.ts';
import { until } from '../machine/until.ts';
import { kafkaStage, settleKafka } from '../rigs/kafka.ts';
import { user } from '../servers/passwords.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const kafka = kafkaOf(server);
const { signal } = new AbortController();
let stack = new AsyncDisposableStack();

afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

describe('as a source', () => {
  let settled: AsyncDisposable | undefined;
  beforeAll(async () => {
    settled = await settleKafka(server);
  });
  afterAll(() => settled?.[Symbol.asyncDispose]());
  describe('kafka contract', () => promises(kafkaStage(server)));
  describe('kafka pace', () => pacePromises(kafkaStage(server)));
});

const connection = { brokers: [`127.0.0.1:${server.port}`], cluster: 'real' };
const login = (password: string) => ({ sasl: { mechanism: 'scram-sha-256', user, password } });

const sourceOf = async (more: object, password = secret): Promise<Source> => {
  const module = moduleOf('kafka');
  const config = module.config.parse({ ...connection, ...login(password), ...more });
  const source = await module.open(
    { id: 'kafka', env: 'test', config, signals: [] },
    openReadIo(systemClock()),
  );
  stack.defer(() => source.close());
  return source;
};

const read = async (source: Source, name: string) => {
  const feed = source.feeds.find((candidate) => candidate.name === name);
  if (feed === undefined) throw new Error(`no feed ${name}`);
  return feed.read(signal);
};

const rowsOf = async (source: Source): Promise<readonly Lag[]> => {
  const { items, faults } = await read(source, 'lag');
  expect(faults).toEqual([]);
  return items.filter((item): item is Lag => 'motion' in item);
};

/** A topic for one test, with these message counts per partition. */
const topicWith = async (name: string, messages: readonly number[]): Promise<string> => {
  await createTopic(kafka, name, messages.length);
  await produce(kafka, name, messages);
  return name;
};

/** A group without members that has read all of a topic. */
const groupOf = async (group: string, topic: string): Promise<string> => {
  await using _ = await joinGroup(kafka, { group, topic });
  const source = await sourceOf({ groups: [group] });
  await until(`${group} has read all`, async () => {
    const rows = await rowsOf(source);
    return rows.length > 0 && rows.every(({ lag }) => lag === 0);
  });
  return group;
};

test('tells who answers: the cluster, and the epoch of its controller', async () => {
  const source = stack.adopt(await sourceOf({}), (opened) => opened.close());
  expect(await source.fingerprint?.(signal, 0)).toEqual({
    parts: { cluster: expect.stringMatching(/^[\w-]{22}$/) },
    counters: { controller_epoch: expect.toSatisfy((epoch) => epoch >= 1, 'an epoch of a controller') },
  });
});

describe('lag and its trend', () => {
  test('a group without lag is steady; without its member new messages are a stopped lag', async () => {
    const topic = await topicWith('moving', [30, 10]);
    const source = await sourceOf({ groups: ['mover'] });
    const member = await joinGroup(kafka, { group: 'mover', topic });
    const lags = async () => (await rowsOf(source)).map(({ lag, motion }) => [lag, motion]);
    await until('the group has read all messages', async () => (await lags()).every(([lag]) => lag === 0));
    expect(await lags()).toEqual([
      [0, 'steady'],
      [0, 'steady'],
    ]);
    await member[Symbol.asyncDispose]();
    await produce(kafka, topic, [5, 0]);
    expect(await rowsOf(source)).toMatchObject([
      { committed: 30n, end: 35n, lag: 5, motion: 'stopped', members: 0 },
      { committed: 10n, end: 10n, lag: 0, motion: 'steady', members: 0 },
    ]);
  });

  test('a member that never commits while messages arrive: stalled', async () => {
    const topic = await topicWith('piling', [10]);
    const reader = await joinGroup(kafka, { group: 'piler', topic });
    const source = await sourceOf({ groups: ['piler'] });
    await until('the group has committed', async () => (await rowsOf(source))[0]?.lag === 0);
    await reader[Symbol.asyncDispose]();
    stack.use(await joinGroup(kafka, { group: 'piler', topic, commits: false }));
    await produce(kafka, topic, [400]);
    // A new source: earlier messages are not in its window.
    const fresh = await sourceOf({ groups: ['piler'] });
    await rowsOf(fresh);
    await until('a second sample shows the stall', async () => {
      await produce(kafka, topic, [1]);
      return (await rowsOf(fresh))[0]?.motion === 'stalled';
    });
  });

  test('a group of the consumer protocol has members, and is not stopped', async () => {
    const topic = await topicWith('modern-events', [30]);
    stack.use(await joinNewGroup(server, kafka, { group: 'modern-readers', topic }));
    const source = await sourceOf({ groups: ['modern-readers'] });
    await until('the group has read all messages', async () => (await rowsOf(source))[0]?.lag === 0);
    expect(await rowsOf(source)).toMatchObject([
      { members: 1, motion: 'steady', member: expect.stringMatching(/\S/) },
    ]);
    expect(await read(source, 'groups')).toMatchObject({
      items: [
        { title: 'modern-readers', text: 'Stable · 1 member' },
        { text: expect.stringContaining(`${topic} 0`) },
      ],
      faults: [],
    });
  });

  test('an unknown group is missing; a denied one has a remedy. The others are unaffected', async () => {
    const topic = await topicWith('guarded', [3]);
    await groupOf('open-group', topic);
    await groupOf('closed-group', topic);
    stack.use(await denyAccess(kafka, AclResourceTypes.GROUP, 'closed-group'));
    const source = await sourceOf({ groups: ['open-group', 'closed-group', 'never-was'] });
    await until('the ACL is in effect', async () =>
      (await read(source, 'lag')).faults.some(({ kind }) => kind === 'denied'),
    );
    const { items, faults } = await read(source, 'lag');
    expect(items).toMatchObject([{ group: 'open-group', topic }]);
    expect(faults.map(({ kind, message }) => [kind, message]).toSorted()).toEqual([
      [
        'denied',
        expect.stringMatching(
          /DescribeGroups of group closed-group: the user has no permission on this group/,
        ),
      ],
      [
        'denied',
        expect.stringMatching(/OffsetFetch of group closed-group: the user has no permission on this group/),
      ],
      ['missing', 'this cluster has no consumer group never-was: check groups of the source'],
    ]);
    expect(faults.find(({ kind }) => kind === 'denied')?.remedy).toContain('--operation Describe --group');
  });

  test('a denied topic does not hide others', async () => {
    const seen = await topicWith('seen', [3]);
    const hidden = await topicWith('hidden-events', [3]);
    for (const topic of [seen, hidden]) await groupOf(`${topic}-group`, topic);
    stack.use(await denyAccess(kafka, AclResourceTypes.TOPIC, hidden));
    const source = await sourceOf({ groups: [`${seen}-group`, `${hidden}-group`] });
    await until('the ACL is in effect', async () =>
      (await read(source, 'lag')).items.every(
        (item) => !('topic' in item) || item.topic !== hidden || item.end === undefined,
      ),
    );
    const { items } = await read(source, 'lag');
    expect(items).toContainEqual(expect.objectContaining({ topic: seen, end: 3n }));
    // Its committed offsets are unknown, not absent.
    const forbidden = items.filter((item): item is Lag => 'motion' in item && item.topic === hidden);
    expect(forbidden.filter((row) => row.committed !== undefined || isUncommitted(row))).toEqual([]);
  });

  test('a changed password is denied, the new one is accepted', async () => {
    await setPassword(server, 'another+password');
    stack.defer(() => setPassword(server, secret));
    const old = await sourceOf({});
    const fresh = await sourceOf({}, 'another+password');
    expect((await read(old, 'lag')).faults).toMatchObject([
      {
        kind: 'denied',
        message: expect.stringMatching(/login with SCRAM-SHA-256 as opsdeck: the login failed/),
      },
    ]);
    expect((await read(old, 'health')).items).toMatchObject([{ status: 'unknown' }]);
    expect((await read(fresh, 'health')).faults).toEqual([]);
  });

  test('detects a different cluster', async () => {
    const source = await sourceOf({ identity: { clusterId: 'MkU3OEVBNTcwNTJENDM2Qk' } });
    expect(await source.identify?.(signal)).toMatchObject({ kind: 'wrong-system' });
  });
});

describe('operations, through the executor', () => {
  const acting = async () =>
    stack.use(await openActing('kafka', 'kafka', { ...connection, brokers: brokersOf(server) }));
  const step = (name: string, params: object, verify: Runbook['verify'] = []): Runbook =>
    oneStep(`kafka.${name}`, { ...params }, verify);
  const committed = async (group: string): Promise<readonly (bigint | undefined)[]> =>
    (await rowsOf(await sourceOf({ groups: [group] }))).map((row) => row.committed);

  test('resets offsets, verifies them, and restores them by the undo; with members nothing is sent', async () => {
    const topic = await topicWith('replayed', [30, 10]);
    const member = await joinGroup(kafka, { group: 'replayer', topic });
    await until(
      'the group has read all messages',
      async () => (await committed('replayer')).join() === '30,10',
    );
    const opened = await acting();
    const back = step('resetOffsets', { group: 'replayer', topic, to: { by: -10 } }, [
      proof('all(lag[group = replayer] | lag >= 10)'),
    ]);
    const rejected = await opened.run(back);
    expect(rejected.ended).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('Stop the consumers first'),
    });
    await member[Symbol.asyncDispose]();
    const ran = await opened.run(back);
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.steps[0]?.plan?.objects).toEqual([
      'replayed/0: 30 → 20, 10 messages are read again',
      'replayed/1: 10 → 0, 10 messages are read again',
    ]);
    expect(await committed('replayer')).toEqual([20n, 0n]);
    const undone = await opened.undo(ran);
    expect(undone.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
    expect(await committed('replayer')).toEqual([30n, 10n]);
    expect(await opened.ledgerHolds()).toBe(true);
  });

  test('resets to a time of the broker; exact beyond 2^53', async () => {
    const topic = await topicWith('timed', [4]);
    await groupOf('timer', topic);
    const opened = await acting();
    await opened.run(step('resetOffsets', { group: 'timer', topic, to: 'earliest' }));
    const ran = await opened.run(
      step('resetOffsets', {
        group: 'timer',
        topic,
        to: { at: new Date(Date.now() + 60_000).toISOString() },
      }),
    );
    expect(ran.ended.ending).toBe('executed-not-recovered');
    expect(await committed('timer')).toEqual([4n]);
    await opened.run(step('resetOffsets', { group: 'timer', topic, to: { at: '1h' } }));
    expect(await committed('timer')).toEqual([0n]);
  });

  test('rejects an active group of the consumer protocol, too', async () => {
    const topic = await topicWith('modern-replayed', [30]);
    stack.use(await joinNewGroup(server, kafka, { group: 'modern-replayer', topic }));
    const ran = await (await acting()).run(
      step('resetOffsets', { group: 'modern-replayer', topic, to: 'earliest' }),
    );
    expect(ran.ended).toMatchObject({ ending: 'not-applicable', why: expect.stringContaining('1 member') });
  });

  test('creates a topic and adds partitions; what the controller rejects is not applicable', async () => {
    const opened = await acting();
    const spec = { topic: 'made', partitions: 2, replication: 1 };
    expect((await opened.run(step('createTopic', spec))).events).toContainEqual(
      expect.objectContaining({ event: 'acted', ok: true }),
    );
    expect((await opened.run(step('createTopic', spec))).ended.ending).toBe('not-applicable');
    expect(
      (await opened.run(step('createTopic', { ...spec, topic: 'wide', replication: 9 }))).ended,
    ).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('INVALID_REPLICATION_FACTOR'),
    });
    await opened.run(step('addPartitions', { topic: 'made', count: 3 }));
    await hasPartitions(kafka, 'made', 3);
    expect((await opened.run(step('addPartitions', { topic: 'made', count: 3 }))).ended).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('already has 3 partitions'),
    });
  });
});
