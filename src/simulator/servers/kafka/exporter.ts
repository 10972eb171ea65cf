import { expositionText } from '../../exposition/exposition.ts';
import { gauge, type MetricFamily, type MetricLabels } from '../../exposition/metric-family.ts';
import type { Messaging } from '../../model/messaging/messaging.ts';
import type { Handler } from '../http/http-server.ts';
import { notAllowed, notFound } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';

type Rows = readonly (readonly [MetricLabels, number])[];

const partitions = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const topicRows = ({ topics }: Messaging): Rows =>
  [...topics.values()].flatMap((topic) =>
    partitions(topic.partitions).map(
      (partition) =>
        [{ partition: String(partition), topic: topic.name }, Number(topic.end(partition))] as const,
    ),
  );

/** One value per partition with a committed offset. */
const groupRows = ({ groups }: Messaging, amountOf: (committed: bigint, end: bigint) => bigint): Rows =>
  [...groups.values()].flatMap((group) =>
    partitions(group.topic.partitions).flatMap((partition) => {
      const committed = group.committed(partition);
      if (committed === undefined) return [];
      const labels = { consumergroup: group.name, partition: String(partition), topic: group.topic.name };
      return [[labels, Number(amountOf(committed, group.topic.end(partition)))] as const];
    }),
  );

/** The metrics of danielqsj/kafka_exporter that opsdeck reads. */
export const kafkaExporterFamilies = (messaging: Messaging): readonly MetricFamily[] => [
  gauge('kafka_brokers', 'Number of Brokers in the Kafka Cluster.', [
    [{}, messaging.brokerIds.filter((id) => messaging.isUp(id)).length],
  ]),
  gauge(
    'kafka_consumergroup_current_offset',
    'Current Offset of a ConsumerGroup at Topic/Partition',
    groupRows(messaging, (committed) => committed),
  ),
  gauge(
    'kafka_consumergroup_lag',
    'Current Approximate Lag of a ConsumerGroup at Topic/Partition',
    groupRows(messaging, (committed, end) => end - committed),
  ),
  gauge(
    'kafka_consumergroup_members',
    'Amount of members in a consumer group',
    [...messaging.groups.values()].map(
      ({ name, members }) => [{ consumergroup: name }, members.length] as const,
    ),
  ),
  gauge(
    'kafka_topic_partition_current_offset',
    'Current Offset of a Broker at Topic/Partition',
    topicRows(messaging),
  ),
  gauge(
    'kafka_topic_partitions',
    'Number of partitions for this Topic',
    [...messaging.topics.values()].map((topic) => [{ topic: topic.name }, topic.partitions] as const),
  ),
];

const type = 'text/plain; version=0.0.4; charset=utf-8';

/** Serves kafka_exporter's `/metrics` only. */
export const kafkaExporterHandler =
  (view: SimulatorContext): Handler =>
  ({ method, path }) => {
    const { messaging } = view.model.environmentAt(view.env, view.clock.now()).parts;
    if (messaging === undefined || path.join('/') !== 'metrics') return notFound;
    if (method !== 'GET') return notAllowed('GET');
    return { status: 200, text: expositionText(kafkaExporterFamilies(messaging)), type };
  };
