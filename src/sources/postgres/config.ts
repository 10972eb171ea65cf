import { z } from 'zod';
import { readViolation } from '../../clients/postgres/read-check.ts';
import { clientConfigShape } from '../kit/contract/client-feed.ts';
import { zTls } from '../kit/contract/connection.ts';
import { zConsoleLogin } from '../kit/operations/console-login.ts';

const zUrl = z
  .string()
  .refine((url) => /^postgres(?:ql)?:\/\//.test(url), {
    error: 'not a PostgreSQL URL. Use postgres://USER@HOST:PORT/DATABASE',
  })
  .meta({
    description:
      'connection URL. Missing parts are taken from the PG* environment variables and ~/.pgpass, then from the libpq defaults',
    examples: ['postgres://opsdeck@localhost:5432/shop'],
  });

const zIdentity = z
  .strictObject({
    database: z.string().meta({ description: 'database name' }).exactOptional(),
    systemIdentifier: z
      .union([z.string().regex(/^\d+$/), z.int().transform(String)])
      .meta({
        description:
          'system_identifier that pg_control_system() must report, as a text. A server and all standbys have the same one',
      })
      .exactOptional(),
  })
  .meta({ description: 'expected server' });

export const postgresConfig = z.strictObject({
  url: zUrl.exactOptional(),
  database: z
    .string()
    .min(1)
    .meta({ description: 'database to connect to, if the url names none' })
    .exactOptional(),
  password: z
    .string()
    .meta({
      description:
        'password of the login, written as a secret reference (default: from the url, PGPASSWORD or ~/.pgpass)',
    })
    .exactOptional(),
  ...clientConfigShape({
    request: 'query',
    tables: 'statements, sizes, tuples and other details',
    limit: { meaning: 'maximum number of rows in a detail table', most: 100, default: 10 },
  }),
  settings: z
    .array(z.string())
    .meta({ description: 'names of settings to show, in addition to the settings that wait for a restart' })
    .default([
      'idle_in_transaction_session_timeout',
      'max_connections',
      'shared_buffers',
      'statement_timeout',
      'superuser_reserved_connections',
      'work_mem',
    ]),
  console: zConsoleLogin.exactOptional(),
  tls: zTls.exactOptional(),
  identity: zIdentity.exactOptional(),
});

export type PostgresConfig = z.infer<typeof postgresConfig>;

const zValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const zValues = z.array(zValue).meta({ description: 'values for $1, $2 …' });

/** A read-only statement. The server enforces that; statements that it cannot restrict are rejected here. */
export const zReadSql = z
  .string()
  .refine((text) => readViolation(text) === undefined, {
    // Reports the problem once: the checks of the whole call are skipped.
    abort: true,
    error: (issue) => `not a read-only query: ${readViolation(String(issue.input)) ?? ''}. Write a SELECT`,
  })
  .meta({
    description: 'one SELECT, run in a read-only transaction',
    examples: ['SELECT count(*) FROM orders'],
  });

/** Database parameter of an operation, for databases that are reached only through another one on the server. */
export const zDatabase = z
  .string()
  .regex(/^[^\p{Cc}]{1,63}$/u, {
    error: 'not a database name: use 1 to 63 characters without control characters',
  })
  .meta({
    description: 'name of another database of the same server to read (default: the database of the source)',
  })
  .exactOptional();

/** Read targets of a signal. */
export const postgresReadSchema = z.union([
  z
    .strictObject({
      sql: zReadSql,
      column: z
        .string()
        .min(1)
        .meta({ description: 'opsdeck reads the value from this column. The default is the first column' })
        .exactOptional(),
      labels: z
        .array(z.string())
        .min(1)
        .meta({ description: 'columns whose values become labels. Each row is then a series' })
        .exactOptional(),
      params: zValues.exactOptional(),
    })
    .meta({ description: 'a value that a query returns, from the first row or from every row' }),
  z.strictObject({ connections: z.enum(['percent', 'client', 'usable']) }).meta({
    description:
      'what to read of the connections: how many are used, how many a non-superuser can use, or the used share in percent',
  }),
  z.strictObject({ longest: z.enum(['query', 'transaction', 'idle_in_transaction']) }).meta({
    description: 'age in seconds of the longest running transaction or query, or 0 if there is none',
  }),
  z
    .strictObject({ blocked: z.literal(true) })
    .meta({ description: 'number of sessions that wait for a lock' }),
]);

type PostgresRead = z.infer<typeof postgresReadSchema>;
export type SqlRead = Extract<PostgresRead, { sql: string }>;
export type ActivityRead = Exclude<PostgresRead, { sql: string }>;
