import { z } from 'zod';
import type { FactKind } from '../../domain/facts/facts.ts';
import { endpointHost } from '../../platform/network/dial.ts';
import { tlsForEndpoint } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { lineCountSchema } from '../kit/counting/line-count.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type AwsConfig, awsConfig, awsReadSchema } from './account/config.ts';
import { awsRowCommand } from './account/row-command.ts';
import { awsOperations } from './operations/index.ts';

/** An account and region of AWS: queues, topics, metrics, alarms, logs, functions, tables and objects. */
export const aws: SourceModule<AwsConfig> = {
  type: 'aws',
  title: 'AWS',
  config: awsConfig,
  limitations: [
    'SQS does not report the age of the oldest message or the rate of messages: `queueMetrics: true` reads them from CloudWatch, some minutes late.',
    'Logs are polled every 2 s, or more slowly with many open streams: FilterLogEvents has a quota of 5 requests per second in an account and region.',
    'S3 lists at most 10,000 objects under a prefix.',
    'An alarm in state INSUFFICIENT_DATA is not an alert. `doctor` counts them.',
    'SQS counts are approximate, and take up to a minute to be consistent.',
  ],
  reads: z.union([awsReadSchema, lineCountSchema]),
  hasPrincipal: true,
  feedNames: ['queues', 'topics', 'alerts', 'metrics', 'functions', 'tables', 'objects'],
  hasTails: true,
  countsLines: true,
  operations: declarationsOf(awsOperations),
  gives: (config) => {
    // The config may lack values: it is as written.
    const { alarms = [], functions = [], tables = [] } = config as Partial<AwsConfig>;
    const kinds: FactKind[] = ['queues'];
    if (alarms.length > 0) kinds.push('alerts');
    if (functions.length > 0 || tables.length > 0) kinds.push('health');
    return { kinds, ...(alarms.length > 0 ? { alertRules: true } : {}) };
  },
  viaDefaults: { endpoint: 'http://via' },
  routeConfig: (config, [first], port) => {
    const { endpoint } = config;
    if (first === undefined || endpoint === undefined) return config;
    const url = new URL(endpoint);
    url.hostname = endpointHost(first.name);
    url.port = String(port);
    return { ...config, ...tlsForEndpoint(endpoint, config.tls), endpoint: url.href };
  },
  rowCommand: awsRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openAws(opening, io),
};
