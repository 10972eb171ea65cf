import type { DatabaseSpec } from '../model/database/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

const mib = 1024 * 1024;
const minutes = 60_000;

/** The one database of the saga platform; its pools hold up to 80 of its 147 slots, and 140 with five orchestrators. */
export const sagaDatabase: DatabaseSpec = {
  name: 'postgres',
  database: 'microservices',
  user: 'postgres',
  password: 'rehearsal',
  maxConnections: 150,
  tables: [
    {
      name: 'saga_instances',
      rows: 1_310_000,
      dead: 22_500,
      bytes: 760 * mib,
      indexes: [
        { name: 'saga_instances_pkey', columns: ['id'], bytes: 41 * mib, unique: true },
        { name: 'saga_instances_status_idx', columns: ['status'], bytes: 18 * mib },
      ],
    },
    {
      name: 'inventory',
      rows: 58_000,
      dead: 900,
      bytes: 14 * mib,
      indexes: [{ name: 'inventory_pkey', columns: ['sku'], bytes: 2 * mib, unique: true }],
    },
    {
      name: 'payments',
      rows: 922_000,
      dead: 4100,
      bytes: 310 * mib,
      indexes: [{ name: 'payments_pkey', columns: ['id'], bytes: 29 * mib, unique: true }],
    },
  ],
  statements: [
    { query: 'UPDATE saga_instances SET status = $1 WHERE id = $2', calls: 3_920_114, meanMs: 0.8 },
    { query: 'SELECT * FROM saga_instances WHERE id = $1', calls: 6_012_551, meanMs: 0.3 },
    { query: 'UPDATE inventory SET reserved = reserved + $1 WHERE sku = $2', calls: 2_204_910, meanMs: 0.6 },
    { query: 'INSERT INTO payments (id, saga_id, amount) VALUES ($1, $2, $3)', calls: 911_422, meanMs: 1.1 },
    {
      query: 'SELECT date_trunc($1, created_at), sum(amount) FROM payments GROUP BY 1',
      calls: 96,
      meanMs: 1840,
    },
  ],
  background: [
    {
      application: 'postgres_exporter',
      database: 'postgres',
      user: 'postgres_exporter',
      query: 'SELECT * FROM pg_stat_database',
    },
    {
      application: 'DBeaver',
      backMs: 60_000,
      user: 'readonly',
      query: 'SELECT * FROM saga_instances LIMIT 200',
    },
  ],
};

/** How its database can break. */
export const sagaDatabaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'slow-statements',
    title: 'an index of saga_instances is gone: what looks for sagas by their status reads the whole table',
    database: {
      missingIndex: {
        index: 'saga_instances_status_idx',
        table: 'saga_instances',
        columns: ['status'],
        query: 'SELECT * FROM saga_instances WHERE status = $1',
        waitMs: 620,
      },
    },
  },
  {
    name: 'pool-exhaustion',
    title: 'reports leak sessions: they hold slots for half an hour, the pools of the services run out',
    database: {
      leak: {
        application: 'reports',
        user: 'reports',
        query:
          'SELECT p.*, s.* FROM payments p JOIN saga_instances s ON s.id = p.saga_id ORDER BY p.created_at',
        sessions: 76,
        youngestMs: 11 * minutes,
        waitMs: 2400,
      },
    },
  },
];
