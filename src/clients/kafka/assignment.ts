import { ByteSink, ByteSource } from './bytes.ts';
import { bytes, int16, int32, list, name, record } from './fields.ts';

/** Source: Apache Kafka, ConsumerProtocolAssignment.json. */
const assignment = record({
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
    const { topics } = assignment.read(new ByteSource(written, false));
    return new Map(topics.map(({ name: topic, partitions }) => [topic, partitions]));
  } catch {
    return new Map();
  }
};

/** An assignment as a group's leader writes it. */
export const writtenAssignment = (assigned: ReadonlyMap<string, readonly number[]>): Buffer => {
  const to = new ByteSink(false);
  const topics = [...assigned].map(([topic, partitions]) => ({ name: topic, partitions }));
  assignment.write(to, { version: 0, topics, userData: Buffer.alloc(0) });
  return to.bytes;
};
