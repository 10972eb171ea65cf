import type { KafkaCall } from './call.ts';
import {
  boolField,
  bytesField,
  int8Field,
  int16Field,
  int32Field,
  int64Field,
  listField,
  nameField,
  nullableListField,
  nullableStringField,
  recordField,
  stringField,
  type WireField,
} from './wire-fields.ts';

/**
 * Calls about brokers and topics, in versions common to brokers from 3.0 to 4.x (KIP-896 removed older ones). Source:
 * Apache Kafka, clients/src/main/resources/common/message, and its protocol guide.
 */
const classic = <Q, A>(
  key: number,
  name: string,
  version: number,
  question: WireField<Q>,
  answer: WireField<A>,
) => ({ key, name, version, flexible: false, question, answer }) satisfies KafkaCall<Q, A>;

export const apiVersions = classic(
  18,
  'ApiVersions',
  0,
  recordField({}),
  recordField({
    error: int16Field,
    calls: listField(recordField({ key: int16Field, from: int16Field, to: int16Field })),
  }),
);

export const saslHandshake = classic(
  17,
  'SaslHandshake',
  1,
  recordField({ mechanism: nameField }),
  recordField({ error: int16Field, mechanisms: listField(stringField) }),
);

/** Version 0: a broker does not expire connections of clients that cannot reauthenticate (KIP-368). */
export const saslAuthenticate = classic(
  36,
  'SaslAuthenticate',
  0,
  recordField({ token: bytesField }),
  recordField({ error: int16Field, message: stringField, token: bytesField }),
);

export const metadata = classic(
  3,
  'Metadata',
  5,
  recordField({ topics: nullableListField(nameField), create: boolField }),
  recordField({
    throttleMs: int32Field,
    brokers: listField(
      recordField({ id: int32Field, host: stringField, port: int32Field, rack: nullableStringField }),
    ),
    clusterId: stringField,
    controller: int32Field,
    topics: listField(
      recordField({
        error: int16Field,
        name: nameField,
        internal: boolField,
        partitions: listField(
          recordField({
            error: int16Field,
            partition: int32Field,
            leader: int32Field,
            replicas: listField(int32Field),
            isr: listField(int32Field),
            offline: listField(int32Field),
          }),
        ),
      }),
    ),
  }),
);

/** `at`: -1 the end, -2 the beginning, otherwise ms since the epoch. */
export const listOffsets = classic(
  2,
  'ListOffsets',
  2,
  recordField({
    replica: int32Field,
    isolation: int8Field,
    topics: listField(
      recordField({
        name: nameField,
        partitions: listField(recordField({ partition: int32Field, at: int64Field })),
      }),
    ),
  }),
  recordField({
    throttleMs: int32Field,
    topics: listField(
      recordField({
        name: nameField,
        partitions: listField(
          recordField({ partition: int32Field, error: int16Field, at: int64Field, offset: int64Field }),
        ),
      }),
    ),
  }),
);

export const createTopics = classic(
  19,
  'CreateTopics',
  4,
  recordField({
    topics: listField(
      recordField({
        name: nameField,
        partitions: int32Field,
        replication: int16Field,
        assignments: listField(recordField({ partition: int32Field, brokers: listField(int32Field) })),
        settings: listField(recordField({ name: nameField, value: nullableStringField })),
      }),
    ),
    timeoutMs: int32Field,
    onlyCheck: boolField,
  }),
  recordField({
    throttleMs: int32Field,
    topics: listField(recordField({ name: nameField, error: int16Field, message: stringField })),
  }),
);

export const createPartitions = classic(
  37,
  'CreatePartitions',
  1,
  recordField({
    topics: listField(
      recordField({
        name: nameField,
        count: int32Field,
        assignments: nullableListField(recordField({ brokers: listField(int32Field) })),
      }),
    ),
    timeoutMs: int32Field,
    onlyCheck: boolField,
  }),
  recordField({
    throttleMs: int32Field,
    topics: listField(recordField({ name: nameField, error: int16Field, message: stringField })),
  }),
);
