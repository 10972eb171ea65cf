import { WireError } from '../../platform/runtime/wire-error.ts';
import type { BrokerPool } from './broker-pool.ts';
import type { KafkaCall } from './call.ts';
import type { KafkaSession } from './kafka-types.ts';
import { int16Field, int32Field, int64Field, listField, nameField, recordField } from './wire-fields.ts';

/** The log of a KRaft cluster's own data. Its leader is the controller, and the epoch of the leader that of the controller. */
const clusterLog = '__cluster_metadata';

const replicas = listField(recordField({ id: int32Field, end: int64Field }));

/** Version 0, from Kafka 3.3 (KIP-836). Brokers forward it to the controllers. Source: DescribeQuorumResponse.json. */
export const describeQuorum = {
  key: 55,
  name: 'DescribeQuorum',
  version: 0,
  flexible: true,
  question: recordField({
    topics: listField(
      recordField({ name: nameField, partitions: listField(recordField({ partition: int32Field })) }),
    ),
  }),
  answer: recordField({
    error: int16Field,
    topics: listField(
      recordField({
        name: nameField,
        partitions: listField(
          recordField({
            partition: int32Field,
            error: int16Field,
            leader: int32Field,
            epoch: int32Field,
            highWatermark: int64Field,
            voters: replicas,
            observers: replicas,
          }),
        ),
      }),
    ),
  }),
} satisfies KafkaCall<unknown, unknown>;

/** Reads the epoch of the controller. A cluster with ZooKeeper or without DESCRIBE on the cluster does not tell it. */
export const createControllerReader = (brokers: BrokerPool): Pick<KafkaSession, 'controllerEpoch'> => ({
  controllerEpoch: async () => {
    try {
      const topics = [{ name: clusterLog, partitions: [{ partition: 0 }] }];
      const answer = await brokers.askAny(describeQuorum, { topics });
      const log = answer.topics.find(({ name }) => name === clusterLog)?.partitions[0];
      return log === undefined || answer.error !== 0 || log.error !== 0 || log.leader < 0
        ? undefined
        : log.epoch;
    } catch (error) {
      if (error instanceof WireError && !brokers.signal.aborted) return undefined;
      throw error;
    }
  },
});
