import { endpointHost } from '../../platform/network/dial.ts';
import { tlsForEndpoint } from '../connection.ts';
import { declarationsOf } from '../define-operation.ts';
import type { SourceModule } from '../source.ts';
import { type AwsConfig, awsConfig, awsReadSchema } from './config.ts';
import { awsOperations } from './operations/index.ts';

/** An account and region of AWS: SQS queues with their dead-letter queues. */
export const aws: SourceModule<AwsConfig> = {
  type: 'aws',
  title: 'AWS',
  config: awsConfig,
  limitations: [
    'SQS does not report the age of the oldest message or the rate of messages; read CloudWatch through another source for them.',
    'SQS counts are approximate, and take up to a minute to be consistent.',
  ],
  reads: awsReadSchema,
  hasPrincipal: true,
  feedNames: ['queues'],
  operations: declarationsOf(awsOperations),
  gives: () => ({ kinds: ['queues'] }),
  viaDefaults: { endpoint: 'http://via' },
  routeConfig: (config, [first], port) => {
    const { endpoint } = config;
    if (first === undefined || endpoint === undefined) return config;
    const at = new URL(endpoint);
    at.hostname = endpointHost(first.name);
    at.port = String(port);
    return { ...config, ...tlsForEndpoint(endpoint, config.tls), endpoint: at.href };
  },
  rowCommand: ({ region, endpoint, profile }, row) =>
    row.kind !== 'queues'
      ? undefined
      : [
          ...['aws', 'sqs', 'get-queue-attributes', '--attribute-names', 'All', '--queue-url'],
          row.fact.name,
          ...(region === undefined ? [] : ['--region', region]),
          ...(profile === undefined ? [] : ['--profile', profile]),
          ...(endpoint === undefined ? [] : ['--endpoint-url', endpoint]),
        ],
  open: async (opening, io) => (await import('./open.ts')).openAws(opening, io),
};
