import type { Millis } from '../../domain/base/fault.ts';

/** One reading of a partition of a group. */
interface CommittedOffset {
  readonly at: Millis;
  readonly committed: bigint;
  readonly end: bigint;
  /** Members of the whole group; undefined: unknown. */
  readonly members: number | undefined;
}

interface KnownOffset extends CommittedOffset {
  readonly setAt?: Millis;
}

/** Notices offsets that were set, and not consumed. */
export interface OffsetResets {
  /** Adds a reading; returns when the offset of the partition was last seen to be set forward. */
  note(group: string, partition: string, reading: CommittedOffset): Millis | undefined;
  /** Discards partitions that were not read for an hour. */
  prune(now: Millis): void;
}

const keptMs: Millis = 3_600_000;

/** True for an offset that moved to the end while the last members left. */
const wasSkipped = (was: CommittedOffset, is: CommittedOffset): boolean =>
  was.committed < was.end && is.committed === is.end;

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
      known.set(key, { ...reading, ...(setAt === undefined ? {} : { setAt }) });
      return setAt;
    },
    prune: (now) => {
      for (const [key, { at }] of known) if (at < now - keptMs) known.delete(key);
    },
  };
};
