import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';

/** One reading of a partition of a group. */
interface CommittedOffset {
  readonly at: Millis;
  readonly committed: bigint;
  readonly end: bigint;
  /** Members of the whole group; undefined: unknown. */
  readonly members: number | undefined;
  /** The start of the log. Absent: it was not read, or is unknown. */
  readonly start?: bigint;
}

/** When messages of a partition were last seen to be skipped, by what skipped them. */
interface SkippedMessages {
  /** Its offset was set forward. */
  readonly setAt?: Millis;
  /** Messages were deleted that the group had not read in the reading before. */
  readonly deletedAt?: Millis;
}

interface KnownOffset extends CommittedOffset, SkippedMessages {
  readonly partition: string;
}

/** Notices messages that were skipped, and not consumed. */
export interface OffsetResets {
  /** Adds a reading; returns when messages of the partition were last seen to be skipped. */
  note(group: string, partition: string, reading: CommittedOffset): SkippedMessages;
  /** The partitions in which a group had lag at its last reading. */
  lagging(): ReadonlySet<string>;
  /** Discards partitions that were not read for an hour. */
  prune(now: Millis): void;
}

const keptMs: Millis = 3_600_000;

/** True for an offset that moved to the end while the last members left. */
const wasSkipped = (was: CommittedOffset, is: CommittedOffset): boolean =>
  was.committed < was.end && is.committed === is.end;

/** Kafka Streams deletes what it has read from such topics. Source: Kafka Streams, repartition.purge.interval.ms. */
const isPurgedByReader = (partition: string): boolean => /-repartition\/\d+$/.test(partition);

/** True where the log begins behind messages that were there and unread in the reading before. */
const wasDeletedUnread = (partition: string, was: CommittedOffset, is: CommittedOffset): boolean =>
  was.start !== undefined &&
  is.start !== undefined &&
  was.start <= was.committed &&
  was.committed < was.end &&
  is.start > was.committed &&
  !isPurgedByReader(partition);

/**
 * Creates the memory of one source. Kafka accepts offsets from outside of a group only while it has no members: an offset that moves
 * between two readings without members was set, and the messages before it were skipped. A consumer that joins no group commits without members as well:
 * only groups that had some count. Source: Kafka, AdminClient, alterConsumerGroupOffsets.
 */
export const createOffsetResets = (): OffsetResets => {
  const joined = new Set<string>();
  const known = new Map<string, KnownOffset>();
  return {
    note: (group, partition, reading) => {
      if ((reading.members ?? 0) > 0) joined.add(group);
      const key = JSON.stringify([group, partition]);
      const was = known.get(key);
      const isSet =
        was !== undefined &&
        joined.has(group) &&
        reading.members === 0 &&
        reading.committed > was.committed &&
        (was.members === 0 || wasSkipped(was, reading));
      const setAt = isSet ? reading.at : was?.setAt;
      const isDeleted = was !== undefined && wasDeletedUnread(partition, was, reading);
      const deletedAt = isDeleted ? reading.at : was?.deletedAt;
      const skipped = defined({ setAt, deletedAt });
      known.set(key, { partition, ...reading, ...skipped });
      return skipped;
    },
    lagging: () =>
      new Set(
        [...known.values()].flatMap(({ partition, committed, end }) => (committed < end ? partition : [])),
      ),
    prune: (now) => {
      for (const [key, { at }] of known) if (at < now - keptMs) known.delete(key);
    },
  };
};
