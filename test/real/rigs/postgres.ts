import { expect } from 'vitest';
import type { Stage, TimelessFact } from '../../../src/testing/source-rig.ts';
import { openSqlFront, type SqlFailureMode, sqlFailureModes } from '../../contract/sql-front.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { sql } from '../postgres/psql.ts';
import { database, maxConnections, passwords } from '../postgres/roles.ts';
import { holdSessions, openBlockingTree } from '../postgres/sessions.ts';
import type { Address } from '../servers/server.ts';

const source = 'postgres';

/** A failure mode of the server itself, entered and left by a test. */
interface RealSqlFailureMode extends SqlFailureMode {
  enter?(server: Address): Promise<AsyncDisposable>;
}

const changedPassword = async (server: Address): Promise<AsyncDisposable> => {
  await sql(server, ["ALTER ROLE opsdeck PASSWORD 'another+one'"]);
  return {
    [Symbol.asyncDispose]: async () =>
      void (await sql(server, [`ALTER ROLE opsdeck PASSWORD '${passwords.opsdeck}'`])),
  };
};

/** Uses all slots except the reserved ones, including those of the blocking tree. */
const full = async (server: Address): Promise<AsyncDisposable> => {
  const [taken = '0'] = await sql(server, [
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> 'opsdeck'",
  ]);
  return holdSessions(server, maxConnections - 3 - Number(taken));
};

const ofServer: Readonly<Record<string, RealSqlFailureMode['enter']>> = {
  denied: changedPassword,
  'too many connections': full,
};

/** Lets the server itself reject connections where possible. */
const failureModes: readonly RealSqlFailureMode[] = sqlFailureModes.map((failure) => {
  const enter = ofServer[failure.name];
  return enter === undefined ? failure : { ...failure, enter };
});

const number = expect.any(Number);
const session: TimelessFact = {
  source,
  database,
  pid: number,
  user: 'shop',
  client: '127.0.0.1',
  startedAt: number,
  durationMs: number,
  transactionMs: number,
};
const waiting = (application: string): TimelessFact => ({
  ...session,
  application,
  state: 'active',
  waiting: expect.stringMatching(/^Lock: (?:transactionid|tuple)$/),
  blockedBy: expect.arrayContaining([number]),
  query: expect.stringMatching(/^UPDATE accounts/),
});
const sample = (signal: string, rest: object): TimelessFact => ({ source, signal, labels: {}, ...rest });
/** The table that a statement counts: its OID and its file. */
const ofAccounts = { objects: { 'table public.accounts': expect.stringMatching(/^\d+ \d+$/) } };
const some = {
  items: expect.arrayContaining([{ source, title: expect.any(String), text: expect.any(String) }]),
};

/** Runs a statement that only reads, and returns the id under which pg_stat_statements has recorded it. */
export const recordedQueryid = async (server: Address): Promise<string> => {
  const [queryid] = (
    await sql(server, [
      'SELECT balance FROM accounts WHERE id = 7',
      "SELECT 'id ' || queryid FROM pg_stat_statements WHERE query = 'SELECT balance FROM accounts WHERE id = $1' LIMIT 1",
    ])
  ).flatMap((line) => /^id (-?\d+)$/.exec(line)?.[1] ?? []);
  if (queryid === undefined) throw new Error('pg_stat_statements has not recorded the statement');
  return queryid;
};

/**
 * A PostgreSQL where one session blocks a second, which blocks a third and a fourth. `queryid` is that of a recorded
 * statement with one parameter, a number.
 */
export const postgresStage = (server: Address, queryid: string): Stage<RealSqlFailureMode> => ({
  failureModes,
  call: /^postgres:\/\/127\.0\.0\.1:\d+\/shop \S+: \S/,
  isAnonymous: true,
  clock: () => manualClock(Date.now()),
  open: async () => {
    await using opened = new AsyncDisposableStack();
    opened.use(await openBlockingTree(server));
    const front = await openSqlFront(server.port);
    opened.defer(() => front.close());
    let entered: AsyncDisposable | undefined;
    const heal = async (): Promise<void> => {
      await entered?.[Symbol.asyncDispose]();
      entered = undefined;
      await front.set('through');
    };
    opened.defer(heal);
    const all = opened.move();
    return {
      ...front,
      url: `postgres://opsdeck@127.0.0.1:${front.port}/${database}`,
      set: async ({ way, enter }) => {
        await heal();
        // Open connections are cut, so that it must log in again.
        await front.set('refuse');
        await front.set(enter === undefined ? way : 'through');
        entered = await enter?.(server);
      },
      heal,
      close: () => all.disposeAsync(),
    };
  },
  rig: {
    type: 'postgres',
    config: (url, password) => ({ url, password, identity: { database } }),
    signals: [
      { id: 'slots', read: { connections: 'usable' } },
      { id: 'blocked', read: { blocked: true } },
      { id: 'accounts', read: { sql: 'SELECT count(*) FROM accounts' } },
      {
        id: 'richest',
        read: { sql: 'SELECT max(balance) AS most FROM accounts WHERE id < 0', column: 'most' },
      },
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
            ...session,
            application: 'root',
            state: 'idle in transaction',
            waiting: '',
            blockedBy: [],
            blocks: 1,
            query: expect.stringMatching(/^UPDATE accounts/),
          },
          { ...waiting('middle'), blocks: 2 },
          { ...waiting('leaf-0'), blocks: 0 },
          { ...waiting('leaf-1'), blocks: 0 },
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
            active: 4,
            idle: 0,
            max: maxConnections - 3,
            taken: 5,
          },
        ],
        samples: [sample('slots', { value: maxConnections - 3 }), sample('blocked', { value: 3 })],
      },
      'postgres/sql:accounts': { items: [sample('accounts', { value: 1000, origin: ofAccounts })] },
      'postgres/sql:richest': {
        items: [
          sample('richest', {
            ...{ why: 'most is NULL, not a number. Use coalesce() in the query', origin: ofAccounts },
          }),
        ],
      },
      'postgres/statements': some,
      'postgres/sizes': some,
      'postgres/replication': { items: [] },
      'postgres/locks': some,
      'postgres/settings': some,
      'postgres/tuples': some,
    },
    // Session ages and statement counts keep growing; the login that a health reading has just closed may still be counted.
    moving:
      /"(?:durationMs|transactionMs|startedAt|taken)":\d+|"title":"[^"]*","text":"[^"]*"|\{"source":"postgres"…\},?/g,
    unknowns: {
      'postgres/sql:richest': ({ items }) => items.map((item) => ('value' in item ? item.value : undefined)),
    },
    operations: {
      console: { writes: 'no' },
      query: { sql: 'SELECT 1' },
      explain: { queryid, values: '7' },
      explainAnalyze: { queryid, values: '7' },
      cancel: { where: { state: 'active' } },
      terminate: { where: { application: ['root', 'middle'] } },
      vacuum: { table: 'accounts' },
      reindex: { index: 'accounts_pkey' },
      createIndex: { table: 'accounts', columns: ['balance desc'] },
      dropIndex: { index: 'accounts_pkey' },
      setting: { name: 'work_mem', value: '8MB' },
      password: { role: 'opsdeck', file: 'test/contract/rigs/a-new-password' },
      login: { role: 'opsdeck', file: 'test/contract/rigs/a-new-password' },
      readDump: { file: 'test/contract/rigs/a-dump.sql' },
      execute: { sql: 'SELECT count(*) FROM accounts WHERE id < $1', params: [7] },
    },
  },
});
