import { z } from 'zod';
import { readViolation } from '../../clients/postgres/read-check.ts';
import { zDuration } from '../../domain/schema.ts';
import { zTls } from '../connection.ts';

const zUrl = z
  .string()
  .refine((url) => /^postgres(?:ql)?:\/\//.test(url), {
    error: 'no PostgreSQL address: postgres://USER@HOST:PORT/DATABASE',
  })
  .meta({
    description: "where it answers; what it lacks comes from PG* and ~/.pgpass, then from libpq's defaults",
    examples: ['postgres://opsdeck@localhost:5432/shop'],
  });

const zIdentity = z
  .strictObject({
    database: z.string().meta({ description: 'the name of the database' }).exactOptional(),
    systemIdentifier: z
      .union([z.string().regex(/^\d+$/), z.int().transform(String)])
      .meta({
        description: 'what pg_control_system() says: the same for a server and its standbys, as a text',
      })
      .exactOptional(),
  })
  .meta({ description: 'what must answer there' });

export const postgresConfig = z.strictObject({
  url: zUrl.exactOptional(),
  database: z.string().min(1).meta({ description: 'the database, where the url names none' }).exactOptional(),
  password: z
    .string()
    .meta({ description: 'by reference; else of the url, PGPASSWORD or ~/.pgpass' })
    .exactOptional(),
  service: z
    .string()
    .min(1)
    .meta({ description: 'what its rows are called; default: the id of the source' })
    .exactOptional(),
  every: zDuration.prefault('5s').meta({ description: 'how often it is read' }),
  timeout: zDuration.prefault('3s').meta({ description: 'how long an answer may take' }),
  slow: z
    .strictObject({
      limit: z.int().min(1).max(100).meta({ description: 'rows of each table of detail' }).default(10),
      every: zDuration
        .meta({ description: 'how often they are read; default: only when asked' })
        .exactOptional(),
    })
    .prefault({})
    .meta({ description: 'statements, sizes, tuples and the other tables of detail' }),
  settings: z
    .array(z.string())
    .meta({ description: 'settings to show beside those that wait for a restart' })
    .default([
      'idle_in_transaction_session_timeout',
      'max_connections',
      'shared_buffers',
      'statement_timeout',
      'superuser_reserved_connections',
      'work_mem',
    ]),
  tls: zTls.exactOptional(),
  identity: zIdentity.exactOptional(),
});

export type PostgresConfig = z.infer<typeof postgresConfig>;

const zValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const zValues = z.array(zValue).meta({ description: 'values for $1, $2 …' });

/** A statement that only reads. The server holds it to that; what it cannot hold it to is refused here. */
export const zReadSql = z
  .string()
  .refine((text) => readViolation(text) === undefined, {
    // Said once: what looks at the whole call is not asked any more.
    abort: true,
    error: (issue) => `no read: ${readViolation(String(issue.input)) ?? ''}`,
  })
  .meta({
    description: 'one SELECT; it runs in a read-only transaction',
    examples: ['SELECT count(*) FROM orders'],
  });

/** Of an operation: a server has databases that are reached only through another. */
export const zDatabase = z
  .string()
  .regex(/^[^\p{Cc}]{1,63}$/u, { error: 'no name of a database' })
  .meta({ description: "another database of the same server; default: the source's own" })
  .exactOptional();

/** What a signal reads. */
export const postgresReadSchema = z.union([
  z
    .strictObject({
      sql: zReadSql,
      column: z.string().min(1).meta({ description: 'default: the first' }).exactOptional(),
      labels: z
        .array(z.string())
        .min(1)
        .meta({ description: 'columns that tell rows apart: each row is a series' })
        .exactOptional(),
      params: zValues.exactOptional(),
    })
    .meta({ description: 'a value of the first row, or of every row' }),
  z
    .strictObject({ connections: z.enum(['percent', 'client', 'usable']) })
    .meta({ description: 'slots: taken, usable by everybody, taken of usable in percent' }),
  z
    .strictObject({ longest: z.enum(['query', 'transaction', 'idle_in_transaction']) })
    .meta({ description: 'seconds that the longest has gone on for; 0 when there is none' }),
  z.strictObject({ blocked: z.literal(true) }).meta({ description: 'sessions that wait for a lock' }),
]);

type PostgresRead = z.infer<typeof postgresReadSchema>;
export type SqlRead = Extract<PostgresRead, { sql: string }>;
export type ActivityRead = Exclude<PostgresRead, { sql: string }>;
