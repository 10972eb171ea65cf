import type { KafkaCall } from './call.ts';
import {
  bool,
  bytes,
  type Field,
  int8,
  int16,
  int32,
  int64,
  list,
  name,
  nullableList,
  nullableText,
  record,
  text,
} from './fields.ts';

/**
 * Calls about brokers and topics, in versions that brokers from 3.0 to 4.x have in common (KIP-896 took older ones away).
 * Source: Apache Kafka, clients/src/main/resources/common/message, and its protocol guide.
 */
const classic = <Q, A>(key: number, name: string, version: number, question: Field<Q>, answer: Field<A>) =>
  ({ key, name, version, flexible: false, question, answer }) satisfies KafkaCall<Q, A>;

export const apiVersions = classic(
  18,
  'ApiVersions',
  0,
  record({}),
  record({ error: int16, calls: list(record({ key: int16, from: int16, to: int16 })) }),
);

export const saslHandshake = classic(
  17,
  'SaslHandshake',
  1,
  record({ mechanism: name }),
  record({ error: int16, mechanisms: list(text) }),
);

/** Version 0: a broker lets connections of clients that cannot log in again live on (KIP-368). */
export const saslAuthenticate = classic(
  36,
  'SaslAuthenticate',
  0,
  record({ token: bytes }),
  record({ error: int16, message: text, token: bytes }),
);

export const metadata = classic(
  3,
  'Metadata',
  5,
  record({ topics: nullableList(name), create: bool }),
  record({
    throttleMs: int32,
    brokers: list(record({ id: int32, host: text, port: int32, rack: nullableText })),
    clusterId: text,
    controller: int32,
    topics: list(
      record({
        error: int16,
        name,
        internal: bool,
        partitions: list(
          record({
            error: int16,
            partition: int32,
            leader: int32,
            replicas: list(int32),
            isr: list(int32),
            offline: list(int32),
          }),
        ),
      }),
    ),
  }),
);

/** `at`: -1 the end, -2 the beginning, else ms since the epoch. */
export const listOffsets = classic(
  2,
  'ListOffsets',
  2,
  record({
    replica: int32,
    isolation: int8,
    topics: list(record({ name, partitions: list(record({ partition: int32, at: int64 })) })),
  }),
  record({
    throttleMs: int32,
    topics: list(
      record({
        name,
        partitions: list(record({ partition: int32, error: int16, at: int64, offset: int64 })),
      }),
    ),
  }),
);

export const createTopics = classic(
  19,
  'CreateTopics',
  4,
  record({
    topics: list(
      record({
        name,
        partitions: int32,
        replication: int16,
        assignments: list(record({ partition: int32, brokers: list(int32) })),
        settings: list(record({ name, value: nullableText })),
      }),
    ),
    timeoutMs: int32,
    onlyCheck: bool,
  }),
  record({ throttleMs: int32, topics: list(record({ name, error: int16, message: text })) }),
);

export const createPartitions = classic(
  37,
  'CreatePartitions',
  1,
  record({
    topics: list(record({ name, count: int32, assignments: nullableList(record({ brokers: list(int32) })) })),
    timeoutMs: int32,
    onlyCheck: bool,
  }),
  record({ throttleMs: int32, topics: list(record({ name, error: int16, message: text })) }),
);
