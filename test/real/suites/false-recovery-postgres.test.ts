import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../support/free-port.ts';
import {
  attempt,
  isNotRecovered,
  isRecovered,
  lever,
  patientMs,
  type Situation,
} from '../false-recovery/attempt.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { until } from '../machine/until.ts';
import { startCluster } from '../postgres/cluster.ts';
import { sql } from '../postgres/psql.ts';
import { database, urlOf } from '../postgres/roles.ts';
import { openSession, type Session } from '../postgres/sessions.ts';
import { openStandby } from '../postgres/standby.ts';
import { openProxy, type Proxy as TcpProxy } from '../proxy.ts';
import type { Address } from '../servers/server.ts';
import { underTest } from '../setting.ts';

/** Another cluster with the same roles and the same database, without the application's sessions. */
const other = underTest();
let stack: AsyncDisposableStack;
let idle: Lever;
/** The server of the application. */
let server: Address;
let standby: Address;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  const dir = await mkdtemp(join(tmpdir(), 'orders-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const port = await freePort();
  const cluster = await startCluster(dir, port, AbortSignal.timeout(60_000), 60);
  stack.defer(() => cluster.end());
  server = { ...other, name: 'orders', port };
  const opened = await openStandby(server);
  stack.use(opened);
  standby = opened.address;
}, 90_000);
afterAll(() => stack.disposeAsync());

const url = (port: number): string => urlOf({ ...server, port }, 'opsdeck');
const portOf = ({ origin }: TcpProxy): number => Number(new URL(origin).port);

/** Three sessions of an application that are idle in a transaction; their last statement names it. */
const holdTransactions = async (application: string): Promise<AsyncDisposable> => {
  await using opened = new AsyncDisposableStack();
  for (let count = 0; count < 3; count += 1) {
    const session = opened.use(await openSession(server, { application }));
    await session.query('BEGIN');
    await session.query(`SELECT '${application}'`);
  }
  return opened.move();
};

/** Two sessions: one waits for the other, which holds a lock. */
interface Wait extends AsyncDisposable {
  readonly holder: Session;
  readonly waiter: Session;
}

/** Leads the proxy to another server: open connections are reset, as by a failover of an address. */
const moveTo = async (proxy: TcpProxy, { port }: Address): Promise<void> => {
  proxy.leadTo(port);
  await proxy.set('refuse');
  await proxy.set('through');
};

const isHeld = (application: string): string => `any(sessions | query matches /${application}/)`;
const count = (application: string) => ({
  use: 'pg.query',
  with: { sql: `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = '${application}'` },
  expect: { value: '= 0' },
});

describe.concurrent('another server answers after an action without effect', { timeout: patientMs }, () => {
  const viaProxy = async (
    application: string,
    to: () => Address,
    check: string | object,
    noticed: RegExp,
  ) => {
    await using opened = new AsyncDisposableStack();
    opened.use(await holdTransactions(application));
    const proxy = await openProxy(server.port);
    opened.defer(() => proxy.close());
    await isNotRecovered(
      {
        sources: { [lever]: idle.source, pg: { type: 'postgres', url: url(portOf(proxy)) } },
        when: isHeld(application),
        verify: [{ ...(typeof check === 'string' ? { that: check } : check) }],
        afterwards: () => moveTo(proxy, to()),
      },
      noticed,
    );
  };

  test('a hot standby: its sessions', () =>
    viaProxy('report-1', () => standby, `not ${isHeld('report-1')}`, /another server|standby|recovery/i));

  test('a hot standby: a statement', () =>
    viaProxy('report-2', () => standby, count('report-2'), /another server|standby|recovery/i));

  test('another cluster: its sessions', () =>
    viaProxy('report-3', () => other, `not ${isHeld('report-3')}`, /another server|system_identifier/i));

  test('another cluster: a statement', () =>
    viaProxy('report-4', () => other, count('report-4'), /another server|system_identifier/i));

  test('over new connections alone: the state of a standby', async () => {
    const proxy = await openProxy(standby.port);
    await using opened = new AsyncDisposableStack();
    opened.defer(() => proxy.close());
    const isStandby = 'any(health[service = pg] | detail matches /in recovery/)';
    await isNotRecovered(
      {
        sources: { [lever]: idle.source, pg: { type: 'postgres', url: url(portOf(proxy)) } },
        when: isStandby,
        verify: [`not ${isStandby}`],
        // The pooled connections still lead to the standby; each probe opens one of its own.
        afterwards: async () => proxy.leadNewTo(other.port),
      },
      /another server|system_identifier/i,
    );
  });
});

