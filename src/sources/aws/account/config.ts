import { z } from 'zod';
import type { Millis } from '../../../domain/base/fault.ts';
import { zDuration, zHttpUrl } from '../../../domain/facts/schema.ts';
import { parseDuration } from '../../../domain/text/duration.ts';
import { zTls } from '../../kit/contract/connection.ts';

/** A name, or a prefix that ends with `*`. Source: AWS, SQS Developer Guide, queue names. */
const zQueuePattern = z.string().regex(/^(?:\*|[A-Za-z0-9_-]{1,79}\*|[A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/, {
  error: (issue) =>
    `"${String(issue.input)}" is not a queue name: use NAME, NAME.fifo or a prefix that ends with *`,
});

/** Names and prefixes of resources that may not contain other characters. */
const zPatterns = (characters: string, what: string) =>
  z.array(
    z.string().regex(new RegExp(`^(?:\\*|[${characters}]{1,512}\\*?)$`), {
      error: (issue) => `"${String(issue.input)}" is not a ${what}: use a name or a prefix that ends with *`,
    }),
  );

const minuteMs = 60_000;

/** A period of CloudWatch; stays a text, so that a parsed profile can be validated again. */
const zPeriod = z.string().refine(
  (text) => {
    const ms = parseDuration(text) ?? 0;
    return ms > 0 && ms % minuteMs === 0 && ms <= 24 * 60 * minuteMs;
  },
  { error: 'a period must be 1m to 1d, in whole minutes: only high-resolution metrics have shorter ones' },
);

/** The period of a read in ms. */
export const periodOf = ({ period }: { readonly period: string }): Millis =>
  parseDuration(period) ?? minuteMs;

const zAlarmPattern = z.string().min(1).max(255);

const zAlarms = z.array(
  z.union([
    zAlarmPattern,
    z.strictObject({
      name: zAlarmPattern.meta({ description: 'alarm name, or a prefix that ends with *' }),
      severity: z
        .string()
        .min(1)
        .meta({ description: 'severity of the rows', examples: ['critical'] }),
    }),
  ]),
);

const zKeys = z
  .strictObject({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1).meta({ description: 'secret key, as a secret reference' }),
    sessionToken: z
      .string()
      .min(1)
      .meta({ description: 'token of temporary keys, as a secret reference' })
      .exactOptional(),
  })
  .meta({ description: 'static keys (default: the credential chain of the AWS SDK)' });

export const awsConfig = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2,}(?:-[a-z0-9]+)+$/, { error: 'not a region: use a name such as eu-central-1' })
    .meta({
      description: 'region (default: AWS_REGION, then the region of the AWS profile)',
      examples: ['eu-central-1'],
    })
    .exactOptional(),
  endpoint: zHttpUrl
    .meta({
      description: 'URL of a server that responds for every service, such as LocalStack',
      examples: ['http://localhost:4566'],
    })
    .exactOptional(),
  profile: z
    .string()
    .min(1)
    .meta({ description: 'profile of ~/.aws/config (default: AWS_PROFILE, otherwise default)' })
    .exactOptional(),
  credentials: zKeys.exactOptional(),
  queues: z
    .array(zQueuePattern)
    .meta({
      description:
        'SQS queues by name or prefix (default: all, []: none). Their dead-letter queues are read too',
      examples: [['orders', 'billing-*']],
    })
    .prefault(['*']),
  queueMetrics: z
    .boolean()
    .default(false)
    .meta({ description: 'true: age of the oldest message and rates of the queues from CloudWatch' }),
  alarms: zAlarms
    .meta({
      description: 'CloudWatch alarms by name or prefix, the first match gives the severity (default: none)',
      examples: [[{ name: 'orders-*', severity: 'critical' }, '*']],
    })
    .default([]),
  topics: zPatterns('A-Za-z0-9_.-', 'topic')
    .meta({ description: 'SNS topics by name or prefix (default: none)', examples: [['orders-events']] })
    .default([]),
  functions: zPatterns('A-Za-z0-9_-', 'function')
    .meta({ description: 'Lambda functions by name or prefix (default: none)', examples: [['orders-*']] })
    .default([]),
  tables: zPatterns('A-Za-z0-9_.-', 'table')
    .meta({ description: 'DynamoDB tables by name or prefix (default: none)', examples: [['orders']] })
    .default([]),
  logs: zPatterns('A-Za-z0-9_./#-', 'log group')
    .meta({
      description: 'CloudWatch log groups by name or prefix, as log streams (default: none)',
      examples: [['/aws/lambda/orders-*']],
    })
    .default([]),
  metricsEvery: zDuration
    .prefault('1m')
    .meta({ description: 'poll interval of CloudWatch metrics, which are billed per metric' }),
  limit: z.int().min(1).max(1000).default(200).meta({ description: 'maximum number of queues' }),
  every: zDuration.prefault('30s').meta({ description: 'poll interval. Each queue is one request' }),
  timeout: zDuration.prefault('10s').meta({ description: 'timeout of a whole reading' }),
  tls: zTls.exactOptional(),
  identity: z
    .strictObject({
      account: z.string().regex(/^\d{12}$/, {
        error: 'an account id has 12 digits. Write the digits in quotes: "123456789012"',
      }),
    })
    .meta({ description: 'expected account' })
    .exactOptional(),
});

