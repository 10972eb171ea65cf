import type {
  KafkaCluster,
  KafkaGroup,
  KafkaPartition,
  KafkaTopic,
} from '../../clients/kafka/kafka-types.ts';
import type { PartsFold, Sample } from '../../domain/facts/facts.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import type { Lag } from '../../kinds/lag/fact.ts';
import type { GroupRead, TopicRead } from './config.ts';

export const isOffline = ({ leader }: KafkaPartition): boolean => leader < 0;

/** True when a replica lags behind or is missing; includes a partition without a leader. */
export const isUnderReplicated = ({ isr, replicas }: KafkaPartition): boolean => isr.length < replicas.length;

export const allPartitions = (topics: readonly KafkaTopic[]): readonly KafkaPartition[] =>
  topics.flatMap(({ partitions }) => partitions);

/** Value of a signal about brokers, topics and partitions. */
export const topicSample = (
  read: TopicRead,
  cluster: KafkaCluster,
  topics: readonly KafkaTopic[],
): Pick<Sample, 'value' | 'why'> => {
  if ('brokers' in read) return { value: cluster.brokers.length };
  if ('offline' in read) return { value: allPartitions(topics).filter(isOffline).length };
  if ('underReplicated' in read) return { value: allPartitions(topics).filter(isUnderReplicated).length };
  const topic = topics.find(({ name }) => name === read.partitions);
  return topic === undefined
    ? { why: `the topic ${read.partitions} does not exist, or the login lacks DESCRIBE on the topic` }
    : { value: topic.partitions.length };
};

type SampleValue = Pick<Sample, 'value' | 'why' | 'parts' | 'fold'>;

const lagAggregations: Readonly<Record<PartsFold, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  count: (values) => values.length,
};

/**
 * Value of a signal about a group. A lag known for only some of its partitions is not summed. `hiddenTopics`: topics by group whose offsets
 * this user may no longer see.
 */
export const groupSample = (
  read: GroupRead,
  rows: readonly Lag[],
  groups: readonly KafkaGroup[],
  hiddenTopics: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): SampleValue => {
  if ('members' in read) return memberCount(read.members, groups);
  const { lag: group, topic, fold = 'sum' } = read;
  const unseen = [...(hiddenTopics.get(group) ?? [])].filter((text) => topic === undefined || topic === text);
  if (unseen.length > 0)
    return {
      why: `the offsets of group ${group} in ${joinFirst(unseen, 3)} are hidden: the login lacks DESCRIBE on the topic or the group`,
    };
  const own = rows.filter((row) => row.group === group && (topic === undefined || row.topic === topic));
  const committed = own.filter((row) => row.committed !== undefined);
  const where = topic === undefined ? '' : ` in ${topic}`;
  // Without the end offset, a missing commit cannot be distinguished from a hidden one.
  const hidden = own.filter((row) => row.committed === undefined && row.end === undefined).length;
  if (committed.length === 0) return { why: missingLagReason(group, where, hidden > 0, groups) };
  const lags = committed.flatMap(({ lag }) => (lag === undefined ? [] : [lag]));
  const all = committed.length + hidden;
  const lacking = all - lags.length;
  if (lacking > 0) return { why: `Kafka reports no lag for ${lacking} of ${all} partitions${where}` };
  return {
    value: lagAggregations[fold](lags),
    fold,
    parts: Object.fromEntries(
      committed.map((row) => [
        JSON.stringify({ topic: row.topic, partition: String(row.partition) }),
        row.lag ?? 0,
      ]),
    ),
  };
};

/** Reason for a missing lag: an existing group without visible offsets may have some in topics hidden from us. */
const missingLagReason = (
  name: string,
  where: string,
  isHidden: boolean,
  groups: readonly KafkaGroup[],
): string => {
  if (isHidden)
    return `cannot read the committed offsets of group ${name}${where}: the login may lack DESCRIBE on the topic`;
  const group = groups.find((candidate) => candidate.group === name);
  return group?.state === 'Empty'
    ? noReadableOffsets(`${name}${where}`)
    : `group ${name} has no committed offsets${where}`;
};

/** A group without members exists as long as it has offsets. Finding none more likely means missing permissions. */
export const noReadableOffsets = (name: string): string =>
  `group ${name} has committed no offset, or the login lacks DESCRIBE on the topic`;

const memberCount = (name: string, groups: readonly KafkaGroup[]): SampleValue => {
  const group = groups.find((candidate) => candidate.group === name);
  if (group === undefined)
    return { why: `cannot read group ${name}: the login may lack DESCRIBE on the group` };
  if (group.members === undefined) return { why: `Kafka reports no members of group ${name}` };
  return { value: group.members.length };
};
