import type { KafkaCall } from './call.ts';
import {
  ByteSink,
  ByteSource,
  bool,
  bytes,
  type Field,
  int8,
  int16,
  int32,
  int64,
  list,
  mapped,
  name,
  nullableList,
  nullableText,
  record,
  text,
  uuid,
} from './fields.ts';

/** Source: Apache Kafka, ConsumerProtocolAssignment.json. */
const memberAssignment = record({
  version: int16,
  topics: list(record({ name, partitions: list(int32) })),
  userData: bytes,
});

/**
 * What a member of a classic group has been assigned; nothing while the group rebalances, or when it is no consumer's
 * assignment.
 */
export const parseAssignment = (written: Buffer): ReadonlyMap<string, readonly number[]> => {
  try {
    const { topics } = memberAssignment.read(new ByteSource(written, false));
    return new Map(topics.map(({ name: topic, partitions }) => [topic, partitions]));
  } catch {
    return new Map();
  }
};

/** An assignment as a group's leader writes it. */
export const writtenAssignment = (assigned: ReadonlyMap<string, readonly number[]>): Buffer => {
  const to = new ByteSink(false);
  const topics = [...assigned].map(([topic, partitions]) => ({ name: topic, partitions }));
  memberAssignment.write(to, { version: 0, topics, userData: Buffer.alloc(0) });
  return to.bytes;
};

/** Version 8: many groups in one call (KIP-709). No topics: all that a group has committed in. */
export const offsetFetch = {
  key: 9,
  name: 'OffsetFetch',
  version: 8,
  flexible: true,
  question: record({
    groups: list(record({ group: name, topics: nullableList(record({ name, partitions: list(int32) })) })),
    onlyStable: bool,
  }),
  answer: record({
    throttleMs: int32,
    groups: list(
      record({
        group: name,
        topics: list(
          record({
            name,
            partitions: list(
              record({ partition: int32, offset: int64, epoch: int32, metadata: nullableText, error: int16 }),
            ),
          }),
        ),
        error: int16,
      }),
    ),
  }),
} satisfies KafkaCall<unknown, unknown>;

/** Without a member: the broker refuses it while the group has any. */
export const offsetCommit = {
  key: 8,
  name: 'OffsetCommit',
  version: 5,
  flexible: false,
  question: record({
    group: name,
    generation: int32,
    member: name,
    topics: list(
      record({
        name,
        partitions: list(record({ partition: int32, offset: int64, metadata: nullableText })),
      }),
    ),
  }),
  answer: record({
    throttleMs: int32,
    topics: list(record({ name, partitions: list(record({ partition: int32, error: int16 })) })),
  }),
} satisfies KafkaCall<unknown, unknown>;

/**
 * Calls about consumer groups. Source: Apache Kafka, clients/src/main/resources/common/message; KIP-699 and KIP-709 (many
 * groups in one call), KIP-848 (the new group protocol).
 */
const flexible = <Q, A>(key: number, name: string, version: number, question: Field<Q>, answer: Field<A>) =>
  ({ key, name, version, flexible: true, question, answer }) satisfies KafkaCall<Q, A>;

interface ListGroupsQuestion {
  readonly states: readonly string[];
  readonly types: readonly string[];
}

interface ListGroupsAnswer {
  readonly throttleMs: number;
  readonly error: number;
  readonly groups: readonly {
    readonly group: string;
    readonly protocol: string;
    readonly state: string;
    /** '' where the broker knows no types. */
    readonly type: string;
  }[];
}

export const findCoordinator = flexible(
  10,
  'FindCoordinator',
  4,
  record({ type: int8, groups: list(name) }),
  record({
    throttleMs: int32,
    coordinators: list(
      record({ group: name, broker: int32, host: text, port: int32, error: int16, message: text }),
    ),
  }),
);

/** The last version before types: brokers older than 3.8. */
export const listGroupsUntyped: KafkaCall<ListGroupsQuestion, ListGroupsAnswer> = flexible(
  16,
  'ListGroups',
  4,
  mapped(record({ states: list(text) }), {
    read: ({ states }): ListGroupsQuestion => ({ states, types: [] }),
    write: ({ states }) => ({ states }),
  }),
  mapped(
    record({
      throttleMs: int32,
      error: int16,
      groups: list(record({ group: name, protocol: text, state: text })),
    }),
    {
      read: ({ groups, ...rest }): ListGroupsAnswer => ({
        ...rest,
        groups: groups.map((group) => ({ ...group, type: '' })),
      }),
      write: (answer) => answer,
    },
  ),
);

export const listGroups: KafkaCall<ListGroupsQuestion, ListGroupsAnswer> = {
  ...flexible(
    16,
    'ListGroups',
    5,
    record({ states: list(text), types: list(text) }),
    record({
      throttleMs: int32,
      error: int16,
      groups: list(record({ group: name, protocol: text, state: text, type: text })),
    }),
  ),
  older: listGroupsUntyped,
};

export const describeGroups = flexible(
  15,
  'DescribeGroups',
  5,
  record({ groups: list(name), rights: bool }),
  record({
    throttleMs: int32,
    groups: list(
      record({
        error: int16,
        group: name,
        state: text,
        protocolType: text,
        protocol: text,
        members: list(
          record({
            memberId: text,
            instanceId: nullableText,
            clientId: text,
            host: text,
            subscription: bytes,
            assignment: bytes,
          }),
        ),
        rights: int32,
      }),
    ),
  }),
);

const assignment = record({
  topics: list(record({ id: uuid, name, partitions: list(int32) })),
});

export const consumerGroupDescribe = flexible(
  69,
  'ConsumerGroupDescribe',
  0,
  record({ groups: list(name), rights: bool }),
  record({
    throttleMs: int32,
    groups: list(
      record({
        error: int16,
        message: nullableText,
        group: name,
        state: text,
        epoch: int32,
        assignmentEpoch: int32,
        assignor: text,
        members: list(
          record({
            memberId: text,
            instanceId: nullableText,
            rack: nullableText,
            epoch: int32,
            clientId: text,
            host: text,
            subscribed: list(name),
            pattern: nullableText,
            assigned: assignment,
            wanted: assignment,
          }),
        ),
        rights: int32,
      }),
    ),
  }),
);
