import type { BlockSpec, DatabaseSpec } from '../model/database/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

const mib = 1024 * 1024;
const minutes = 60_000;

/** The database of the event bus. */
export const eventBusDatabase: DatabaseSpec = {
  name: 'database',
  database: 'eventbus_db',
  user: 'eventbus_user',
  password: 'rehearsal',
  maxConnections: 200,
  tables: [
    {
      name: 'events',
      rows: 42_000,
      dead: 6100,
      bytes: 2900 * mib,
      indexes: [
        { name: 'events_pkey', columns: ['id'], bytes: 130 * mib, unique: true },
        { name: 'events_created_at_idx', columns: ['created_at'], bytes: 95 * mib },
      ],
    },
    {
      name: 'subscriptions',
      rows: 840,
      dead: 12,
      bytes: mib,
      indexes: [{ name: 'subscriptions_pkey', columns: ['id'], bytes: mib / 4, unique: true }],
    },
    {
      name: 'outbox',
      rows: 1900,
      dead: 48_000,
      bytes: 44 * mib,
      indexes: [{ name: 'outbox_pkey', columns: ['id'], bytes: 9 * mib, unique: true }],
    },
  ],
  statements: [
    {
      query: 'INSERT INTO events (id, type, payload, created_at) VALUES ($1, $2, $3, $4)',
      calls: 8_204_113,
      meanMs: 1.2,
    },
    { query: 'SELECT * FROM events WHERE id = $1', calls: 5_120_877, meanMs: 0.4 },
    { query: 'UPDATE outbox SET sent_at = $1 WHERE id = $2', calls: 4_011_206, meanMs: 0.9 },
    {
      query: 'SELECT type, count(*) FROM events WHERE created_at > $1 GROUP BY type',
      calls: 288,
      meanMs: 412,
    },
  ],
  background: [
    {
      application: 'postgres_exporter',
      database: 'postgres',
      user: 'postgres_exporter',
      query: 'SELECT * FROM pg_stat_database',
    },
    { application: 'flyway', user: 'eventbus_user', query: 'SELECT 1' },
  ],
};

const blocked: BlockSpec = {
  application: 'outbox-repair',
  user: 'eventbus_user',
  query: 'UPDATE outbox SET sent_at = NULL WHERE sent_at < $1',
  ageMs: 12 * minutes,
  waiting: 'UPDATE outbox SET sent_at = $1 WHERE id = $2',
  patienceMs: 3000,
  error:
    'org.springframework.transaction.CannotCreateTransactionException: HikariPool-1 - Connection is not available, request timed out after 3000ms',
};

/** How its database can break. */
export const eventBusDatabaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'database-blocked',
    title: 'a transaction was left open and holds locks: every statement behind it waits, the pools run out',
    database: { block: blocked },
  },
  {
    name: 'database-blocked-again',
    title: 'the same, and the job that left it open does so again, whatever is ended',
    database: { block: { ...blocked, againMs: 3000 } },
  },
];
