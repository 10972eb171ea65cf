import type { KafkaCall } from './call.ts';
import { int16Field, int32Field, int64Field, listField, nameField, recordField } from './wire-fields.ts';

/** The log of a KRaft cluster's own data. Its leader is the controller, and the epoch of the leader that of the controller. */
export const clusterLog = '__cluster_metadata';

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
