import { z } from 'zod';
import { mongoUrlProblem } from '../../clients/mongodb/address.ts';
import { readCommandProblem } from '../../clients/mongodb/read-check.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { clientConfigShape } from '../kit/contract/client-feed.ts';
import { zTls } from '../kit/contract/connection.ts';
import { zConsoleLogin } from '../kit/operations/console-login.ts';
import { parseJsonPath } from '../kit/values/json.ts';

const zUrl = z
  .string()
  .refine((url) => mongoUrlProblem(url) === undefined, {
    error: (issue) =>
      mongoUrlProblem(String(issue.input)) ?? 'not a MongoDB URL: use mongodb://HOST:PORT/DATABASE',
  })
  .meta({
    description:
      'MongoDB URL with the addresses of all members, the database and options. mongodb+srv:// is not supported',
    examples: ['mongodb://localhost:27017/shop'],
  });

/** Names that MongoDB accepts for a database. Source: MongoDB docs, MongoDB Limits and Thresholds. */
export const zMongoDatabase = z.string().regex(/^[^\s/\\."$*<>:|?\0]{1,63}$/, {
  error: 'not a database name: use up to 63 characters without spaces or any of / \\ . $',
});

export const mongoConfig = z.strictObject({
  url: zUrl,
  database: zMongoDatabase
    .meta({
      description: 'database that collections, signals and operations use (default: the database in the url)',
    })
    .exactOptional(),
  user: z
    .string()
    .min(1)
    .meta({ description: 'opsdeck logs in as this user. The default is the user in the url' })
    .exactOptional(),
  password: z
    .string()
    .meta({
      description: 'password of the login, written as a secret reference (default: the password in the url)',
    })
    .exactOptional(),
  authSource: z
    .string()
    .min(1)
    .meta({
      description:
        'database in which the user is defined (default: authSource or the database in the url, otherwise admin)',
    })
    .exactOptional(),
  ...clientConfigShape({
    request: 'command',
    tables: 'slow operations, sizes, indexes, replication and other details',
    limit: { meaning: 'maximum number of rows in a table', most: 200, default: 20 },
  }),
  parameters: z
    .array(
      z.string().regex(/^[A-Za-z][\w.]*$/, {
        error:
          'this is not the name of a server parameter: use a name from getParameter, such as notablescan',
      }),
    )
    .min(1)
    .meta({ description: 'names of the server parameters to show' })
    .default([
      'internalQueryMaxBlockingSortMemoryUsageBytes',
      'logLevel',
      'notablescan',
      'ttlMonitorEnabled',
      'ttlMonitorSleepSecs',
    ]),
  console: zConsoleLogin.exactOptional(),
  tls: zTls.exactOptional(),
});

export type MongoConfig = z.infer<typeof mongoConfig>;

export const zCollection = z
  .string()
  .regex(/^(?!\.)[^\0$\p{Cc}]{1,200}$/u, {
    error: 'not a collection name: use a name without $ that does not begin with a dot',
  })
  .meta({ examples: ['events'] });

/** Returns the first `$ago` that is not a duration, at any depth. */
const wrongAgo = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    // A reference to a parameter is checked again with its value.
    if (
      key === '$ago' &&
      !/^\$\{param\.[\w-]+\}$/.test(String(inner)) &&
      parseDuration(String(inner)) === undefined
    )
      return String(inner);
    const found = wrongAgo(inner);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** A document of Extended JSON, with { $ago: 1h } for a time before now. */
export const zMongoDocument = z.record(z.string(), z.unknown()).superRefine((document, context) => {
  const wrong = wrongAgo(document);
  if (wrong !== undefined)
    context.addIssue({ code: 'custom', message: `$ago: "${wrong}" is not a duration: use 1h or 30m` });
});

/** A filter that reads. */
export const zFilter = zMongoDocument.superRefine((filter, context) => {
  const problem = readCommandProblem({ find: 'collection', filter });
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const zPath = z
  .string()
  .refine((path) => parseJsonPath(path) !== undefined, {
    error: 'this is not a path: write one such as metrics.document.inserted',
  })
  .meta({ examples: ['opcounters.insert'] });

/** Read targets of a signal. */
export const mongoReadSchema = z.union([
  z.strictObject({ status: zPath }).meta({ description: 'a number or a word in a field of serverStatus' }),
  z.strictObject({ rate: zPath }).meta({
    description: 'how much a counter of serverStatus has grown per second since the previous reading',
  }),
  z.strictObject({ percent: z.enum(['connections', 'cache', 'dirty']) }).meta({
    description:
      'used share in percent of the connections, or of the WiredTiger cache, by used or by dirty bytes',
  }),
  z.strictObject({ latency: z.enum(['reads', 'writes', 'commands']) }).meta({
    description: 'mean latency of operations since the previous reading, in milliseconds',
  }),
  z.strictObject({ disk: z.enum(['percent', 'bytes']) }).meta({
    description: 'used share of the file system of the server, or bytes that the database occupies',
  }),
  z
    .strictObject({ lag: z.literal('seconds') })
    .meta({ description: 'replication lag of the slowest secondary, in seconds' }),
  z
    .strictObject({ oplog: z.literal('hours') })
    .meta({ description: 'time between the first and the last entry of the oplog, in seconds' }),
  z.strictObject({ longest: z.enum(['operation', 'transaction']) }).meta({
    description:
      'duration of the longest running operation or open transaction, in seconds. 0 if there is none',
  }),
  z
    .strictObject({ count: z.strictObject({ collection: zCollection, filter: zFilter.default({}) }) })
    .meta({ description: 'number of documents that match a filter' }),
  z
    .strictObject({
      command: zMongoDocument.superRefine((command, context) => {
        const problem = readCommandProblem(command);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
      }),
      path: zPath,
      database: zMongoDatabase.exactOptional(),
    })
    .meta({ description: 'a value in the reply to a reading command, such as cursor.firstBatch[0].n' }),
]);

type MongoRead = z.infer<typeof mongoReadSchema>;
export type QueryRead = Extract<MongoRead, { count: unknown } | { command: unknown }>;
/** The reads that one serverStatus answers. */
export type StatusRead = Extract<
  MongoRead,
  { status: string } | { rate: string } | { percent: string } | { latency: string }
>;
/** The reads with a feed of their own. */
export type OwnRead = Exclude<MongoRead, QueryRead | StatusRead>;
