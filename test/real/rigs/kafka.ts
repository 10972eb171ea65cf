import { expect } from 'vitest';
import { changeKafka } from '../../../src/clients/kafka/change.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import type { Stage, TimelessFact } from '../../../src/testing/source-rig.ts';
import { type KafkaFailureMode, kafkaFailureModes } from '../../contract/kafka-front.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { brokersOf, kafkaOf } from '../kafka/client.ts';
import { openKafkaFront } from '../kafka/front.ts';
import { joinGroup } from '../kafka/members.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { user } from '../servers/passwords.ts';
import type { Address } from '../servers/server.ts';

const source = 'kafka';
const topic = 'contract';
const [silent, empty] = ['contract-silent', 'contract-empty'] as const;

const row = (group: string, partition: number, more: object): TimelessFact => ({
  source,
  cluster: 'real',
  group,
  topic,
  partition,
  ...more,
});
const member = { members: 1, member: 'suite' };
const about = (title: string, text: string): TimelessFact => ({ source, title, text });
const health = (instance: string, detail: unknown): TimelessFact => ({
  source,
  env: 'test',
  service: 'real',
  instance,
  status: 'up',
  detail,
  components: [],
});

/** Creates the topics and groups once; the group that never commits keeps its member until disposal. */
export const settleKafka = async (server: Address): Promise<AsyncDisposable> => {
  const kafka = kafkaOf(server);
  await using stack = new AsyncDisposableStack();
  await createTopic(kafka, topic, 2);
  await produce(kafka, topic, [30, 10]);
  // The very first member triggers the creation of the offsets topic.
  stack.use(await joinGroup(kafka, { group: silent, topic, commits: false }));
  await changeKafka(
    openTransport(systemClock()),
    { brokers: brokersOf(server) },
    { is: 'set-offsets', group: empty, topic, offsets: [{ topic, partition: 0, offset: 12n }] },
    AbortSignal.timeout(20_000),
  );
  return stack.move();
};

/** One real broker behind a front; one group never commits, another without members has committed in one partition. */
export const kafkaStage = (server: Address): Stage<KafkaFailureMode> => ({
  failureModes: kafkaFailureModes,
  call: /^(broker \d+|127\.0\.0\.1:\d+).*: \S/,
  isAnonymous: true,
  clock: () => manualClock(Date.now()),
  open: async () => {
    const front = await openKafkaFront(server.port);
    return { ...front, url: front.address };
  },
  rig: {
    type: 'kafka',
    config: (url, password) => ({
      brokers: [url],
      cluster: 'real',
      groups: [silent, empty],
      topics: [topic],
      window: '1s',
      sasl: { mechanism: 'scram-sha-256', user, password },
    }),
    signals: [
      { id: 'lag', read: { lag: empty } },
      { id: 'silent', read: { lag: silent } },
      { id: 'members', read: { members: silent } },
      { id: 'partitions', read: { partitions: topic } },
      { id: 'offline', read: { offline: true } },
    ],
    healthy: {
      'kafka/lag': {
        items: [
          row(empty, 0, { committed: 12n, end: 30n, lag: 18, motion: 'stopped', members: 0 }),
          row(silent, 0, { end: 30n, motion: 'unknown', ...member }),
          row(silent, 1, { end: 10n, motion: 'unknown', ...member }),
        ],
        samples: [
          {
            ...{ source, signal: 'lag', labels: {}, value: 18, fold: 'sum' },
            parts: { [JSON.stringify({ topic, partition: '0' })]: 18 },
          },
          { source, signal: 'silent', labels: {}, why: `group ${silent} has no committed offsets` },
          { source, signal: 'members', labels: {}, value: 1 },
        ],
      },
      'kafka/health': {
        items: [
          health('', expect.stringMatching(/^1 broker, \d+ topics, \d+ partitions$/)),
          health('broker-1', expect.stringMatching(/^127\.0\.0\.1:\d+$/)),
        ],
        samples: [
          { source, signal: 'partitions', labels: {}, value: 2 },
          { source, signal: 'offline', labels: {}, value: 0 },
        ],
      },
      'kafka/topics': { items: [about(topic, '2 partitions, 1 replica')] },
      'kafka/groups': {
        items: [
          about(empty, 'Empty · 0 members'),
          about(silent, 'Stable · 1 member'),
          about(silent, `suite at 127.0.0.1: ${topic} 0-1`),
        ],
      },
    },
    unknowns: {
      'kafka/lag': ({ items, samples = [] }) => [
        ...items
          .filter((item) => 'motion' in item && item.group === silent)
          .map((item) => ('lag' in item ? item.lag : undefined)),
        ...samples.filter(({ signal }) => signal === 'silent').map(({ value }) => value),
      ],
    },
    operations: {
      resetOffsets: { group: empty, topic, to: 'earliest' },
      createTopic: { topic: 'contract-more', partitions: 2, replication: 1 },
      addPartitions: { topic, count: 3 },
      describe: { group: silent },
      topic: { topic },
    },
  },
});
