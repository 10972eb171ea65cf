import { endpointHost } from '../../platform/network/dial.ts';
import { tlsForEndpoint } from '../connection.ts';
import { declarationsOf } from '../define-operation.ts';
import type { SourceModule } from '../source.ts';
import { type AwsConfig, awsConfig, awsReadSchema } from './config.ts';
import { awsOperations } from './operations/index.ts';
import { awsRowCommand } from './row-command.ts';

/** An account and region of AWS: SQS queues with their dead-letter queues, CloudWatch metrics and alarms. */
export const aws: SourceModule<AwsConfig> = {
  type: 'aws',
  title: 'AWS',
  config: awsConfig,
  limitations: [
    'SQS does not report the age of the oldest message or the rate of messages: `queueMetrics: true` reads them from CloudWatch, some minutes late.',
    'An alarm in state INSUFFICIENT_DATA is not an alert; `doctor` counts them.',
    'SQS counts are approximate, and take up to a minute to be consistent.',
  ],
  reads: awsReadSchema,
  hasPrincipal: true,
  feedNames: ['queues', 'alerts', 'metrics'],
  operations: declarationsOf(awsOperations),
  gives: (config) => {
    // The config may lack values: it is as written.
    const { alarms = [] } = config as Partial<AwsConfig>;
    return { kinds: ['queues', ...(alarms.length === 0 ? [] : (['alerts'] as const))] };
  },
  viaDefaults: { endpoint: 'http://via' },
  routeConfig: (config, [first], port) => {
    const { endpoint } = config;
    if (first === undefined || endpoint === undefined) return config;
    const at = new URL(endpoint);
    at.hostname = endpointHost(first.name);
    at.port = String(port);
    return { ...config, ...tlsForEndpoint(endpoint, config.tls), endpoint: at.href };
  },
  rowCommand: awsRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openAws(opening, io),
};
