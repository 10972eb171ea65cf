import type { KafkaCall } from './call.ts';
import {
  boolField,
  bytesField,
  int8Field,
  int16Field,
  int32Field,
  int64Field,
  listField,
  mappedField,
  nameField,
  nullableListField,
  nullableStringField,
  recordField,
  stringField,
  uuidField,
  type WireField,
  WireReader,
  WireWriter,
} from './wire-fields.ts';

/** The assignment of a member. Source: Apache Kafka, ConsumerProtocolAssignment.json. */
const memberAssignment = recordField({
  version: int16Field,
  topics: listField(recordField({ name: nameField, partitions: listField(int32Field) })),
  userData: bytesField,
});

/**
 * Decodes the assignment of a classic group's member; empty during a rebalance, or for a group that is not of
 * consumers.
 */
export const decodeAssignment = (written: Buffer): ReadonlyMap<string, readonly number[]> => {
  try {
    const { topics } = memberAssignment.read(new WireReader(written, false));
    return new Map(topics.map(({ name: topic, partitions }) => [topic, partitions]));
  } catch {
    return new Map();
  }
};

/** Encodes an assignment as a group leader does. */
export const encodeAssignment = (assigned: ReadonlyMap<string, readonly number[]>): Buffer => {
  const to = new WireWriter(false);
  const topics = [...assigned].map(([topic, partitions]) => ({ name: topic, partitions }));
  memberAssignment.write(to, { version: 0, topics, userData: Buffer.alloc(0) });
  return to.bytes;
};

/** Version 8: many groups in one call (KIP-709). No topics: all topics with commits of the group. */
export const offsetFetch = {
  key: 9,
  name: 'OffsetFetch',
  version: 8,
  flexible: true,
  question: recordField({
    groups: listField(
      recordField({
        group: nameField,
        topics: nullableListField(recordField({ name: nameField, partitions: listField(int32Field) })),
      }),
    ),
    onlyStable: boolField,
  }),
  answer: recordField({
    throttleMs: int32Field,
    groups: listField(
      recordField({
        group: nameField,
        topics: listField(
          recordField({
            name: nameField,
            partitions: listField(
              recordField({
                partition: int32Field,
                offset: int64Field,
                epoch: int32Field,
                metadata: nullableStringField,
                error: int16Field,
              }),
            ),
          }),
        ),
        error: int16Field,
      }),
    ),
  }),
} satisfies KafkaCall<unknown, unknown>;

/** Commits offsets without a member: the broker refuses while the group has members. */
export const offsetCommit = {
  key: 8,
  name: 'OffsetCommit',
  version: 5,
  flexible: false,
  question: recordField({
    group: nameField,
    generation: int32Field,
    member: nameField,
    topics: listField(
      recordField({
        name: nameField,
        partitions: listField(
          recordField({ partition: int32Field, offset: int64Field, metadata: nullableStringField }),
        ),
      }),
    ),
  }),
  answer: recordField({
    throttleMs: int32Field,
    topics: listField(
      recordField({
        name: nameField,
        partitions: listField(recordField({ partition: int32Field, error: int16Field })),
      }),
    ),
  }),
} satisfies KafkaCall<unknown, unknown>;

/**
 * Calls about consumer groups. Source: Apache Kafka, clients/src/main/resources/common/message; KIP-699 and KIP-709
 * (many groups in one call), KIP-848 (the new group protocol).
 */
const flexible = <Q, A>(
  key: number,
  name: string,
  version: number,
  question: WireField<Q>,
  answer: WireField<A>,
) => ({ key, name, version, flexible: true, question, answer }) satisfies KafkaCall<Q, A>;

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
    /** '' if the broker does not support types. */
    readonly type: string;
  }[];
}

export const findCoordinator = flexible(
  10,
  'FindCoordinator',
  4,
  recordField({ type: int8Field, groups: listField(nameField) }),
  recordField({
    throttleMs: int32Field,
    coordinators: listField(
      recordField({
        group: nameField,
        broker: int32Field,
        host: stringField,
        port: int32Field,
        error: int16Field,
        message: stringField,
      }),
    ),
  }),
);

/** The last version without types, for brokers older than 3.8. */
export const listGroupsUntyped: KafkaCall<ListGroupsQuestion, ListGroupsAnswer> = flexible(
  16,
  'ListGroups',
  4,
  mappedField(recordField({ states: listField(stringField) }), {
    read: ({ states }): ListGroupsQuestion => ({ states, types: [] }),
    write: ({ states }) => ({ states }),
  }),
  mappedField(
    recordField({
      throttleMs: int32Field,
      error: int16Field,
      groups: listField(recordField({ group: nameField, protocol: stringField, state: stringField })),
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
    recordField({ states: listField(stringField), types: listField(stringField) }),
    recordField({
      throttleMs: int32Field,
      error: int16Field,
      groups: listField(
        recordField({ group: nameField, protocol: stringField, state: stringField, type: stringField }),
      ),
    }),
  ),
  older: listGroupsUntyped,
};

export const describeGroups = flexible(
  15,
  'DescribeGroups',
  5,
  recordField({ groups: listField(nameField), rights: boolField }),
  recordField({
    throttleMs: int32Field,
    groups: listField(
      recordField({
        error: int16Field,
        group: nameField,
        state: stringField,
        protocolType: stringField,
        protocol: stringField,
        members: listField(
          recordField({
            memberId: stringField,
            instanceId: nullableStringField,
            clientId: stringField,
            host: stringField,
            subscription: bytesField,
            assignment: bytesField,
          }),
        ),
        rights: int32Field,
      }),
    ),
  }),
);

const assignment = recordField({
  topics: listField(recordField({ id: uuidField, name: nameField, partitions: listField(int32Field) })),
});

export const consumerGroupDescribe = flexible(
  69,
  'ConsumerGroupDescribe',
  0,
  recordField({ groups: listField(nameField), rights: boolField }),
  recordField({
    throttleMs: int32Field,
    groups: listField(
      recordField({
        error: int16Field,
        message: nullableStringField,
        group: nameField,
        state: stringField,
        epoch: int32Field,
        assignmentEpoch: int32Field,
        assignor: stringField,
        members: listField(
          recordField({
            memberId: stringField,
            instanceId: nullableStringField,
            rack: nullableStringField,
            epoch: int32Field,
            clientId: stringField,
            host: stringField,
            subscribed: listField(nameField),
            pattern: nullableStringField,
            assigned: assignment,
            wanted: assignment,
          }),
        ),
        rights: int32Field,
      }),
    ),
  }),
);
