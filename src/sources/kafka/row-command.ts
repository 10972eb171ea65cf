import type { RowCommand } from '../../domain/facts/row-command.ts';
import type { KafkaConfig } from './config.ts';

const withPort = (broker: string): string => (/:\d+$/.test(broker) ? broker : `${broker}:9092`);

/** A tool of Kafka with its connection. The tools read a login and TLS only from a file. */
const tool = (
  { brokers, sasl, tls }: KafkaConfig,
  name: string,
  ...args: readonly string[]
): readonly string[] => [
  name,
  '--bootstrap-server',
  brokers.map(withPort).join(','),
  ...(sasl === undefined && tls === undefined ? [] : ['--command-config', 'client.properties']),
  ...args,
];

/** kafka-consumer-groups for a group, kafka-topics for a topic, kafka-broker-api-versions for the brokers. */
export const kafkaRowCommand: RowCommand<KafkaConfig> = (config, row) => {
  const group = (name: string) => tool(config, 'kafka-consumer-groups', '--describe', '--group', name);
  const topics = (...args: readonly string[]) => tool(config, 'kafka-topics', '--describe', ...args);
  const brokers = () => tool(config, 'kafka-broker-api-versions');
  if (row.kind === 'lag') return group(row.fact.group);
  if (row.kind === 'health') return brokers();
  if (row.kind !== 'signal') return undefined;
  const { read } = row;
  const named = read.lag ?? read.members;
  if (typeof named === 'string') return group(named);
  if (typeof read.partitions === 'string') return topics('--topic', read.partitions);
  if (read.underReplicated === true) return topics('--under-replicated-partitions');
  if (read.offline === true) return topics('--unavailable-partitions');
  return read.brokers === true ? brokers() : undefined;
};
