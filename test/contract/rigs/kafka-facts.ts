import { expect } from 'vitest';
import type { SourceExpectation, TimelessFact } from '../../../src/testing/source-rig.ts';

const source = 'kafka';

/** The saga platform of the simulator as a Kafka source sees it, 90 s after its start. */
const offset = expect.any(BigInt);

const partition = (
  group: string,
  topic: string,
  number: number,
  member: string,
  members: number,
): TimelessFact => ({
  source,
  cluster: 'events',
  group,
  topic,
  partition: number,
  committed: offset,
  end: offset,
  lag: expect.any(Number),
  motion: expect.stringMatching(/^(steady|unknown)$/),
  member,
  members,
});

const notifications = [0, 1, 2].map((number) =>
  partition('notification-group', 'payment-events', number, 'notification-service-0', 1),
);
const orchestrator = (['saga-orchestrator-0', 'saga-orchestrator-0', 'saga-orchestrator-1'] as const).map(
  (member, number) => partition('saga-orchestrator-group', 'saga-events', number, member, 2),
);

const health = (instance: string, detail: unknown): TimelessFact => ({
  source,
  env: 'test',
  service: 'events',
  instance,
  status: 'up',
  detail,
  components: [],
});

const address = expect.stringMatching(/^127\.0\.0\.1:\d+$/);

export const kafkaRig: SourceExpectation = {
  type: 'kafka',
  config: (url, secret) => ({
    brokers: url,
    cluster: 'events',
    groups: ['saga-orchestrator-group', 'notification-group'],
    // Shorter than any failure lasts, so that no reading uses a cached one.
    window: '1s',
    sasl: { user: 'opsdeck', password: secret },
    identity: { clusterId: Buffer.from('saga-kafka/production').subarray(0, 16).toString('base64url') },
  }),
  signals: [
    { id: 'lag', read: { lag: 'saga-orchestrator-group', topic: 'saga-events' } },
    { id: 'lag.absent', read: { lag: 'absent' } },
    { id: 'members', read: { members: 'saga-orchestrator-group' } },
    { id: 'brokers', read: { brokers: true } },
    { id: 'partitions', read: { partitions: 'no-such-topic' } },
    { id: 'under', read: { underReplicated: true } },
  ],
  healthy: {
    'kafka/lag': {
      items: [...notifications, ...orchestrator],
      samples: [
        {
          source,
          signal: 'lag',
          labels: {},
          value: expect.any(Number),
          fold: 'sum',
          parts: {
            '{"topic":"saga-events","partition":"0"}': expect.any(Number),
            '{"topic":"saga-events","partition":"1"}': expect.any(Number),
            '{"topic":"saga-events","partition":"2"}': expect.any(Number),
          },
        },
        { source, signal: 'lag.absent', labels: {}, why: 'group absent has no committed offsets' },
        { source, signal: 'members', labels: {}, value: 2 },
      ],
    },
    'kafka/health': {
      items: [
        health('', '3 brokers, 3 topics, 7 partitions'),
        health('broker-1', address),
        health('broker-2', address),
        health('broker-3', address),
      ],
      samples: [
        { source, signal: 'brokers', labels: {}, value: 3 },
        {
          source,
          signal: 'partitions',
          labels: {},
          why: 'the topic no-such-topic does not exist, or the login lacks DESCRIBE on the topic',
        },
        { source, signal: 'under', labels: {}, value: 0 },
      ],
    },
    'kafka/topics': {
      items: [
        { source, title: 'payment-events', text: '3 partitions, 3 replicas' },
        { source, title: 'saga-events', text: '3 partitions, 3 replicas' },
        { source, title: 'saga-events-dlq', text: '1 partition, 3 replicas' },
      ],
    },
    'kafka/groups': {
      items: [
        { source, title: 'notification-group', text: 'Stable · 1 member' },
        {
          source,
          title: 'notification-group',
          text: 'notification-service-0 at 127.0.0.1: payment-events 0-2',
        },
        { source, title: 'saga-orchestrator-group', text: 'Stable · 2 members' },
        {
          source,
          title: 'saga-orchestrator-group',
          text: 'saga-orchestrator-0 at 127.0.0.1: saga-events 0-1',
        },
        {
          source,
          title: 'saga-orchestrator-group',
          text: 'saga-orchestrator-1 at 127.0.0.1: saga-events 2',
        },
      ],
    },
  },
  unknowns: {
    'kafka/lag': ({ items, samples = [] }) => [
      ...items.map((item) => ('etaSeconds' in item ? item.etaSeconds : undefined)),
      ...samples.filter(({ signal }) => signal === 'lag.absent').map(({ value }) => value),
    ],
    'kafka/health': ({ samples = [] }) =>
      samples.filter(({ signal }) => signal === 'partitions').map(({ value }) => value),
  },
  partial: {
    denied: /^OffsetFetch saga-orchestrator-group$/,
    feed: 'kafka/lag',
    items: [
      ...notifications,
      ...orchestrator.map(({ committed: _, lag: __, ...row }) => ({ ...row, motion: 'unknown' })),
    ],
  },
  operations: {
    resetOffsets: { group: 'replay', topic: 'saga-events', to: 'earliest' },
    createTopic: { topic: 'saga-audit', partitions: 3, replication: 2 },
    addPartitions: { topic: 'saga-events', count: 6 },
    describe: { group: 'saga-orchestrator-group' },
    topic: { topic: 'saga-events' },
  },
};
