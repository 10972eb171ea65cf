import { endpointHost } from '../../platform/network/dial.ts';
import { endpointsByName } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type KafkaConfig, kafkaConfig, kafkaExpectations, kafkaReadSchema } from './config.ts';

import { kafkaOperations } from './operations.ts';
import { kafkaRowCommand } from './row-command.ts';

/** A Kafka cluster: brokers, topics, consumer groups and their lag. */
export const kafka: SourceModule<KafkaConfig> = {
  type: 'kafka',
  title: 'Apache Kafka',
  config: kafkaConfig,
  reads: kafkaReadSchema,
  feedNames: ['lag', 'health', 'topics', 'groups'],
  operations: declarationsOf(kafkaOperations),
  gives: (config) => ({ kinds: ['lag', 'health'], ...kafkaExpectations(config) }),
  viaDefaults: { brokers: ['via:9092'] },
  routeConfig: (config, ends, port) => ({
    ...config,
    brokers: endpointsByName(ends).map(({ name }) => `${endpointHost(name)}:${port}`),
  }),
  rowCommand: kafkaRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openKafka(opening, io),
};
