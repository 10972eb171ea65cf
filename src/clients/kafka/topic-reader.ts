import { WireError } from '../../platform/runtime/wire-error.ts';
import type { BrokerPool, MetadataResponse } from './broker-pool.ts';
import { listOffsets } from './cluster-calls.ts';
import { abbreviateList, createPartialFailures } from './kafka-error.ts';
import type {
  KafkaOffset,
  KafkaPartition,
  KafkaSession,
  KafkaTopic,
  KafkaTopicPartition,
} from './kafka-types.ts';

type MetadataTopic = MetadataResponse['topics'][number];

/** The most partitions per request. */
const mostPlaces = 2000;

const leaderNotAvailable = 5;

/** The topic reads of a session. */
export const createTopicReader = (brokers: BrokerPool): Pick<KafkaSession, 'topics' | 'offsets'> => {
  const topics: KafkaSession['topics'] = async (names) => {
    if (names?.length === 0) return [];
    const answer = await brokers.metadata(names);
    const misses = createPartialFailures('Metadata');
    const isFine = ({ error }: MetadataTopic): boolean => error === 0 || error === leaderNotAvailable;
    for (const topic of answer.topics) if (!isFine(topic)) misses.add(topic.error, 'topic', topic.name);
    misses.report(brokers.addProblem);
    return answer.topics
      .filter(isFine)
      .map(topicOf)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  const ask = async (
    leader: number,
    places: readonly KafkaTopicPartition[],
    time: bigint,
  ): Promise<readonly KafkaOffset[]> => {
    const answer = await brokers.ask(leader, listOffsets, {
      replica: -1,
      isolation: 0,
      topics: byTopic(places).map(([name, partitions]) => ({
        name,
        partitions: partitions.map((partition) => ({ partition, at: time })),
      })),
    });
    const misses = createPartialFailures(`broker ${leader}: ListOffsets`);
    const offsets = (answer?.topics ?? []).flatMap(({ name: topic, partitions }) =>
      partitions.flatMap(({ partition, error, offset }): readonly KafkaOffset[] => {
        if (error === 0) return [{ topic, partition, ...(offset < 0n ? {} : { offset }) }];
        misses.add(error, 'topic', topic);
        return [];
      }),
    );
    misses.report(brokers.addProblem);
    return offsets;
  };

  return {
    topics,
    offsets: async (places, time) => {
      const topicList = await topics([...new Set(places.map(({ topic }) => topic))]);
      const known = new Map(
        topicList.flatMap(({ name, partitions }) =>
          partitions.map((partition) => [`${name}/${partition.partition}`, partition] as const),
        ),
      );
      const perLeader = new Map<number, KafkaTopicPartition[]>();
      const leaderless: LeaderlessPlace[] = [];
      for (const place of places) {
        const kafkaPartition = known.get(`${place.topic}/${place.partition}`);
        if (kafkaPartition === undefined) continue;
        if (kafkaPartition.leader < 0) leaderless.push({ ...place, replicas: kafkaPartition.replicas });
        else pushTo(perLeader, kafkaPartition.leader, place);
      }
      for (const problem of withoutLeader(leaderless)) brokers.addProblem(problem);
      const when = time === 'latest' ? -1n : time === 'earliest' ? -2n : BigInt(Math.round(time));
      const responses = [...perLeader].map(async ([leader, assigned]) => {
        const parts: (readonly KafkaOffset[])[] = [];
        for (const part of inChunks(assigned, mostPlaces)) parts.push(await ask(leader, part, when));
        return parts.flat();
      });
      return (await Promise.all(responses)).flat();
    },
  };
};

type LeaderlessPlace = KafkaTopicPartition & Pick<KafkaPartition, 'replicas'>;

/** Reports partitions without a leader, grouped by the brokers that hold their replicas: those brokers need attention. */
const withoutLeader = (places: readonly LeaderlessPlace[]): readonly WireError[] => {
  const perReplicas = new Map<string, string[]>();
  for (const { topic, partition, replicas } of places)
    pushTo(perReplicas, replicas.join(', '), `${topic}/${partition}`);
  return [...perReplicas].map(
    ([replicas, names]) =>
      new WireError(
        'unreachable',
        `broker ${replicas}: no leader for ${abbreviateList(names)}, whose leader was on this broker`,
      ),
  );
};

/** Appends to the list of a key. */
export const pushTo = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const others = lists.get(key);
  if (others === undefined) lists.set(key, [value]);
  else others.push(value);
};

const topicOf = ({ name, internal, partitions }: MetadataTopic): KafkaTopic => ({
  name,
  internal,
  partitions: partitions
    .map(({ partition, leader, replicas, isr }) => ({ partition, leader, replicas, isr }))
    .sort((a, b) => a.partition - b.partition),
});

const byTopic = (
  places: readonly KafkaTopicPartition[],
): readonly (readonly [string, readonly number[]])[] => {
  const partitionsByTopic = new Map<string, number[]>();
  for (const { topic, partition } of places) pushTo(partitionsByTopic, topic, partition);
  return [...partitionsByTopic];
};

/** Splits a list into chunks of at most `most`. */
export const inChunks = <T>(all: readonly T[], most: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / most) }, (_, index) =>
    all.slice(index * most, (index + 1) * most),
  );
