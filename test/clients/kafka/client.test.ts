import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openKafkaReader } from '../../../src/clients/kafka/client.ts';
import { listOffsets, saslAuthenticate, saslHandshake } from '../../../src/clients/kafka/cluster-calls.ts';
import {
  consumerGroupDescribe,
  describeGroups,
  findCoordinator,
  listGroups,
  listGroupsUntyped,
} from '../../../src/clients/kafka/group-calls.ts';
import type { KafkaTarget } from '../../../src/clients/kafka/kafka-types.ts';
import { type Destination, type Dial, TunnelError } from '../../../src/platform/network/dial.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { certificateOf } from '../../support/certificate.ts';
import { longTest } from '../../support/layer.ts';
import { type CallResponse, cluster, ignores, kafkaServer, responds } from './server.ts';

const never = new AbortController().signal;
const clock = systemClock();
const readerOf = (target: KafkaTarget, dial?: Dial) => {
  const reader = openKafkaReader(target, openTransport(clock, { dial }));
  return Object.assign(reader, { [Symbol.asyncDispose]: () => reader.close() });
};
const alone = (port: number): CallResponse => cluster([{ id: 1, port }], { orders: 1 });

const coordinator = (port: number): CallResponse =>
  responds(findCoordinator, ({ groups }) => ({
    throttleMs: 0,
    coordinators: groups.map((group) => ({
      group,
      broker: 1,
      host: '127.0.0.1',
      port,
      error: 0,
      message: '',
    })),
  }));
const described = (group: string, state: string) => ({
  error: 0,
  group,
  state,
  protocolType: '',
  protocol: '',
  members: [],
  rights: 0,
});
const dead = responds(describeGroups, ({ groups }) => ({
  throttleMs: 0,
  groups: groups.map((group) => described(group, 'Dead')),
}));

test('one connection serves several reads, and is reopened after the broker has closed it', async () => {
  await using server = await kafkaServer((port) => [alone(port)]);
  await using reader = readerOf({ brokers: [server.address] });
  const id = () => reader.withSession(never, async (session) => (await session.cluster()).clusterId);
  expect(await Promise.all([id(), id(), id()])).toEqual(['test-cluster', 'test-cluster', 'test-cluster']);
  expect(server.connections()).toBe(1);
  server.cut();
  expect(await id()).toBe('test-cluster');
  expect(server.connections()).toBe(2);
});

test('a canceled read does not end others on the same connection', async () => {
  await using server = await kafkaServer((port) => [alone(port), ignores(listGroups)]);
  await using reader = readerOf({ brokers: [server.address] });
  await reader.withSession(never, (session) => session.cluster());
  const stop = new AbortController();
  const silent = reader.withSession(stop.signal, (session) => session.groups());
  const other = reader.withSession(never, (session) => session.topics());
  await server.arrived(listGroups);
  stop.abort(new DOMException('no longer wanted', 'AbortError'));
  await expect(silent).rejects.toMatchObject({ kind: 'cancelled' });
  expect((await other).map(({ name }) => name)).toEqual(['orders']);
});

test('a canceled request closes its connection, since the next response would be its own', async () => {
  await using server = await kafkaServer((port) => [alone(port), ignores(listOffsets)]);
  await using reader = readerOf({ brokers: [server.address] });
  await reader.withSession(never, (session) => session.cluster());
  const stop = new AbortController();
  const places = [{ topic: 'orders', partition: 0 }];
  const silent = reader.withSession(stop.signal, (session) => session.offsets(places, 'latest'));
  await server.arrived(listOffsets);
  stop.abort(new DOMException('no longer wanted', 'AbortError'));
  await expect(silent).rejects.toMatchObject({ kind: 'cancelled' });
  await server.drained();
});

test('one bootstrap server that answers is enough; failures of others are not reported while it does', async () => {
  await using gone = await kafkaServer(() => []);
  await gone[Symbol.asyncDispose]();
  await using server = await kafkaServer((port) => [alone(port)]);
  await using reader = readerOf({ brokers: [gone.address, server.address] });
  await reader.withSession(never, async (session) => {
    expect((await session.cluster()).brokers).toHaveLength(1);
    expect(session.problems).toEqual([]);
  });
});

