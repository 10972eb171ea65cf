import { endHost } from '../../platform/network/dial.ts';
import { byName } from '../connection.ts';
import { declarationsOf } from '../define-operation.ts';
import type { SourceModule } from '../source.ts';
import { expectedIn, type KafkaConfig, kafkaConfig, kafkaReads } from './config.ts';

import { kafkaOperations } from './operations.ts';

/** A Kafka cluster: brokers, topics, consumer groups and how far they are behind. */
export const kafka: SourceModule<KafkaConfig> = {
  type: 'kafka',
  title: 'Apache Kafka',
  config: kafkaConfig,
  reads: kafkaReads,
  feedNames: ['lag', 'health', 'topics', 'groups'],
  operations: declarationsOf(kafkaOperations),
  gives: (config) => ({ kinds: ['lag', 'health'], ...expectedIn(config) }),
  address: { brokers: ['via:9092'] },
  through: (config, ends, port) => ({
    ...config,
    brokers: byName(ends).map(({ name }) => `${endHost(name)}:${port}`),
  }),
  open: async (opening, io) => (await import('./open.ts')).openKafka(opening, io),
};
