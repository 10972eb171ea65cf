import type { KafkaCall } from './call.ts';
import { bool, int16, int32, int64, list, name, nullableList, nullableText, record } from './fields.ts';

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
