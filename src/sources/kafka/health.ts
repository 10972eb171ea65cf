import type { KafkaBroker, KafkaCluster, KafkaTopic } from '../../clients/kafka/kafka-types.ts';
import { defined } from '../../domain/base/defined.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { allPartitions, isOffline, isUnderReplicated } from './signal-samples.ts';

/** Result of probing a broker: its response, or the failure. */
export interface BrokerProbe {
  readonly broker: KafkaBroker;
  readonly latencyMs?: number;
  readonly status: 'up' | 'down' | 'unknown';
  readonly detail: string;
}

type KafkaHealthRow = Pick<Health, 'instance' | 'status' | 'detail' | 'latencyMs'>;

/** Brokers that have replicas but are no longer listed by the cluster. */
export const missingBrokers = (cluster: KafkaCluster, topics: readonly KafkaTopic[]): readonly number[] => {
  const brokerIds = new Set(cluster.brokers.map(({ id }) => id));
  const named = new Set(allPartitions(topics).flatMap(({ replicas }) => replicas));
  return [...named].filter((id) => !brokerIds.has(id)).sort((a, b) => a - b);
};

/**
 * Health rows of the cluster and its brokers. Down: a partition without a leader, or a broker that is missing or
 * unresponsive. Degraded: out-of-sync replicas.
 */
export const kafkaHealthRows = (
  cluster: KafkaCluster,
  topics: readonly KafkaTopic[],
  reached: readonly BrokerProbe[],
): readonly KafkaHealthRow[] => {
  const missingIds = missingBrokers(cluster, topics);
  return [
    clusterHealthRow(cluster, topics, missingIds),
    ...reached.map(({ broker, latencyMs, status, detail }) => ({
      instance: `broker-${broker.id}`,
      status,
      detail,
      ...defined({ latencyMs }),
    })),
    ...missingIds.map((id): KafkaHealthRow => {
      const count = allPartitions(topics).filter(({ replicas }) => replicas.includes(id)).length;
      return {
        instance: `broker-${id}`,
        status: 'down',
        detail: `not in the cluster, but ${pluralize(count, 'partition')} ${count === 1 ? 'has' : 'have'} a replica there`,
      };
    }),
  ].sort((a, b) => a.instance.localeCompare(b.instance, 'en', { numeric: true }));
};

const clusterHealthRow = (
  cluster: KafkaCluster,
  topics: readonly KafkaTopic[],
  missingIds: readonly number[],
): KafkaHealthRow => {
  const all = allPartitions(topics);
  const offline = all.filter(isOffline).length;
  const under = all.filter(isUnderReplicated).length;
  const missing =
    missingIds.length === 0 ? '' : `broker ${missingIds.join(', ')} is not in the cluster: start the broker`;
  const parts = [
    offline === 0
      ? ''
      : `${offline} of ${all.length} partitions have no leader, so nothing can be read or written there`,
    under === 0 ? '' : `${under} of ${all.length} partitions are under-replicated`,
    missing,
  ].filter((part) => part !== '');
  const status = offline > 0 ? 'down' : parts.length > 0 ? 'degraded' : 'up';
  const calm = [
    pluralize(cluster.brokers.length, 'broker'),
    pluralize(topics.length, 'topic'),
    pluralize(all.length, 'partition'),
  ].join(', ');
  return { instance: '', status, detail: status === 'up' ? calm : parts.join('; ') };
};