describe.concurrent('weak evidence', { timeout: patientMs }, () => {
  /** A check that a statement on the activity of an application has this value. */
  const activity =
    (select: string, value: string) =>
    (application: string): object => ({
      use: 'pg.query',
      with: { sql: `${select} FROM pg_stat_activity WHERE application_name = '${application}'` },
      expect: { value },
    });

  test.for([
    ['a NULL', activity('SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) AS age', '< 1')],
    ['a count', activity('SELECT count(*) FILTER (WHERE xact_start IS NOT NULL) AS n', '= 0')],
    ['hidden sessions', (application: string) => ({ that: `not ${isHeld(application)}` })],
  ] as const)('pg_monitor is revoked after an action without effect: %s', async ([, check], { task }) => {
    const role = `seer_${task.id.replaceAll(/\W/g, '')}`;
    const application = `hidden-${role}`;
    await using _ = await holdTransactions(application);
    await sql(server, [`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`, `GRANT pg_monitor TO ${role}`]);
    await isNotRecovered(
      {
        sources: {
          [lever]: idle.source,
          pg: { type: 'postgres', url: `postgres://${role}:${role}@127.0.0.1:${server.port}/${database}` },
        },
        when: isHeld(application),
        verify: [{ ...check(application) }],
        afterwards: () => sql(server, [`REVOKE pg_monitor FROM ${role}`]),
      },
      /permission|privilege|pg_monitor|role|hidden|NULL|no value|empty/i,
    );
  });

  /** A session that waits for another one, which holds a lock. */
  const openWait = async (name: string, account: number): Promise<Wait> => {
    await using opened = new AsyncDisposableStack();
    const take = (session: Session): Promise<unknown> =>
      session.query(`UPDATE accounts SET balance = balance - 1 WHERE id = ${account}`);
    const holder = opened.use(await openSession(server, { application: `${name}-holder` }));
    await holder.query('BEGIN');
    await take(holder);
    const waiter = opened.use(await openSession(server, { application: `${name}-waiter` }));
    const waited = take(waiter).catch(() => undefined);
    opened.defer(async () => void (await waited));
    opened.defer(async () => void (await sql(server, [`SELECT pg_cancel_backend(${waiter.pid})`])));
    await until('a session waits', async () => {
      const blocked = `SELECT cardinality(pg_blocking_pids(${waiter.pid}))`;
      return (await sql(server, [blocked]))[0] === '1';
    });
    const resources = opened.move();
    return { holder, waiter, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  };
  const terminate = (name: string) => ({
    use: 'pg.terminate',
    with: { where: { application: `${name}-holder`, state: 'idle in transaction' } },
  });
  const isBlocked = ({ holder }: Wait): string => `any(sessions | blockedBy = ${holder.pid})`;

  test('the holder of a lock does not end, and the session that waits for it gives up', async () => {
    const name = 'stuck';
    await using wait = await openWait(name, 11);
    // A stopped process handles no signal, as one in an uninterruptible system call.
    process.kill(wait.holder.pid, 'SIGSTOP');
    try {
      await using attempted = await attempt({
        sources: { pg: { type: 'postgres', url: url(server.port) } },
        when: isBlocked(wait),
        act: terminate(name),
        confirm: database,
        verify: [`not ${isBlocked(wait)}`],
        afterwards: () => sql(server, [`SELECT pg_cancel_backend(${wait.waiter.pid})`]),
      });
      expect(attempted.outcome.output).toMatch(/0 of 1 gone/);
      expect([attempted.outcome.code, attempted.outcome.ending]).not.toEqual([0, 'recovered']);
    } finally {
      process.kill(wait.holder.pid, 'SIGCONT');
    }
  });

  test('the holder of a lock ends, and the session that waited for it goes on: recovered', async () => {
    const name = 'freed';
    await using wait = await openWait(name, 12);
    await isRecovered({
      sources: { pg: { type: 'postgres', url: url(server.port) } },
      when: isBlocked(wait),
      act: terminate(name),
      confirm: database,
      verify: [`not ${isBlocked(wait)}`, `not any(sessions | pid = ${wait.holder.pid})`],
    });
  });
});

describe.concurrent('waiting rows are counted', { timeout: patientMs }, () => {
  /** A table with 48 waiting jobs, a view of it, and the situation that counts one of them. */
  const waiting = async (name: string, relation: string): Promise<Situation> => {
    await sql(server, [
      `CREATE TABLE ${name} (id int PRIMARY KEY, state text)`,
      `INSERT INTO ${name} SELECT n, 'waiting' FROM generate_series(1, 48) n`,
      `CREATE VIEW ${name}_open AS SELECT * FROM ${name} WHERE state = 'waiting'`,
      `GRANT SELECT ON ${name}, ${name}_open TO opsdeck`,
    ]);
    const statement = `SELECT count(*) FROM ${relation} WHERE state = 'waiting'`;
    return {
      sources: { [lever]: idle.source, pg: { type: 'postgres', url: url(server.port) } },
      signals: [
        { id: 'jobs', title: 'Jobs', source: 'pg', read: { sql: statement }, unit: '', crit: '>=40' },
      ],
      when: 'jobs >= 40',
      verify: ['jobs < 5'],
    };
  };

  test.for([
    ['the table is truncated', 'cut', 'cut', ['TRUNCATE cut']],
    ['the table behind the view is truncated', 'cutv', 'cutv_open', ['TRUNCATE cutv']],
    [
      'the view is defined again',
      'defined',
      'defined_open',
      ["CREATE OR REPLACE VIEW defined_open AS SELECT * FROM defined WHERE state = 'waiting' AND id < 0"],
    ],
  ] as const)('%s by another user: not recovered', async ([, name, relation, statements]) => {
    const situation = await waiting(name, relation);
    const remove = (): Promise<unknown> => sql(server, [...statements]);
    await isNotRecovered(
      { ...situation, afterwards: remove },
      /which was removed, emptied or replaced after the action/,
    );
  });

  test('workers process them: recovered', async () => {
    const situation = await waiting('worked', 'worked_open');
    const work = (): Promise<unknown> => sql(server, ["UPDATE worked SET state = 'done'"]);
    await isRecovered({ ...situation, afterwards: work });
  });
});

describe.concurrent('the same server answers', { timeout: patientMs }, () => {
  test.for([
    ['its sessions', 'ended-1', `not ${isHeld('ended-1')}`],
    ['a statement', 'ended-2', count('ended-2')],
  ] as const)('terminated sessions are gone: %s: recovered', async ([, application, check]) => {
    await using opened = new AsyncDisposableStack();
    opened.use(await holdTransactions(application));
    const proxy = await openProxy(server.port);
    opened.defer(() => proxy.close());
    await isRecovered({
      sources: { pg: { type: 'postgres', url: url(portOf(proxy)) } },
      when: isHeld(application),
      act: { use: 'pg.terminate', with: { where: { application, state: 'idle in transaction' } } },
      confirm: database,
      verify: [check],
    });
  });
});