test('a bootstrap server that does not answer in time is skipped', async () => {
  await using silent = await kafkaServer(() => []);
  await using server = await kafkaServer((port) => [alone(port)]);
  await using reader = readerOf({ brokers: [silent.address, server.address], patienceMs: 50 });
  expect(await reader.withSession(never, async (session) => (await session.cluster()).clusterId)).toBe(
    'test-cluster',
  );
});

test('no bootstrap server answers: one error with every address', async () => {
  await using gone = await kafkaServer(() => []);
  await gone[Symbol.asyncDispose]();
  await using reader = readerOf({ brokers: [gone.address, '[::1]:1'] });
  await expect(reader.withSession(never, (session) => session.cluster())).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(
      new RegExp(`^${gone.address}: Metadata: connection refused; \\[::1\\]:1: Metadata: \\S`),
    ),
  });
});

test('a group of the new protocol, listed but described as dead, has unknown members', async () => {
  const listed = responds(listGroupsUntyped, () => ({
    throttleMs: 0,
    error: 0,
    groups: [{ group: 'kip848', protocol: 'consumer', state: 'Stable', type: '' }],
  }));
  await using server = await kafkaServer((port) => [alone(port), coordinator(port), listed, dead]);
  await using reader = readerOf({ brokers: [server.address] });
  await reader.withSession(never, async (session) => {
    const groups = await session.groups();
    expect(groups).toEqual([{ group: 'kip848', state: 'Stable' }]);
    expect(await session.describe(groups)).toEqual([{ group: 'kip848', state: 'Stable' }]);
    expect(await session.describe([{ group: 'never', state: '' }])).toEqual([
      { group: 'never', state: 'Dead', members: [] },
    ]);
  });
});

test('where the broker reports group types, groups of the new protocol use their own describe call', async () => {
  const listed = responds(listGroups, () => ({
    throttleMs: 0,
    error: 0,
    groups: [
      { group: 'kip848', protocol: 'consumer', state: 'Stable', type: 'Consumer' },
      { group: 'sharing', protocol: 'share', state: 'Stable', type: 'Share' },
    ],
  }));
  const assigned = { topics: [{ id: Buffer.alloc(16), name: 'orders', partitions: [0, 1] }] };
  const newly = responds(consumerGroupDescribe, ({ groups }) => ({
    throttleMs: 0,
    groups: groups.map((group) => ({
      error: 0,
      message: undefined,
      group,
      state: 'Reconciling',
      epoch: 3,
      assignmentEpoch: 3,
      assignor: 'uniform',
      rights: 0,
      members: [
        {
          memberId: 'm1',
          instanceId: undefined,
          rack: undefined,
          epoch: 3,
          clientId: 'app',
          host: '/10.0.0.7',
          subscribed: ['orders'],
          pattern: undefined,
          assigned,
          wanted: assigned,
        },
      ],
    })),
  }));
  await using server = await kafkaServer((port) => [alone(port), coordinator(port), listed, newly]);
  await using reader = readerOf({ brokers: [server.address] });
  await reader.withSession(never, async (session) => {
    expect(await session.describe(await session.groups())).toEqual([
      {
        group: 'kip848',
        state: 'Reconciling',
        members: [
          { memberId: 'm1', clientId: 'app', host: '10.0.0.7', assigned: new Map([['orders', [0, 1]]]) },
        ],
      },
      { group: 'sharing', state: 'Stable' },
    ]);
  });
});

longTest('a thousand denied groups are one problem and ten requests', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `group-${index}`);
  const denied = responds(describeGroups, ({ groups }) => ({
    throttleMs: 0,
    groups: groups.map((group) => ({ ...described(group, ''), error: 30 })),
  }));
  await using server = await kafkaServer((port) => [alone(port), coordinator(port), denied]);
  await using reader = readerOf({ brokers: [server.address] });
  await reader.withSession(never, async (session) => {
    expect(await session.describe(names.map((group) => ({ group, state: '' })))).toEqual([]);
    expect(session.problems.map(({ kind, message }) => [kind, message])).toEqual([
      [
        'denied',
        'broker 1: DescribeGroups of group group-0, group-1, group-2 and 997 more: the user has no permission on this group (GROUP_AUTHORIZATION_FAILED)',
      ],
    ]);
  });
  expect(server.asked.filter((key) => key === describeGroups.key)).toHaveLength(10);
});

