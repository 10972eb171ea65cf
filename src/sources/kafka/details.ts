import type { KafkaGroup, KafkaMember, KafkaTopic } from '../../clients/kafka/kafka-types.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { isOffline, isUnderReplicated } from './signal-samples.ts';

export interface DetailLine {
  readonly title: string;
  readonly text: string;
}

/** Formats numbers as ranges: [0, 1, 2, 5] → '0-2, 5'. */
const formatRanges = (numbers: readonly number[]): string => {
  const runs: { from: number; to: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && number === last.to + 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  return runs.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
};

const partitionList = (
  words: string,
  { partitions }: KafkaTopic,
  holds: (kafkaPartition: KafkaTopic['partitions'][number]) => boolean,
) => {
  const affected = partitions.filter(holds).map(({ partition }) => partition);
  return affected.length === 0 ? '' : `${words}: ${formatRanges(affected)}`;
};

const topicProblems = (topic: KafkaTopic): readonly string[] =>
  [
    partitionList('no leader', topic, isOffline),
    partitionList('under-replicated', topic, isUnderReplicated),
  ].filter((text) => text !== '');

/** Formats topics, unhealthy ones first; Kafka's internal topics only when unhealthy. */
export const topicDetails = (topics: readonly KafkaTopic[]): readonly DetailLine[] =>
  topics
    .map((topic) => ({ topic, wrong: topicProblems(topic) }))
    .filter(({ topic, wrong }) => !topic.internal || wrong.length > 0)
    .sort((a, b) => Number(b.wrong.length > 0) - Number(a.wrong.length > 0))
    .map(({ topic, wrong }) => ({ title: topic.name, text: [topicSize(topic), ...wrong].join(' · ') }));

const topicSize = ({ partitions }: KafkaTopic): string => {
  const replicas = Math.max(0, ...partitions.map((partition) => partition.replicas.length));
  return `${pluralize(partitions.length, 'partition')}, ${pluralize(replicas, 'replica')}`;
};

/** Partitions of a member: 'orders 0-2, payments 1'; '' for none. */
const formatAssignment = ({ assigned }: KafkaMember): string =>
  [...assigned]
    .filter(([, partitions]) => partitions.length > 0)
    .map(([topic, partitions]) => `${topic} ${formatRanges(partitions)}`)
    .join(', ');

export const formatMember = ({ clientId, host, ...member }: KafkaMember): string => {
  const has = formatAssignment({ clientId, host, ...member });
  return `${clientId} at ${host}: ${has === '' ? 'no partition is assigned to this member' : has}`;
};

export const formatGroup = ({ state, members }: KafkaGroup): string =>
  `${state} · ${members === undefined ? 'members unknown' : pluralize(members.length, 'member')}`;

/** Formats a group and its members. */
export const consumerGroupDetails = (group: KafkaGroup): readonly DetailLine[] => [
  { title: group.group, text: formatGroup(group) },
  ...(group.members ?? []).map((member) => ({ title: group.group, text: formatMember(member) })),
];
