import type { KafkaCommitted, KafkaLook, KafkaOffset, KafkaPlace } from '../../clients/kafka/kafka.ts';
import type { Sample as SignalSample } from '../../domain/facts.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Lag } from '../../kinds/lag/fact.ts';
import { WireError } from '../../platform/failures.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { isGroupRead, kafkaReads } from './config.ts';
import { wantedGroups } from './detail-feeds.ts';
import { groupSample } from './group-samples.ts';
import { createHistory } from './history.ts';
import { lagRows, placesOf, type Sweep } from './lag.ts';
import { feedWords, type KafkaParts } from './parts.ts';

/**
 * Lag per partition, in messages: end minus committed offset. A partition without a commit has no `lag` (not 0). One
 * sweep asks each broker once for its groups, their members, what they have committed, once for the ends, and, where there is a
 * lag, once for the beginnings. Faults: per
 * broker, group and topic that could not be asked; the others stay. Source: Kafka OffsetFetch and ListOffsets.
 */
export const lagFeed = (parts: KafkaParts, signals: readonly WantedSignal[]): Feed => {
  const { source, cluster, config, reader, now, fault } = parts;
  const history = createHistory(config.window);
  const wanted = signals.flatMap(({ id, read }) => {
    const parsed = kafkaReads.parse(read);
    return isGroupRead(parsed) ? [{ id, read: parsed }] : [];
  });

  const read = async (signal: AbortSignal): Promise<Batch<Lag>> => {
    try {
      return await reader.look(signal, async (look) => {
        const sweep = await sweepOf(look, config.groups, config.topics);
        const stamp = { source, at: now(), cluster };
        const { rows, problems } = lagRows(sweep, stamp, history, config.topics);
        const samples = wanted.map(
          (one): SignalSample => ({
            source,
            at: stamp.at,
            signal: one.id,
            labels: {},
            ...groupSample(one.read, rows, sweep.groups),
          }),
        );
        const missing = unknownGroups(sweep, config.groups);
        const faults = [...look.problems, ...problems, ...missing].map(fault);
        return { items: rows, ...(wanted.length === 0 ? {} : { samples }), faults };
      });
    } catch (error) {
      return { items: [], faults: [fault(error)] };
    }
  };

  return {
    ...feedWords(parts, { name: 'lag', kind: 'lag' }),
    ...(wanted.length === 0 ? {} : { signals: wanted.map(({ id }) => id) }),
    needsTwo: true,
    requests: 8,
    read,
  };
};

/** Everything about the groups named, or about all that there are; what share groups have taken is no offset. */
export const sweepOf = async (
  look: KafkaLook,
  groups: readonly string[] | undefined,
  topics: readonly string[] | undefined,
): Promise<Sweep> => {
  const wanted = (await wantedGroups(look, groups)).filter(({ type }) => type !== 'share');
  const [described, committed] = await Promise.all([
    look.describe(wanted),
    look.committed(wanted.map(({ group }) => group)),
  ]);
  const commits = new Map(committed.map((one) => [one.group, one]));
  const places = new Map(
    described
      .flatMap((group) => placesOf(commits.get(group.group), group, topics))
      .concat(committed.flatMap((one) => placesOf(one, undefined, topics)))
      .map((place) => [`${place.topic}/${place.partition}`, place]),
  );
  const ends = await look.offsets([...places.values()], 'latest');
  const starts = await look.offsets(lagging(committed, ends), 'earliest');
  return { groups: described, committed, ends, starts };
};

/** Partitions that some group has not read to their end: only there may messages be lost to retention. */
const lagging = (
  committed: readonly KafkaCommitted[],
  ends: readonly KafkaOffset[],
): readonly KafkaPlace[] => {
  const least = new Map<string, bigint>();
  for (const { topic, partition, offset } of committed.flatMap(({ offsets }) => offsets)) {
    const key = `${topic}/${partition}`;
    const known = least.get(key);
    if (offset !== undefined && (known === undefined || offset < known)) least.set(key, offset);
  }
  return ends.filter(({ topic, partition, offset = 0n }) => {
    const from = least.get(`${topic}/${partition}`);
    return from !== undefined && from < offset;
  });
};

/** Groups that the profile names and that this cluster has never seen. */
const unknownGroups = (
  { groups, committed }: Sweep,
  named: readonly string[] | undefined,
): readonly WireError[] => {
  const described = new Map(groups.map((group) => [group.group, group]));
  const commits = new Map(committed.map(({ group, offsets }) => [group, offsets.length]));
  const strangers = (named ?? []).filter((name) => {
    const group = described.get(name);
    return group?.state === 'Dead' && group.members?.length === 0 && (commits.get(name) ?? 0) === 0;
  });
  return strangers.length === 0
    ? []
    : [new WireError('missing', `no consumer group ${strangers.join(', ')} in this cluster`)];
};
