import { z } from 'zod';
import type { ExpectedHealth } from '../../domain/reading.ts';
import { zDuration } from '../../domain/schema.ts';
import { zTls } from '../connection.ts';
import { field, text } from '../wire-value.ts';

const isBroker = (written: string): boolean => {
  const [, port] = /^(?:\[[^\]]+\]|[^\s:[\],/]+)(?::(\d{1,5}))?$/.exec(written) ?? [];
  return (
    /^[^\s/]+$/.test(written) &&
    (port === undefined ? !/[:,]/.test(written.replace(/^\[[^\]]*\]/, '')) : Number(port) <= 65_535)
  );
};

/** A list, or one text with commas as Kafka's own tools take it. */
const zBrokers = z
  .union([z.string(), z.array(z.string()).min(1)])
  .meta({
    description: 'some of the brokers: HOST:PORT (9092 when there is no port); the cluster names the others',
    examples: [['kafka-1:9092', 'kafka-2:9092']],
  })
  .transform((written) =>
    [written]
      .flat()
      .flatMap((one) => one.split(','))
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .superRefine((brokers, context) => {
    if (brokers.length === 0) context.addIssue({ code: 'custom', message: 'name a broker: HOST:PORT' });
    for (const broker of brokers)
      if (!isBroker(broker))
        context.addIssue({
          code: 'custom',
          message: `"${broker}" is no broker: HOST:PORT, without a scheme`,
        });
  });

const zPasswordLogin = z
  .strictObject({
    mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('plain'),
    user: z.string().min(1),
    password: z.string(),
  })
  .meta({ description: 'a user and a password' });

const zTokenLogin = z
  .strictObject({
    mechanism: z.literal('oauthbearer'),
    token: z.string().min(1).meta({ description: 'the token, by reference' }).exactOptional(),
    tokenFile: z
      .string()
      .min(1)
      .meta({ description: 'a file that holds the token; read again for each connection' })
      .exactOptional(),
    extensions: z
      .record(
        z.string().regex(/^(?!auth$)[A-Za-z]+$/, { error: 'an extension is letters, and not auth' }),
        z.string().regex(/^[\x20-\x7e\t]*$/, { error: 'the value of an extension is printable ASCII' }),
      )
      .meta({
        description: 'what goes along with the token (KIP-342)',
        examples: [{ logicalCluster: 'lkc-1' }],
      })
      .exactOptional(),
  })
  .refine(({ token, tokenFile }) => (token === undefined) !== (tokenFile === undefined), {
    error: 'oauthbearer takes exactly one of token and tokenFile',
  })
  .meta({ description: 'a token of an OAuth server' });

const zSasl = z.union([zPasswordLogin, zTokenLogin]).meta({ description: 'how to log in' });

export const kafkaConfig = z.strictObject({
  brokers: zBrokers,
  cluster: z
    .string()
    .min(1)
    .meta({ description: 'what its rows call the cluster; default: the id of the source' })
    .exactOptional(),
  groups: z
    .array(z.string().min(1))
    .meta({ description: 'the consumer groups to read; default: all' })
    .exactOptional(),
  topics: z
    .array(z.string().min(1))
    .meta({ description: 'the topics whose lag is read; default: all that the groups consume' })
    .exactOptional(),
  every: zDuration.prefault('5s').meta({ description: 'how often it is read' }),
  timeout: zDuration.prefault('5s').meta({
    description:
      'how long a reading may take; one broker may take a third of it before the others are told alone',
  }),
  window: zDuration.prefault('1m').meta({ description: 'how far back the motion of a lag is judged' }),
  sasl: zSasl.exactOptional(),
  tls: zTls.exactOptional(),
  identity: z
    .strictObject({ clusterId: z.string().min(1) })
    .meta({ description: 'the id of the cluster that must answer' })
    .exactOptional(),
});

export type KafkaConfig = z.infer<typeof kafkaConfig>;

/** The health row that stands for the cluster, whatever brokers it turns out to have. */
export const clusterHealthExpectation = (cluster: string): ExpectedHealth => ({
  service: cluster,
  instance: '',
});

/** The row that a config promises, as far as it names the cluster itself. */
export const kafkaExpectations = (config: unknown): { readonly expects?: readonly ExpectedHealth[] } => {
  const cluster = text(field(config, 'cluster'));
  return cluster === undefined ? {} : { expects: [clusterHealthExpectation(cluster)] };
};

const zGroup = z.string().min(1).meta({ description: 'a consumer group' });
const zTopic = z.string().min(1).meta({ description: 'a topic' });
const zTrue = z.literal(true);

/** What a signal reads. */
export const kafkaReadSchema = z.union([
  z
    .strictObject({
      lag: zGroup,
      topic: zTopic.exactOptional(),
      fold: z
        .enum(['sum', 'min', 'max', 'avg', 'count'])
        .meta({ description: 'makes one number of the partitions; default: sum' })
        .exactOptional(),
    })
    .meta({ description: 'messages that a group is behind' }),
  z.strictObject({ members: zGroup }).meta({ description: 'how many members a group has' }),
  z.strictObject({ partitions: zTopic }).meta({ description: 'how many partitions a topic has' }),
  z.strictObject({ brokers: zTrue }).meta({ description: 'how many brokers the cluster has now' }),
  z
    .strictObject({ underReplicated: zTrue })
    .meta({ description: 'partitions of which a replica is not in sync' }),
  z.strictObject({ offline: zTrue }).meta({ description: 'partitions without a leader' }),
]);

type KafkaRead = z.infer<typeof kafkaReadSchema>;
export type GroupRead = Extract<KafkaRead, { readonly lag: string } | { readonly members: string }>;
export type TopicRead = Exclude<KafkaRead, GroupRead>;

export const isGroupRead = (read: KafkaRead): read is GroupRead => 'lag' in read || 'members' in read;