export type AwsConfig = z.infer<typeof awsConfig>;

const zQueueName = z.string().min(1);

const zMetricRead = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .meta({ description: 'metric name', examples: ['NumberOfMessagesSent'] }),
    namespace: z
      .string()
      .min(1)
      .meta({ description: 'namespace', examples: ['AWS/SQS'] }),
    statistic: z
      .string()
      .regex(/^(?:Sum|Average|Minimum|Maximum|SampleCount|p\d{1,2}(?:\.\d{1,10})?)$/, {
        error: 'use Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99',
      })
      .meta({ description: 'statistic: Sum, Average, Minimum, Maximum, SampleCount or p99' }),
    dimensions: z
      .record(z.string().min(1), z.string().min(1))
      .meta({
        description: 'all dimensions of the metric: CloudWatch does not aggregate over missing ones',
        examples: [{ QueueName: 'orders' }],
      })
      .default({}),
    period: zPeriod.meta({ description: 'period of a datapoint, in whole minutes' }).default('1m'),
    read: z
      .enum(['value', 'ageSeconds'])
      .meta({ description: 'value or age (in seconds) of the newest complete datapoint' })
      .default('value'),
  })
  .meta({ description: 'a metric of CloudWatch' });

const zFunctionRead = z
  .strictObject({
    function: z.string().min(1).meta({ description: 'function name' }),
    read: z
      .enum(['errors', 'throttles', 'invocations', 'concurrency', 'duration'])
      .meta({ description: 'metric of AWS/Lambda. duration: p99 in ms' }),
    period: zPeriod.meta({ description: 'period of a datapoint, in whole minutes' }).prefault('1m'),
  })
  .meta({ description: 'a metric of a Lambda function' });

const zObjectsRead = z
  .strictObject({
    objects: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/, {
        error: 'not a bucket with a prefix: use BUCKET or BUCKET/PREFIX',
      })
      .meta({ description: 'bucket and prefix of S3', examples: ['backups/db/'] }),
    read: z
      .enum(['ageSeconds', 'count', 'bytes'])
      .meta({ description: 'age of the newest object, number of objects, or their size' })
      .default('ageSeconds'),
  })
  .meta({ description: 'the objects of an S3 bucket under a prefix, at most 10,000' });

/** Read targets of a signal: a number of one queue, or a metric. */
export const awsReadSchema = z.union([
  z
    .strictObject({ depth: zQueueName.meta({ description: 'queue' }) })
    .meta({ description: 'messages that can be received' }),
  z
    .strictObject({ inFlight: zQueueName.meta({ description: 'queue' }) })
    .meta({ description: 'received messages that are not deleted yet' }),
  z
    .strictObject({ delayed: zQueueName.meta({ description: 'queue' }) })
    .meta({ description: 'messages that cannot be received yet' }),
  zMetricRead,
  zFunctionRead,
  zObjectsRead,
]);

export type AwsRead = z.infer<typeof awsReadSchema>;
export type MetricRead = z.infer<typeof zMetricRead>;
export type FunctionRead = z.infer<typeof zFunctionRead>;
export type ObjectsRead = z.infer<typeof zObjectsRead>;
export type QueueRead = Exclude<AwsRead, MetricRead | FunctionRead | ObjectsRead>;
