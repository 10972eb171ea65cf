import { z } from 'zod';
import type { ExpectedHealth } from '../../domain/facts/reading.ts';
import { bracketedIpv6, zDuration } from '../../domain/facts/schema.ts';
import { zTls } from '../kit/contract/connection.ts';
import { field, text } from '../kit/values/wire-value.ts';

const isBroker = (written: string): boolean => {
  const [, port] = /^(?:\[[^\]]+\]|[^\s:[\],/]+)(?::(\d{1,5}))?$/.exec(written) ?? [];
  return (
    /^[^\s/]+$/.test(written) &&
    (port === undefined ? !/[:,]/.test(written.replace(/^\[[^\]]*\]/, '')) : Number(port) <= 65_535)
  );
};

/** A list, or one comma-separated text as in Kafka's own tools. */
const zBrokers = z
  .union([z.string(), z.array(z.string()).min(1)])
  .meta({
    description: 'bootstrap brokers: HOST:PORT (default port 9092)',
    examples: [['kafka-1:9092', 'kafka-2:9092']],
  })
  .transform((written) =>
    [written]
      .flat()
      .flatMap((part) => part.split(','))
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .superRefine((brokers, context) => {
    if (brokers.length === 0)
      context.addIssue({ code: 'custom', message: 'the source names no broker: add at least one HOST:PORT' });
    for (const broker of brokers)
      if (!isBroker(broker))
        context.addIssue({
          code: 'custom',
          message: `"${broker}" is not a broker address. Use ${bracketedIpv6(broker) ?? 'HOST:PORT without a scheme'}`,
        });
  });

const zPasswordLogin = z
  .strictObject({
    mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('plain'),
    user: z.string().min(1),
    password: z.string(),
  })
  .meta({ description: 'user and password of a login with SASL/PLAIN or SCRAM' });

const zTokenLogin = z
  .strictObject({
    mechanism: z.literal('oauthbearer'),
    token: z
      .string()
      .min(1)
      .meta({ description: 'token of the login, written as a secret reference' })
      .exactOptional(),
    tokenFile: z
      .string()
      .min(1)
      .meta({ description: 'file that has the token. opsdeck reads the file again for each connection' })
      .exactOptional(),
    extensions: z
      .record(
        z.string().regex(/^(?!auth$)[A-Za-z]+$/, {
          error: 'not an extension name: use letters only, and not auth',
        }),
        z.string().regex(/^[\x20-\x7e\t]*$/, { error: 'not an extension value: use printable ASCII only' }),
      )
      .meta({
        description: 'opsdeck sends these SASL extensions of KIP-342 with the token',
        examples: [{ logicalCluster: 'lkc-1' }],
      })
      .exactOptional(),
  })
  .refine(({ token, tokenFile }) => (token === undefined) !== (tokenFile === undefined), {
    error: 'oauthbearer needs a token: set exactly one of token and tokenFile',
  })
  .meta({ description: 'OAUTHBEARER token' });

const zSasl = z.union([zPasswordLogin, zTokenLogin]).meta({ description: 'authentication' });

export const kafkaConfig = z.strictObject({
  brokers: zBrokers,
  cluster: z
    .string()
    .min(1)
    .meta({ description: 'name of the cluster in the rows (default: the id of the source)' })
    .exactOptional(),
  groups: z
    .array(z.string().min(1))
    .meta({ description: 'opsdeck reads these consumer groups. By default, opsdeck reads every group' })
    .exactOptional(),
  topics: z
    .array(z.string().min(1))
    .meta({
      description:
        'opsdeck reads the lag of these topics. By default, opsdeck reads every topic that the groups consume',
    })
    .exactOptional(),
  every: zDuration.prefault('5s').meta({ description: 'poll interval' }),
  timeout: zDuration.prefault('5s').meta({
    description:
      'how long a reading may take. A broker that needs more than a third of this time is left out',
  }),
  window: zDuration
    .prefault('1m')
    .meta({ description: 'time window over which the trend of the lag is judged' }),
  sasl: zSasl.exactOptional(),
  tls: zTls.exactOptional(),
  identity: z
    .strictObject({ clusterId: z.string().min(1) })
    .meta({ description: 'id that the Kafka cluster must have' })
    .exactOptional(),
});

export type KafkaConfig = z.infer<typeof kafkaConfig>;

/** The expected health row of the cluster, whatever brokers it has. */
export const clusterHealthExpectation = (cluster: string): ExpectedHealth => ({
  service: cluster,
  instance: '',
});

/** The health row that a config declares, if it names the cluster. */
export const kafkaExpectations = (config: unknown): { readonly expects?: readonly ExpectedHealth[] } => {
  const cluster = text(field(config, 'cluster'));
  return cluster === undefined ? {} : { expects: [clusterHealthExpectation(cluster)] };
};

const zGroup = z.string().min(1).meta({ description: 'consumer group' });
const zTopic = z.string().min(1).meta({ description: 'topic' });
const zTrue = z.literal(true);

/** Read targets of a signal. */
export const kafkaReadSchema = z.union([
  z
    .strictObject({
      lag: zGroup,
      topic: zTopic.exactOptional(),
      fold: z
        .enum(['sum', 'min', 'max', 'avg', 'count'])
        .meta({
          description: 'opsdeck folds the values of the partitions into one in this way. The default is sum',
        })
        .exactOptional(),
    })
    .meta({ description: 'lag of a consumer group in messages' }),
  z.strictObject({ members: zGroup }).meta({ description: 'number of members of a consumer group' }),
  z.strictObject({ partitions: zTopic }).meta({ description: 'number of partitions of a topic' }),
  z.strictObject({ brokers: zTrue }).meta({ description: 'number of brokers that are running' }),
  z.strictObject({ underReplicated: zTrue }).meta({ description: 'number of under-replicated partitions' }),
  z
    .strictObject({ offline: zTrue })
    .meta({ description: 'number of offline partitions, which have no leader' }),
]);

type KafkaRead = z.infer<typeof kafkaReadSchema>;
export type GroupRead = Extract<KafkaRead, { readonly lag: string } | { readonly members: string }>;
export type TopicRead = Exclude<KafkaRead, GroupRead>;

export const isGroupRead = (read: KafkaRead): read is GroupRead => 'lag' in read || 'members' in read;
