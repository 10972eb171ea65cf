import type { KafkaBroker, KafkaCluster, KafkaSession } from '../../clients/kafka/kafka-types.ts';
import type { Fault } from '../../domain/base/fault.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { type CheckResult, failedResult, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
import { configuredGroups } from './detail-feeds.ts';
import { missingBrokers } from './health.ts';
import type { KafkaParts } from './parts.ts';

/** Examines the cluster: connects to every broker and tries each configured read. */
export const diagnoseKafka = (parts: KafkaParts, signal: AbortSignal): Promise<readonly Finding[]> => {
  // Errors of Kafka name their broker. The end of the time limit names none.
  const fault = (call: string, error: unknown): Fault => {
    const found = parts.fault(error);
    return found.message.includes(': ') ? found : { ...found, message: `${call}: ${found.message}` };
  };
  const of = { source: parts.source, fault };
  const run = () =>
    parts.reader.withSession(signal, async (session): Promise<readonly CheckResult[]> => {
      const cluster = await session.cluster();
      const { clusterId, controller, brokers } = cluster;
      parts.size.brokers = Math.max(1, brokers.length);
      const passes = controller === undefined ? '' : `, controller ${controller}`;
      const results = await Promise.all([
        runChecks(
          of,
          brokers.map((broker) => ({
            call: `${broker.host}:${broker.port}`,
            run: () => brokerResult(session, broker),
          })),
          signal,
        ),
        groupResult(parts, session),
        topicResults(parts, session, cluster),
      ]);
      return [
        `Kafka cluster ${clusterId}${passes}, ${pluralize(brokers.length, 'broker')}`,
        ...results.flat(),
        ...session.problems.map((problem) => failedResult(parts.fault(problem))),
      ];
    });
  return runChecks(of, [{ call: parts.config.brokers.join(', '), run }], signal);
};

const brokerResult = async (session: KafkaSession, broker: KafkaBroker): Promise<CheckResult> => {
  const { latencyMs, lacks } = await session.probe(broker);
  const where = `broker ${broker.id} at ${broker.host}:${broker.port}`;
  return lacks.length === 0
    ? `${where} answers in ${formatDuration(latencyMs)}`
    : lacking(
        `${where} does not support ${lacks.join(', ')}`,
        'upgrade the broker: opsdeck requires Apache Kafka 3.0 or newer',
      );
};

const groupResult = async ({ config, size }: KafkaParts, session: KafkaSession): Promise<CheckResult> => {
  const described = await session.describe(await configuredGroups(session, config.groups));
  size.groups = described.length;
  const named = config.groups ?? [];
  const missing = described.filter(({ group, state }) => named.includes(group) && state === 'Dead');
  return missing.length === 0
    ? `groups: ${described.length} readable`
    : lacking(
        `no consumer group ${missing.map(({ group }) => group).join(', ')} in this cluster`,
        'check groups of the source. A group exists once a consumer has joined or committed',
      );
};

const topicResults = async (
  { config }: KafkaParts,
  session: KafkaSession,
  cluster: KafkaCluster,
): Promise<readonly CheckResult[]> => {
  const topicList = await session.topics(config.topics);
  const own = topicList.filter(({ internal }) => !internal);
  return [
    `topics: ${own.length} readable`,
    ...missingBrokers(cluster, topicList).map((id) =>
      lacking(
        `broker ${id} has replicas of partitions, but is not in the cluster`,
        'start the broker. If that is impossible, reassign the partitions',
      ),
    ),
  ];
};
