import { AclResourceTypes, Kafka } from 'kafkajs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { asAdmin, kafkaOf } from '../kafka/client.ts';
import { joinGroup, joinNewGroup } from '../kafka/members.ts';
import { denyAccess, setPassword } from '../kafka/rights.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { until } from '../machine/until.ts';
import { user } from '../servers/passwords.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const kafka = kafkaOf(server);
const topic = 'facts';
let stack = new AsyncDisposableStack();

/** Login of a source. */
const asUser = (password: string): Kafka =>
  new Kafka({
    clientId: 'source',
    brokers: [`127.0.0.1:${server.port}`],
    sasl: { mechanism: 'scram-sha-256', username: user, password },
    logCreator: () => () => {},
    retry: { retries: 0 },
  });

const deny = (type: AclResourceTypes, name: string) => denyAccess(kafka, type, name);

const describedAs = async (group: string): Promise<unknown> =>
  (await asAdmin(kafka, (admin) => admin.describeGroups([group]))).groups[0];

const committed = async (group: string): Promise<readonly string[]> => {
  const [offsets] = await asAdmin(kafka, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
  return (offsets?.partitions ?? []).map(({ offset }) => offset);
};

describe('behavior of Kafka itself', () => {
  beforeAll(async () => {
    await createTopic(kafka, topic, 2);
    await produce(kafka, topic, [30, 10]);
  });
  afterEach(async () => {
    await stack.disposeAsync();
    stack = new AsyncDisposableStack();
  });

  test('one broker, which is the controller; start and end offsets of a topic', async () => {
    const cluster = await asAdmin(kafka, (admin) => admin.describeCluster());
    expect(cluster).toMatchObject({ brokers: [{ nodeId: 1, host: '127.0.0.1' }], controller: 1 });
    const ends = await asAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
    expect(ends.toSorted((a, b) => a.partition - b.partition)).toMatchObject([
      { partition: 0, low: '0', high: '30' },
      { partition: 1, low: '0', high: '10' },
    ]);
  });

  test('a group is Stable with members, Empty without; an unknown one is Dead and has no committed offsets', async () => {
    const member = await joinGroup(kafka, { group: 'billing', topic });
    await until(
      'the group has read all messages',
      async () => (await committed('billing')).join() === '30,10',
    );
    expect(await describedAs('billing')).toMatchObject({
      state: 'Stable',
      members: [{ clientHost: '/127.0.0.1' }],
    });
    await member[Symbol.asyncDispose]();
    expect(await describedAs('billing')).toMatchObject({ state: 'Empty', members: [] });
    expect(await committed('billing')).toEqual(['30', '10']);
    expect(await describedAs('never-was')).toMatchObject({ state: 'Dead', errorCode: 0, members: [] });
    expect(await committed('never-was')).toEqual(['-1', '-1']);
  });

  test('a group whose member never commits has no offset', async () => {
    stack.use(await joinGroup(kafka, { group: 'stalled', topic, commits: false }));
    expect(await describedAs('stalled')).toMatchObject({ state: 'Stable' });
    expect(await committed('stalled')).toEqual(['-1', '-1']);
  });

  test('a group of the consumer protocol is listed, active and commits, but is described as Dead', async () => {
    stack.use(await joinNewGroup(server, kafka, { group: 'modern', topic }));
    await until(
      'the group has read all messages',
      async () => (await committed('modern')).join() === '30,10',
    );
    const { groups } = await asAdmin(kafka, (admin) => admin.listGroups());
    expect(groups).toContainEqual({ groupId: 'modern', protocolType: 'consumer' });
    expect(await describedAs('modern')).toMatchObject({ state: 'Dead', errorCode: 0, members: [] });
  });

  test('an offset beyond 2^53 is kept to the last digit', async () => {
    const partitions = [{ partition: 0, offset: '9007199254740993' }];
    await asAdmin(kafka, (admin) => admin.setOffsets({ groupId: 'far', topic, partitions }));
    expect(await committed('far')).toEqual(['9007199254740993', '-1']);
  });

  test('rejects a wrong password. The right one lists the topics', async () => {
    await expect(asAdmin(asUser('wrong'), (admin) => admin.listTopics())).rejects.toThrow(/authentication/i);
    expect(await asAdmin(asUser(secret), (admin) => admin.listTopics())).toContain(topic);
  });

  test('a topic denied by an ACL is error 29, and missing from the list; others are unaffected', async () => {
    await createTopic(kafka, 'hidden', 1);
    stack.use(await deny(AclResourceTypes.TOPIC, 'hidden'));
    await until('the ACL is in effect', async () => {
      const answer = asAdmin(asUser(secret), (admin) => admin.fetchTopicMetadata({ topics: ['hidden'] }));
      return answer.then(
        () => false,
        (error) => error.code === 29,
      );
    });
    const listed = await asAdmin(asUser(secret), (admin) => admin.listTopics());
    expect(listed).toContain(topic);
    expect(listed).not.toContain('hidden');
  });

  test('a group denied by an ACL has no coordinator for this user; another is described', async () => {
    stack.use(await deny(AclResourceTypes.GROUP, 'secret-group'));
    // kafkajs looks up a coordinator only after another request.
    const describe = (group: string) =>
      asAdmin(asUser(secret), async (admin) => {
        await admin.listTopics();
        return admin.describeGroups([group]);
      });
    await until('the ACL is in effect', () =>
      describe('secret-group').then(
        () => false,
        (error: Error) => error.message === 'Failed to find group coordinator',
      ),
    );
    expect((await describe('billing')).groups).toMatchObject([{ groupId: 'billing', errorCode: 0 }]);
  });

  test('changes a user’s password while the broker runs', async () => {
    await setPassword(server, 'another+password');
    stack.defer(() => setPassword(server, secret));
    await expect(asAdmin(asUser(secret), (admin) => admin.listTopics())).rejects.toThrow(/authentication/i);
    expect(await asAdmin(asUser('another+password'), (admin) => admin.listTopics())).toContain(topic);
  });
});
