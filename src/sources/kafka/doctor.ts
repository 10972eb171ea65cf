import type { KafkaBroker, KafkaCluster, KafkaSession } from '../../clients/kafka/kafka-types.ts';
import { defined } from '../../domain/base/defined.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Finding } from '../kit/contract/source.ts';
import { configuredGroups } from './detail-feeds.ts';
import { missingBrokers } from './health.ts';
import type { KafkaParts } from './parts.ts';

/** Examines the cluster: connects to every broker and tries each configured read. */
export const diagnoseKafka = async (parts: KafkaParts, signal: AbortSignal): Promise<readonly Finding[]> => {
  const { source, reader } = parts;
  try {
    return await reader.withSession(signal, async (session) => {
      const cluster = await session.cluster();
      const { clusterId, controller, brokers } = cluster;
      parts.size.brokers = Math.max(1, brokers.length);
      const passes = controller === undefined ? '' : `, controller ${controller}`;
      const findings = await Promise.all([
        ...brokers.map((broker) => checkBroker(parts, session, broker)),
        checkGroups(parts, session),
        checkTopics(parts, session, cluster),
      ]);
      return [
        {
          source,
          ok: true,
          what: `Kafka cluster ${clusterId}${passes}, ${pluralize(brokers.length, 'broker')}`,
        },
        ...findings.flat(),
        ...session.problems.map((problem) => failedFinding(parts, problem)),
      ];
    });
  } catch (error) {
    return [failedFinding(parts, error)];
  }
};

const failedFinding = ({ source, fault }: KafkaParts, error: unknown): Finding => {
  const { message, remedy } = fault(error);
  return { source, ok: false, what: message, ...defined({ remedy }) };
};

const checkBroker = async (
  parts: KafkaParts,
  session: KafkaSession,
  broker: KafkaBroker,
): Promise<Finding> => {
  try {
    const { latencyMs, lacks } = await session.probe(broker);
    const where = `broker ${broker.id} at ${broker.host}:${broker.port}`;
    if (lacks.length === 0)
      return { source: parts.source, ok: true, what: `${where} answers in ${formatDuration(latencyMs)}` };
    return {
      source: parts.source,
      ok: false,
      what: `${where} does not support ${lacks.join(', ')}`,
      remedy: 'opsdeck requires Apache Kafka 3.0 or newer',
    };
  } catch (error) {
    return failedFinding(parts, error);
  }
};

const checkGroups = async (parts: KafkaParts, session: KafkaSession): Promise<Finding> => {
  const { source, config } = parts;
  const described = await session.describe(await configuredGroups(session, config.groups));
  parts.size.groups = described.length;
  const named = config.groups ?? [];
  const missingGroups = described.filter(({ group, state }) => named.includes(group) && state === 'Dead');
  if (missingGroups.length === 0) return { source, ok: true, what: `groups: ${described.length} readable` };
  return {
    source,
    ok: false,
    what: `no consumer group ${missingGroups.map(({ group }) => group).join(', ')} in this cluster`,
    remedy: 'check groups: a group exists once a consumer has joined or committed',
  };
};

const checkTopics = async (
  { source, config }: KafkaParts,
  session: KafkaSession,
  cluster: KafkaCluster,
): Promise<readonly Finding[]> => {
  const topicList = await session.topics(config.topics);
  const own = topicList.filter(({ internal }) => !internal);
  return [
    { source, ok: true, what: `topics: ${own.length} readable` },
    ...missingBrokers(cluster, topicList).map((id) => ({
      source,
      ok: false,
      what: `broker ${id} has replicas but is not in the cluster`,
      remedy: 'start the broker. If that is impossible, reassign the partitions',
    })),
  ];
};
