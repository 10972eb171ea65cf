import type {
  KafkaGroup,
  KafkaGroupOffsets,
  KafkaMember,
  KafkaOffset,
  KafkaSession,
  KafkaTopicPartition,
} from '../../clients/kafka/kafka-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Sample as SignalSample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import type { Lag } from '../../kinds/lag/fact.ts';
import { lagFlow } from '../../kinds/lag/motion.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import { isGroupRead, kafkaReadSchema } from './config.ts';
import { configuredGroups } from './detail-feeds.ts';
import { createHiddenOffsetsReader } from './hidden-offsets.ts';
import type { OffsetHistory } from './offset-history.ts';
import {
  createOffsetHistory,
  hasCommitted,
  type OffsetSample,
  summarizeConsumption,
} from './offset-history.ts';
import { createOffsetResets, type OffsetResets } from './offset-resets.ts';
import { type KafkaParts, kafkaFeedDefaults } from './parts.ts';
import { groupSample } from './signal-samples.ts';

const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`;

/** Groups per request of the client. */
const groupsPerRequest = 100;

/**
 * Requests of a poll: the metadata of brokers and topics; at each broker the list of its groups, their members and commits,
 * and the end and start offsets.
 */
const lagRequests = ({ brokers, groups }: KafkaParts['size']): number =>
  2 + brokers * (3 + 2 * Math.max(1, Math.ceil(groups / brokers / groupsPerRequest)));

/**
 * Lag per partition, in messages: end minus committed offset. A partition without a commit has no `lag` (not 0). One
 * poll asks each broker once for its groups, their members and committed offsets, and once for the end offsets. Where
 * there is lag it also asks for the start offsets. Faults: per broker, group and topic that could not be read; the rest
 * remains. Source: Kafka OffsetFetch and ListOffsets.
 */
export const lagFeed = (parts: KafkaParts, signals: readonly SignalRequest[]): Feed => {
  const { source, cluster, config, reader, now, fault } = parts;
  const history = createOffsetHistory(config.window);
  const resets = createOffsetResets();
  const hiddenOffsets = createHiddenOffsetsReader(config.topics);
  const groupReads = signals.flatMap(({ id, read }) => {
    const parsed = kafkaReadSchema.parse(read);
    return isGroupRead(parsed) ? [{ id, read: parsed }] : [];
  });

  const read = async (signal: AbortSignal): Promise<Reading<Lag>> => {
    try {
      return await reader.withSession(signal, async (session) => {
        const sweep = await fetchLagSnapshot(session, config.groups, config.topics, resets.lagging());
        const found = [...session.problems];
        const hidden = await hiddenOffsets.read(session, sweep);
        parts.size.groups = sweep.groups.length;
        parts.size.brokers = Math.max(1, (await session.cluster()).brokers.length);
        const stamp = { source, at: now(), cluster };
        const { rows, problems } = lagRows(sweep, stamp, { history, resets }, config.topics);
        const samples = groupReads.map(
          (entry): SignalSample => ({
            source,
            at: stamp.at,
            signal: entry.id,
            labels: {},
            ...groupSample(entry.read, rows, sweep.groups, hidden.topics),
          }),
        );
        const missing = unknownGroups(sweep, config.groups);
        const faults = [...found, ...hidden.problems, ...problems, ...missing].map(fault);
        return { items: rows, ...(groupReads.length === 0 ? {} : { samples }), faults };
      });
    } catch (error) {
      return { items: [], faults: [fault(error)] };
    }
  };

  return {
    ...kafkaFeedDefaults(parts, { name: 'lag', kind: 'lag' }),
    ...(groupReads.length === 0 ? {} : { signals: groupReads.map(({ id }) => id) }),
    needsTwo: true,
    get requests() {
      return lagRequests(parts.size);
    },
    read,
  };
};

/**
 * Reads the named groups, or all of them. Share groups are left out: they have no committed offsets. `lagged`: partitions with lag in the
 * poll before, whose unread messages may have been deleted since.
 */
export const fetchLagSnapshot = async (
  session: KafkaSession,
  groups: readonly string[] | undefined,
  topics: readonly string[] | undefined,
  lagged: ReadonlySet<string> = new Set(),
): Promise<LagSnapshot> => {
  const listings = (await configuredGroups(session, groups)).filter(({ type }) => type !== 'share');
  const [described, committed] = await Promise.all([
    session.describe(listings),
    session.committed(listings.map(({ group }) => group)),
  ]);
  const commits = new Map(committed.map((groupOffsets) => [groupOffsets.group, groupOffsets]));
  const places = new Map(
    described
      .flatMap((group) => groupPartitions(commits.get(group.group), group, topics))
      .concat(committed.flatMap((groupOffsets) => groupPartitions(groupOffsets, undefined, topics)))
      .map((place) => [`${place.topic}/${place.partition}`, place]),
  );
  const ends = await session.offsets([...places.values()], 'latest');
  const starts = await session.offsets(laggingPartitions(committed, ends, lagged), 'earliest');
  return { groups: described, committed, ends, starts };
};

/** Partitions with lag, now or in the poll before: only there can messages be deleted before they are consumed. */
const laggingPartitions = (
  committed: readonly KafkaGroupOffsets[],
  ends: readonly KafkaOffset[],
  lagged: ReadonlySet<string>,
): readonly KafkaTopicPartition[] => {
  const least = new Map<string, bigint>();
  for (const { topic, partition, offset } of committed.flatMap(({ offsets }) => offsets)) {
    const key = `${topic}/${partition}`;
    const known = least.get(key);
    if (offset !== undefined && (known === undefined || offset < known)) least.set(key, offset);
  }
  return ends.filter(({ topic, partition, offset = 0n }) => {
    const key = partitionKey(topic, partition);
    const from = least.get(key);
    return from !== undefined && (from < offset || lagged.has(key));
  });
};

/** Groups named in the profile that do not exist in this cluster. */
const unknownGroups = (
  { groups, committed }: LagSnapshot,
  named: readonly string[] | undefined,
): readonly WireError[] => {
  const described = new Map(groups.map((group) => [group.group, group]));
  const commits = new Map(committed.map(({ group, offsets }) => [group, offsets.length]));
  const unknownNames = (named ?? []).filter((name) => {
    const group = described.get(name);
    return group?.state === 'Dead' && group.members?.length === 0 && (commits.get(name) ?? 0) === 0;
  });
  return unknownNames.length === 0
    ? []
    : [
        new WireError(
          'missing',
          `this cluster has no consumer group ${unknownNames.join(', ')}: check groups of the source`,
        ),
      ];
};

/** Result of one poll of the cluster. */
export interface LagSnapshot {
  readonly groups: readonly KafkaGroup[];
  readonly committed: readonly KafkaGroupOffsets[];
  readonly ends: readonly KafkaOffset[];
  /** Start offsets of partitions with lag. */
  readonly starts: readonly KafkaOffset[];
}

/** The memory of earlier polls. */
interface OffsetMemory {
  readonly history: OffsetHistory;
  /** Absent: this is the only poll. */
  readonly resets?: OffsetResets;
}

interface LagStamp {
  readonly source: string;
  readonly at: Millis;
  readonly cluster: string;
}

/**
 * Partitions of a group: those with a committed offset, and those assigned but not committed yet. `topics`: restricts
 * them.
 */
const groupPartitions = (
  committed: KafkaGroupOffsets | undefined,
  group: KafkaGroup | undefined,
  topics: readonly string[] | undefined,
): readonly KafkaOffset[] => {
  const places = new Map<string, KafkaOffset>();
  for (const member of group?.members ?? [])
    for (const [topic, partitions] of member.assigned)
      for (const partition of partitions) places.set(partitionKey(topic, partition), { topic, partition });
  for (const offset of committed?.offsets ?? [])
    places.set(partitionKey(offset.topic, offset.partition), offset);
  return [...places.values()]
    .filter(({ topic }) => topics === undefined || topics.includes(topic))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
};

/** Members by partition. */
const assignedMembers = (group: KafkaGroup | undefined): ReadonlyMap<string, KafkaMember> => {
  const memberByPartition = new Map<string, KafkaMember>();
  for (const member of group?.members ?? [])
    for (const [topic, partitions] of member.assigned)
      for (const partition of partitions) memberByPartition.set(partitionKey(topic, partition), member);
  return memberByPartition;
};

/** Offsets of a group in one partition, and its samples of the window. */
interface PartitionProgress {
  readonly place: KafkaOffset;
  readonly end?: bigint;
  readonly holder: KafkaMember | undefined;
  readonly samples: readonly OffsetSample[];
}

const offsetsByPartition = (offsets: readonly KafkaOffset[]): ReadonlyMap<string, bigint | undefined> =>
  new Map(offsets.map(({ topic, partition, offset }) => [partitionKey(topic, partition), offset]));

/** True when this member, or any member if it is unknown, has committed within the window. */
const hasRecentCommit = (positions: readonly PartitionProgress[], holder: KafkaMember | undefined): boolean =>
  positions.some(
    (stand) =>
      hasCommitted(stand.samples) &&
      (holder === undefined || stand.holder === undefined || stand.holder === holder),
  );

/** Known offsets of a partition, the resulting lag, and the part of it that retention has deleted. */
const offsetFields = (
  committed: bigint | undefined,
  end: bigint | undefined,
  start: bigint | undefined,
): Pick<Lag, 'committed' | 'end' | 'lag' | 'lost'> => {
  const known = { ...defined({ committed, end }) };
  if (committed === undefined || end === undefined || committed > end) return known;
  const lost = start === undefined || start <= committed ? {} : { lost: Number(start - committed) };
  return { ...known, lag: Number(end - committed), ...lost };
};

/**
 * Lag rows of a poll, by group, topic and partition. A partition without a commit has no `lag` (not 0). Neither has a
 * commit past the end, which is a problem.
 */
export const lagRows = (
  { groups, committed, ends, starts }: LagSnapshot,
  stamp: LagStamp,
  { history, resets = createOffsetResets() }: OffsetMemory,
  topics?: readonly string[],
): { readonly rows: readonly Lag[]; readonly problems: readonly WireError[] } => {
  const endOf = offsetsByPartition(ends);
  const startOf = offsetsByPartition(starts);
  const described = new Map(groups.map((group) => [group.group, group]));
  const commits = new Map(committed.map((groupOffsets) => [groupOffsets.group, groupOffsets]));
  const names = [...new Set([...described.keys(), ...commits.keys()])].sort();
  const past: string[] = [];

  const positionOf = (
    name: string,
    place: KafkaOffset,
    holder: KafkaMember | undefined,
  ): PartitionProgress => {
    const { topic, partition, offset } = place;
    const end = endOf.get(partitionKey(topic, partition));
    if (end === undefined) return { place, holder, samples: [] };
    if (offset === undefined) return { place, holder, end, samples: [] };
    if (offset > end)
      past.push(
        `${name} has committed offset ${offset} in ${partitionKey(topic, partition)}, which ends at ${end}`,
      );
    const key = JSON.stringify([name, topic, partition]);
    return { place, holder, end, samples: history.add(key, { at: stamp.at, committed: offset, end }) };
  };

  const rows = names.flatMap((name) => {
    const group = described.get(name);
    const members = group?.members?.length;
    const holdersByPartition = assignedMembers(group);
    const positions = groupPartitions(commits.get(name), group, topics).map((place) =>
      positionOf(name, place, holdersByPartition.get(partitionKey(place.topic, place.partition))),
    );
    const commitsAnywhere = hasRecentCommit(positions, undefined);
    return positions.map(({ place: { topic, partition, offset }, end, holder, samples }): Lag => {
      const start = startOf.get(partitionKey(topic, partition));
      const skipped =
        offset === undefined || end === undefined
          ? {}
          : resets.note(name, partitionKey(topic, partition), {
              ...{ at: stamp.at, committed: offset, end, members, ...defined({ start }) },
            });
      const state = { members, commits: commitsAnywhere, holderCommits: hasRecentCommit(positions, holder) };
      return {
        ...stamp,
        group: name,
        topic,
        partition,
        ...offsetFields(offset, end, start),
        ...lagFlow(summarizeConsumption(samples, state)),
        ...defined({ members, member: holder?.clientId }),
        ...skipped,
      };
    });
  });
  history.prune(stamp.at);
  resets.prune(stamp.at);
  return { rows, problems: past.length === 0 ? [] : [committedPastEndError(past)] };
};

const maxPartitionsInFault = 3;

const committedPastEndError = (past: readonly string[]): WireError => {
  return new RemediedError(
    'missing',
    `consumers have committed offsets past the end of the topic: ${joinFirst(past, maxPartitionsInFault, '; ')}: the topic was recreated or truncated`,
    'consumers continue according to auto.offset.reset. Use resetOffsets to set the offsets of an empty group',
  );
};
