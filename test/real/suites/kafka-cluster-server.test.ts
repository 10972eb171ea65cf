import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asAdmin, kafkaOf } from '../kafka/client.ts';
import { restartBroker, stopBroker } from '../kafka/outage.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const kafka = kafkaOf(server);
const topic = 'wide';

const partitionsOf = async () =>
  (await asAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: [topic] }))).topics[0]?.partitions ??
  [];

describe('behavior of three brokers', () => {
  beforeAll(async () => {
    await createTopic(kafka, topic, 3, 3);
    await produce(kafka, topic, [5, 5, 5]);
  });
  afterAll(() => restartBroker(server, 3));

  test('a stopped broker leaves the cluster and the in-sync replicas, and the topic keeps its leaders', async () => {
    await stopBroker(server, 3);
    await until('the replicas are out of sync', async () =>
      (await partitionsOf()).every(({ isr }) => !isr.includes(3)),
    );
    for (const { leader, replicas } of await partitionsOf()) {
      expect([1, 2]).toContain(leader);
      expect(replicas.toSorted()).toEqual([1, 2, 3]);
    }
    const { brokers } = await asAdmin(kafka, (admin) => admin.describeCluster());
    expect(brokers.map(({ nodeId }) => nodeId).toSorted()).toEqual([1, 2]);
  });

  test('after its restart all replicas are in sync again', async () => {
    await restartBroker(server, 3);
    await until('all replicas are in sync', async () =>
      (await partitionsOf()).every(({ isr }) => isr.length === 3),
    );
  });
});