test('an unknown topic is a problem, and the known ones are kept; an offset beyond 2^53 is exact', async () => {
  const end = responds(listOffsets, ({ topics }) => ({
    throttleMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partition }) => ({
        partition,
        error: 0,
        at: -1n,
        offset: 9_007_199_254_740_993n,
      })),
    })),
  }));
  await using server = await kafkaServer((port) => [alone(port), end]);
  await using reader = readerOf({ brokers: [server.address] });
  await reader.withSession(never, async (session) => {
    const places = ['orders', 'nowhere'].map((topic) => ({ topic, partition: 0 }));
    expect(await session.offsets(places, 'latest')).toEqual([
      { topic: 'orders', partition: 0, offset: 9_007_199_254_740_993n },
    ]);
    expect(session.problems.map(({ kind, message }) => [kind, message])).toEqual([
      [
        'missing',
        'Metadata of topic nowhere: the topic or partition does not exist: check the name (UNKNOWN_TOPIC_OR_PARTITION)',
      ],
    ]);
  });
});

test('TLS is used where configured, and an untrusted certificate is reported', async () => {
  const { cert, key } = certificateOf('kafka.example', new Date('2099-12-31T12:00:00Z'));
  await using server = await kafkaServer((port) => [alone(port)], { cert, key });
  const brokers = [server.address];
  await using trusting = readerOf({ brokers, tls: { ca: cert, serverName: 'kafka.example' } });
  expect(await trusting.withSession(never, async (session) => (await session.cluster()).clusterId)).toBe(
    'test-cluster',
  );
  await using strict = readerOf({ brokers, tls: {} });
  await expect(strict.withSession(never, (session) => session.cluster())).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('self-signed'),
  });
});

test('a SASL mechanism that the listener does not offer is refused, with the offered ones', async () => {
  const offers = responds(saslHandshake, () => ({ error: 33, mechanisms: ['SCRAM-SHA-512'] }));
  await using server = await kafkaServer((port) => [
    alone(port),
    offers,
    responds(saslAuthenticate, () => expect.fail()),
  ]);
  await using reader = readerOf({
    brokers: [server.address],
    sasl: { mechanism: 'plain', user: 'opsdeck', password: 'hunter2' },
  });
  await expect(reader.withSession(never, (session) => session.cluster())).rejects.toMatchObject({
    kind: 'denied',
    message: expect.stringMatching(/login with PLAIN: .*the broker offers SCRAM-SHA-512$/),
  });
});

test('through a dial, a broker that advertises a pod name is found at that endpoint', async () => {
  await using server = await kafkaServer((port) => [
    cluster([{ id: 1, host: 'kafka-0.kafka.prod.svc.cluster.local', port: 9092 }]),
    alone(port),
  ]);
  const dialled: Destination[] = [];
  await using reader = readerOf({ brokers: ['kafka-0:19092'] }, async (to) => {
    dialled.push(to);
    return connect(server.port, '127.0.0.1');
  });
  await reader.withSession(never, async (session) => {
    const [broker] = (await session.cluster()).brokers;
    await session.probe(broker ?? expect.fail());
  });
  expect(dialled).toEqual([
    { host: 'kafka-0', port: 19_092 },
    { host: 'kafka-0', port: 19_092 },
  ]);
});

test('a cut tunnel is reported as such: the state behind it is unknown', async () => {
  await using reader = readerOf({ brokers: ['kafka-0:9092'] }, async () => {
    throw new TunnelError(
      'k8s pod/kafka-0: no pod or container of the target is running: start one, or correct the target',
    );
  });
  await expect(reader.withSession(never, (session) => session.cluster())).rejects.toBeInstanceOf(TunnelError);
});

test('on a stream that ends in one direction only, a read fails at once, without its deadline', async () => {
  await using stack = new AsyncDisposableStack();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.once('data', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  // What the connection of a tunnel may be: its writing side stays open after the end.
  const dial: Dial = async () => connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  // A clock that does not move: no deadline passes.
  const stopped = { ...clock, deadline: () => ({ signal: never, clear: () => {} }) };
  const reader = openKafkaReader({ brokers: ['broker:9092'] }, openTransport(stopped, { dial }));
  stack.defer(() => reader.close());
  await expect(reader.withSession(never, (session) => session.cluster())).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('connection closed'),
  });
});
