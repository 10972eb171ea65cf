import type { KafkaCluster, KafkaPartition, KafkaTopic } from '../../clients/kafka/kafka.ts';
import type { Sample } from '../../domain/facts.ts';
import type { TopicRead } from './config.ts';

export const isOffline = ({ leader }: KafkaPartition): boolean => leader < 0;

/** A replica lags behind or is gone; a partition without a leader is so, too. */
export const isUnderReplicated = ({ isr, replicas }: KafkaPartition): boolean => isr.length < replicas.length;

export const partitionsOf = (topics: readonly KafkaTopic[]): readonly KafkaPartition[] =>
  topics.flatMap(({ partitions }) => partitions);

/** The value of a signal about brokers, topics and partitions. */
export const topicSample = (
  read: TopicRead,
  cluster: KafkaCluster,
  topics: readonly KafkaTopic[],
): Pick<Sample, 'value' | 'why'> => {
  if ('brokers' in read) return { value: cluster.brokers.length };
  if ('offline' in read) return { value: partitionsOf(topics).filter(isOffline).length };
  if ('underReplicated' in read) return { value: partitionsOf(topics).filter(isUnderReplicated).length };
  const topic = topics.find(({ name }) => name === read.partitions);
  return topic === undefined
    ? { why: `there is no topic ${read.partitions}, or it may not be seen` }
    : { value: topic.partitions.length };
};
