import { expect } from 'vitest';
import { queryIdOf } from '../../../src/simulator/model/database/database.ts';
import type { PostgresServer } from '../../../src/simulator/servers/postgres/endpoint.ts';
import type { Stage, TimelessFact, Wire } from '../../../src/testing/source-rig.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { openSqlFront, type SqlFailureMode, sqlFailureModes } from '../sql-front.ts';
import { blockedDatabase, update } from './postgres-simulator.ts';

const source = 'postgres';
const identifier = '7300000000000000001';
/** A recorded statement that only reads. */
const listed = 'SELECT * FROM orders WHERE id = $1';
const session = {
  source,
  database: 'shop',
  blockedBy: [],
  blocks: 0,
  waiting: '',
  startedAt: expect.any(Number),
};
const waiting: TimelessFact = {
  ...session,
  user: 'shop',
  application: 'shop',
  client: expect.stringMatching(/^10\./),
  state: 'active',
  query: update,
  waiting: 'Lock: transactionid',
  durationMs: 0,
  transactionMs: 0,
};
const root: TimelessFact = {
  ...session,
  application: 'psql',
  user: 'ana',
  client: '10.244.9.31',
  query: 'UPDATE orders SET state = 1',
};
const exporter: TimelessFact = {
  ...session,
  pid: 2101,
  application: 'exporter',
  user: 'exporter',
  client: '10.244.9.10',
  state: 'idle',
  query: 'SELECT 1',
  durationMs: expect.any(Number),
};
const note = (title: string, text: string): TimelessFact => ({ source, title, text });
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });

const openWire = async (): Promise<Wire<SqlFailureMode>> => {
  const clock: ManualClock = manualClock();
  const server = await blockedDatabase(clock, identifier, [listed]);
  const front = await openSqlFront(server.port);
  let stranger: PostgresServer | undefined;
  return {
    ...front,
    url: `postgres://opsdeck@127.0.0.1:${front.port}/shop`,
    set: ({ way }) => front.set(way),
    heal: () => front.set('through'),
    turnStranger: async () => {
      stranger = await blockedDatabase(clock, '7300000000000000002');
      front.leadTo(stranger.port);
    },
    close: async () => {
      await front.close();
      await Promise.all([server.close(), stranger?.close()]);
    },
  };
};

/** The PostgreSQL server of the simulator behind a proxy. */
export const postgresStage: Stage<SqlFailureMode> = {
  failureModes: sqlFailureModes,
  call: /^postgres:\/\/127\.0\.0\.1:\d+\/shop \S+: \S/,
  clock: () => manualClock(),
  open: openWire,
  rig: {
    type: 'postgres',
    config: (url, password) => ({
      url,
      password,
      identity: { database: 'shop', systemIdentifier: identifier },
    }),
    signals: [
      { id: 'slots', read: { connections: 'usable' } },
      { id: 'oldest', read: { longest: 'idle_in_transaction' } },
      { id: 'blocked', read: { blocked: true } },
      { id: 'orders', read: { sql: 'SELECT count(*) FROM orders' } },
      { id: 'disabled', read: { sql: "SELECT pid FROM pg_stat_activity WHERE state = 'disabled'" } },
    ],
    healthy: {
      'postgres/health': {
        items: [
          {
            source,
            env: 'test',
            service: 'postgres',
            instance: '',
            status: 'up',
            detail: '',
            components: [],
          },
        ],
      },
      'postgres/sessions': {
        items: [
          {
            ...root,
            pid: 2102,
            state: 'idle in transaction',
            durationMs: 600_000,
            transactionMs: 600_400,
            blocks: 1,
          },
          { ...waiting, pid: 2103, blockedBy: [2102], blocks: 1 },
          { ...waiting, pid: 2104, blockedBy: [2103] },
          exporter,
        ],
      },
      'postgres/pools': {
        items: [
          {
            source,
            service: 'postgres',
            instance: '',
            name: 'connections',
            kind: 'postgres',
            active: 3,
            idle: 1,
            max: 17,
            taken: 5,
          },
        ],
        samples: [
          sample('slots', { value: 17 }),
          sample('oldest', { value: 600 }),
          sample('blocked', { value: 2 }),
        ],
      },
      'postgres/sql:orders': { items: [sample('orders', { value: 9000 })] },
      'postgres/sql:disabled': {
        items: [sample('disabled', { why: 'the query returned no rows' })],
      },
      'postgres/statements': {
        items: [update, listed].map((query) =>
          note(query, 'mean 2ms · 1,200 calls · 1.8s total · 1,200 rows'),
        ),
      },
      'postgres/sizes': {
        items: [note('database shop', '12 MiB'), note('table public.orders', '4 MiB · 1 MiB in indexes')],
      },
      'postgres/replication': { items: [] },
      'postgres/locks': {
        items: [
          note('2103 waits for ShareLock of transactionid', `blocked by 2102 · shop · 0ms · ${update}`),
          note('2104 waits for ShareLock of transactionid', `blocked by 2103 · shop · 0ms · ${update}`),
        ],
      },
      'postgres/settings': {
        items: [
          note('idle_in_transaction_session_timeout', '0'),
          note('max_connections', '20 · changes require a restart'),
          note('shared_buffers', '128 MiB · changes require a restart'),
          note('statement_timeout', '0'),
          note('superuser_reserved_connections', '3 · changes require a restart'),
          note('work_mem', '4 MiB'),
        ],
      },
      'postgres/tuples': {
        items: [
          note(
            'public.orders',
            expect.stringMatching(/^1,000 dead of 10,000 rows \(10\.0 %\) · vacuumed 4h ago/),
          ),
        ],
      },
    },
    unknowns: {
      // A session without a transaction has no transaction age, not 0 ms.
      'postgres/sessions': ({ items }) =>
        items.flatMap((item) => ('pid' in item && item.user === 'exporter' ? [item.transactionMs] : [])),
      'postgres/sql:disabled': ({ items }) => items.map((item) => ('value' in item ? item.value : undefined)),
    },
    operations: {
      console: { writes: 'no' },
      query: { sql: 'SELECT 1' },
      explain: { queryid: queryIdOf(listed), values: '7' },
      explainAnalyze: { queryid: queryIdOf(listed), values: '7' },
      cancel: { where: { state: 'active' } },
      terminate: { where: { olderThan: '5m' } },
      vacuum: { table: 'orders' },
      reindex: { index: 'orders_pkey' },
      createIndex: { table: 'orders', columns: ['state'] },
      dropIndex: { index: 'public.orders_pkey' },
      setting: { name: 'work_mem', value: '8MB' },
      password: { role: 'shop', file: 'test/contract/rigs/a-new-password' },
      login: { role: 'shop', file: 'test/contract/rigs/a-new-password' },
      readDump: { file: 'test/contract/rigs/a-dump.sql' },
      execute: { sql: 'DELETE FROM orders WHERE id < $1', params: [7] },
    },
  },
};
