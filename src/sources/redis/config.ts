import { z } from 'zod';
import { redisUrlProblem } from '../../clients/redis/address.ts';
import { clientConfigShape } from '../kit/contract/client-feed.ts';
import { zTls } from '../kit/contract/connection.ts';
import { zConsoleLogin } from '../kit/operations/console-login.ts';

const zUrl = z
  .string()
  .refine((url) => redisUrlProblem(url) === undefined, {
    error: (issue) =>
      redisUrlProblem(String(issue.input)) ?? 'not a Redis URL: use redis://HOST:PORT/DATABASE',
  })
  .meta({
    description:
      'Redis URL with the address of the server and the number of the database. rediss:// uses TLS',
    examples: ['redis://localhost:6379/0'],
  });

export const redisConfig = z.strictObject({
  url: zUrl,
  user: z
    .string()
    .min(1)
    .meta({ description: 'user of the login in the access control list (default: the user named default)' })
    .exactOptional(),
  password: z
    .string()
    .meta({
      description:
        'password of the login, written as a secret reference (default: from the url or REDISCLI_AUTH)',
    })
    .exactOptional(),
  ...clientConfigShape({
    request: 'command',
    tables: 'slow log, keyspace, replication and other details',
    limit: { meaning: 'maximum number of entries of the slow log', most: 100, default: 10 },
  }),
  settings: z
    .array(
      z.string().regex(/^[a-z][a-z0-9-]*$/, {
        error: 'not a setting name: use a-z, 0-9 and -, such as maxmemory-policy',
      }),
    )
    .min(1)
    .meta({ description: 'names of the server settings to show' })
    .default(['appendonly', 'maxclients', 'maxmemory', 'maxmemory-policy', 'save', 'timeout']),
  console: zConsoleLogin.exactOptional(),
  tls: zTls.exactOptional(),
});

export type RedisConfig = z.infer<typeof redisConfig>;

const zField = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, { error: 'not a field of INFO: use a-z, 0-9 and _, such as used_memory' })
  .meta({ examples: ['used_memory'] });

/** Read targets of a signal. */
export const redisReadSchema = z.union([
  z.strictObject({ info: zField }).meta({ description: 'a number or a word in a field of INFO' }),
  z
    .strictObject({ rate: zField })
    .meta({ description: 'how much a counter of INFO has grown per second since the previous reading' }),
  z.strictObject({ percent: z.enum(['memory', 'clients', 'hits']) }).meta({
    description:
      'a share in percent: used memory of maxmemory, clients of maxclients, or hits among key lookups',
  }),
  z
    .strictObject({ lag: z.enum(['seconds', 'bytes']) })
    .meta({ description: 'replication lag of the slowest replica of a master, or of this replica' }),
  z
    .strictObject({ keys: z.int().min(0) })
    .meta({ description: 'number of keys of the database with this number' }),
  z
    .strictObject({ since: z.literal('save') })
    .meta({ description: 'age of the last successful RDB save in seconds' }),
  z.strictObject({ cluster: z.enum(['state', 'unservedSlots', 'failedSlots', 'nodes', 'masters']) }).meta({
    description:
      'value that a cluster node reports: state (ok or fail), unserved slots, failed slots, known nodes, or masters with slots',
  }),
  z
    .strictObject({
      sentinel: z.enum(['state', 'address', 'replicas', 'sentinels', 'quorum']),
      master: z
        .string()
        .min(1)
        .meta({ examples: ['mymaster'] }),
    })
    .meta({
      description:
        'value that a sentinel reports about a master: state (ok, sdown or odown), address, replicas, sentinels, or quorum',
    }),
  z
    .strictObject({
      length: z
        .string()
        .min(1)
        .meta({ examples: ['queue:mail'] }),
    })
    .meta({
      description:
        'length of the list, set, stream, hash or text that has this key, or 0 if the key does not exist',
    }),
]);

type RedisRead = z.infer<typeof redisReadSchema>;
export type LengthRead = Extract<RedisRead, { length: string }>;
/** The reads about a cluster or the masters of a sentinel. */
export type TopologyRead = Extract<RedisRead, { cluster: string } | { sentinel: string }>;
/** The reads that one INFO answers. */
export type InfoRead = Exclude<RedisRead, LengthRead | TopologyRead>;
