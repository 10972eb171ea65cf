import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/schema.ts';
import { zTls } from '../connection.ts';

/** A name, or a prefix that ends with `*`. Source: AWS, SQS Developer Guide, queue names. */
const zQueuePattern = z.string().regex(/^(?:\*|[A-Za-z0-9_-]{1,79}\*|[A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/, {
  error: (issue) =>
    `"${String(issue.input)}" is not a queue name: use NAME, NAME.fifo or a prefix that ends with *`,
});

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
  .meta({ description: 'static keys; default: the credential chain of the AWS SDK' });

export const awsConfig = z.strictObject({
  region: z
    .string()
    .regex(/^[a-z]{2,}(?:-[a-z0-9]+)+$/, { error: 'not a region: use a name such as eu-central-1' })
    .meta({
      description: 'region; default: AWS_REGION, then the region of the AWS profile',
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
    .meta({ description: 'profile of ~/.aws/config; default: AWS_PROFILE, otherwise default' })
    .exactOptional(),
  credentials: zKeys.exactOptional(),
  queues: z
    .array(zQueuePattern)
    .min(1)
    .meta({
      description: 'SQS queues by name or prefix; default: all. Their dead-letter queues are read too',
      examples: [['orders', 'billing-*']],
    })
    .prefault(['*']),
  most: z.int().min(1).max(1000).default(200).meta({ description: 'maximum number of queues' }),
  every: zDuration.prefault('30s').meta({ description: 'poll interval; each queue is one request' }),
  timeout: zDuration.prefault('10s').meta({ description: 'timeout of a whole reading' }),
  tls: zTls.exactOptional(),
  identity: z
    .strictObject({
      account: z.string().regex(/^\d{12}$/, { error: 'an account id has 12 digits, as text' }),
    })
    .meta({ description: 'expected account' })
    .exactOptional(),
});

export type AwsConfig = z.infer<typeof awsConfig>;

const zQueueName = z.string().min(1);

/** Read targets of a signal: a number of one queue. */
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
]);

export type AwsRead = z.infer<typeof awsReadSchema>;
