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
      name: zAlarmPattern.meta({ description: 'name of the alarm, or a prefix that ends with *' }),
      severity: z
        .string()
        .min(1)
        .meta({ description: 'severity that the rows of these alarms get', examples: ['critical'] }),
    }),
  ]),
);

const zKeys = z
  .strictObject({
    accessKeyId: z.string().min(1),
    secretAccessKey: z
      .string()
      .min(1)
      .meta({ description: 'secret access key, written as a secret reference' }),
    sessionToken: z
      .string()
      .min(1)
      .meta({ description: 'session token of temporary keys, written as a secret reference' })
      .exactOptional(),
  })
  .meta({
    description:
      'opsdeck signs requests with these static access keys. By default, opsdeck uses the credential chain of the AWS SDK',
  });

export const awsConfig = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2,}(?:-[a-z0-9]+)+$/, {
      error: 'this is not an AWS region: write a name such as eu-central-1',
    })
    .meta({
      description: 'AWS region to read (default: AWS_REGION, then the region of the AWS profile)',
      examples: ['eu-central-1'],
    })
    .exactOptional(),
  endpoint: zHttpUrl
    .meta({
      description: 'URL of a server that answers in place of AWS for every service, such as LocalStack',
      examples: ['http://localhost:4566'],
    })
    .exactOptional(),
  profile: z
    .string()
    .min(1)
    .meta({
      description:
        'name of a profile in ~/.aws/config (default: AWS_PROFILE, otherwise the profile “default”)',
    })
    .exactOptional(),
  credentials: zKeys.exactOptional(),
  queues: z
    .array(zQueuePattern)
    .meta({
      description:
        'SQS queues to read, by name or prefix, with their dead-letter queues (default: all). An empty list reads none',
      examples: [['orders', 'billing-*']],
    })
    .prefault(['*']),
  queueMetrics: z.boolean().default(false).meta({
    description:
      'whether to read the age of the oldest message and the rates of the queues from CloudWatch (default: false)',
  }),
  alarms: zAlarms
    .meta({
      description:
        'CloudWatch alarms to read, by name or prefix. The first match gives the severity (default: none)',
      examples: [[{ name: 'orders-*', severity: 'critical' }, '*']],
    })
    .default([]),
  topics: zPatterns('A-Za-z0-9_.-', 'topic')
    .meta({
      description: 'opsdeck reads these SNS topics, by name or prefix. By default, opsdeck reads none',
      examples: [['orders-events']],
    })
    .default([]),
  functions: zPatterns('A-Za-z0-9_-', 'function')
    .meta({
      description: 'opsdeck reads these Lambda functions, by name or prefix. By default, opsdeck reads none',
      examples: [['orders-*']],
    })
    .default([]),
  tables: zPatterns('A-Za-z0-9_.-', 'table')
    .meta({
      description: 'opsdeck reads these DynamoDB tables, by name or prefix. By default, opsdeck reads none',
      examples: [['orders']],
    })
    .default([]),
  logs: zPatterns('A-Za-z0-9_./#-', 'log group')
    .meta({
      description: 'CloudWatch log groups to show as log streams, by name or prefix (default: none)',
      examples: [['/aws/lambda/orders-*']],
    })
    .default([]),
  metricsEvery: zDuration
    .prefault('1m')
    .meta({ description: 'how often opsdeck reads CloudWatch metrics, for which AWS charges per metric' }),
  limit: z.int().min(1).max(1000).default(200).meta({ description: 'maximum number of queues to read' }),
  every: zDuration
    .prefault('30s')
    .meta({ description: 'how often opsdeck reads the queues. Each queue takes one request' }),
  timeout: zDuration.prefault('10s').meta({ description: 'how long a whole reading may take' }),
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
        error:
          'the statistic is unknown: use Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99',
      })
      .meta({
        description:
          'statistic to read: Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99',
      }),
    dimensions: z
      .record(z.string().min(1), z.string().min(1))
      .meta({
        description:
          'every dimension of the metric, with a value. CloudWatch does not aggregate over a missing dimension',
        examples: [{ QueueName: 'orders' }],
      })
      .default({}),
    period: zPeriod
      .meta({ description: 'length of the period that a datapoint covers, in whole minutes' })
      .default('1m'),
    read: z
      .enum(['value', 'ageSeconds'])
      .meta({
        description: 'what to read of the newest complete datapoint: the value, or the age in seconds',
      })
      .default('value'),
  })
  .meta({ description: 'a metric of CloudWatch' });

const zFunctionRead = z
  .strictObject({
    function: z.string().min(1).meta({ description: 'function name' }),
    read: z.enum(['errors', 'throttles', 'invocations', 'concurrency', 'duration']).meta({
      description: 'metric of AWS/Lambda to read. The duration is the 99th percentile in milliseconds',
    }),
    period: zPeriod
      .meta({ description: 'length of the period that a datapoint covers, in whole minutes' })
      .prefault('1m'),
  })
  .meta({ description: 'a metric of a Lambda function' });

const zObjectsRead = z
  .strictObject({
    objects: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/, {
        error: 'this is not a bucket with a prefix: write BUCKET or BUCKET/PREFIX',
      })
      .meta({ description: 'S3 bucket, and optionally a prefix: BUCKET/PREFIX', examples: ['backups/db/'] }),
    read: z
      .enum(['ageSeconds', 'count', 'bytes'])
      .meta({
        description:
          'what to read: the age of the newest object, the number of objects, or the sum of their sizes',
      })
      .default('ageSeconds'),
  })
  .meta({
    description:
      'the signal reads the age, the number or the size of the objects of an S3 bucket under a prefix, at most 10,000 objects',
  });

/** Read targets of a signal: a number of one queue, or a metric. */
export const awsReadSchema = z.union([
  z
    .strictObject({ depth: zQueueName.meta({ description: 'queue' }) })
    .meta({ description: 'consumers can receive this many messages now' }),
  z
    .strictObject({ inFlight: zQueueName.meta({ description: 'queue' }) })
    .meta({ description: 'consumers have received this many messages, but not deleted them yet' }),
  z
    .strictObject({ delayed: zQueueName.meta({ description: 'queue' }) })
    .meta({ description: 'this many messages are delayed, so no consumer can receive them yet' }),
  zMetricRead,
  zFunctionRead,
  zObjectsRead,
]);

export type AwsRead = z.infer<typeof awsReadSchema>;
export type MetricRead = z.infer<typeof zMetricRead>;
export type FunctionRead = z.infer<typeof zFunctionRead>;
export type ObjectsRead = z.infer<typeof zObjectsRead>;
export type QueueRead = Exclude<AwsRead, MetricRead | FunctionRead | ObjectsRead>;
