import { expect, test } from 'vitest';
import { describeQuorum } from '../../../src/clients/kafka/quorum-call.ts';
import { kafka } from '../../../src/sources/kafka/index.ts';
import { type CallResponse, cluster, kafkaServer, responds } from '../../clients/kafka/server.ts';
import { never, openSource } from '../open-source.ts';

interface Quorum {
  readonly error?: number;
  readonly leader?: number;
  readonly epoch?: number;
}

const quorum = (state: () => Quorum): CallResponse =>
  responds(describeQuorum, ({ topics }) => {
    const { error = 0, leader = 1, epoch = 0 } = state();
    const offsets = { highWatermark: 100n, voters: [{ id: 1, end: 100n }], observers: [] };
    const partitions = [{ partition: 0, error: 0, leader, epoch, ...offsets }];
    return { error, topics: error === 0 ? topics.map(({ name }) => ({ name, partitions })) : [] };
  });

const fingerprint = async (...more: readonly CallResponse[]) => {
  await using server = await kafkaServer((port) => [cluster([{ id: 1, port }]), ...more]);
  await using opened = await openSource(kafka, { brokers: [server.address] });
  return await opened.source.fingerprint?.(never, 0);
};

test('a cluster is identified by its ID, and the epoch of its controller may not go back', async () => {
  expect(await fingerprint(quorum(() => ({ epoch: 17 })))).toEqual({
    parts: { cluster: 'test-cluster' },
    counters: { controller_epoch: 17 },
  });
});

test.each([
  ['with ZooKeeper', []],
  ['without DESCRIBE on the cluster', [quorum(() => ({ error: 31 }))]],
  ['without a controller', [quorum(() => ({ leader: -1, epoch: 18 }))]],
])('a cluster %s tells no epoch', async (_, more) => {
  expect(await fingerprint(...more)).toEqual({ parts: { cluster: 'test-cluster' } });
});
