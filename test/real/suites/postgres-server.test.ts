import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../machine/until.ts';
import { sql } from '../postgres/psql.ts';
import { maxConnections } from '../postgres/roles.ts';
import { holdSessions, openBlockingTree, openSession } from '../postgres/sessions.ts';
import { openStandby } from '../postgres/standby.ts';
import { underTest } from '../setting.ts';

const server = underTest();
let stack = new AsyncDisposableStack();

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  );

describe('behavior of PostgreSQL itself', () => {
  afterEach(async () => {
    await stack.disposeAsync();
    stack = new AsyncDisposableStack();
  });

  test('a canceled statement is 57014, and its session stays', async () => {
    const session = stack.use(await openSession(server));
    const outcome = codeOf(session.query('SELECT pg_sleep(60)'));
    const running = `SELECT 1 FROM pg_stat_activity WHERE pid = ${session.pid} AND state = 'active' AND query LIKE '%pg_sleep%'`;
    await until('it is running', async () => (await sql(server, [running])).length > 0);
    expect(await sql(server, [`SELECT pg_cancel_backend(${session.pid})`], 'opsdeck')).toEqual(['t']);
    expect(await outcome).toBe('57014');
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('statement_timeout is 57014 too', async () => {
    const session = stack.use(await openSession(server));
    await session.query('SET statement_timeout = 50');
    await expect(session.query('SELECT pg_sleep(60)')).rejects.toMatchObject({
      code: '57014',
      message: expect.stringContaining('statement timeout'),
    });
  });

  test('a terminated session is 57P01, also as an error of the client', async () => {
    const session = stack.use(await openSession(server));
    expect(await sql(server, [`SELECT pg_terminate_backend(${session.pid})`], 'opsdeck')).toEqual(['t']);
    expect(await session.lost).toBe('57P01');
  });

  test('only a superuser terminates a session of a superuser', async () => {
    const session = stack.use(await openSession(server, { role: 'postgres' }));
    await expect(sql(server, [`SELECT pg_terminate_backend(${session.pid})`], 'opsdeck')).rejects.toThrow(
      '42501',
    );
    await expect(sql(server, [`SELECT pg_terminate_backend(${session.pid})`], 'bystander')).rejects.toThrow(
      '42501',
    );
  });

  test('a write in a read-only transaction is 25006', async () => {
    const session = stack.use(await openSession(server));
    await session.query('BEGIN READ ONLY');
    expect(await codeOf(session.query('DELETE FROM accounts'))).toBe('25006');
  });

  test('without free connections a login is 53300; a superuser can still connect', async () => {
    stack.use(await holdSessions(server, maxConnections - 3));
    expect(await codeOf(openSession(server))).toBe('53300');
    expect(await codeOf(openSession(server, { role: 'opsdeck' }))).toBe('53300');
    expect(await sql(server, ["SELECT count(*) FROM pg_stat_activity WHERE usename = 'shop'"])).toEqual([
      '17',
    ]);
  });

  test('an outdated password is 28P01', async () => {
    await sql(server, ["ALTER ROLE bystander PASSWORD 'another'"]);
    stack.defer(async () => void (await sql(server, ["ALTER ROLE bystander PASSWORD 'bystander+looks'"])));
    expect(await codeOf(openSession(server, { role: 'bystander' }))).toBe('28P01');
  });

  test('a blocking tree: the root holds, the others wait; without the root they continue', async () => {
    const tree = stack.use(await openBlockingTree(server));
    const blockers = async (pid: number): Promise<readonly string[]> =>
      sql(server, [`SELECT unnest(pg_blocking_pids(${pid}))`], 'opsdeck');
    expect(await blockers(tree.root.pid)).toEqual([]);
    expect(await blockers(tree.middle.pid)).toEqual([String(tree.root.pid)]);
    for (const leaf of tree.leaves) expect(await blockers(leaf.pid)).toEqual([String(tree.middle.pid)]);
    await sql(server, [`SELECT pg_terminate_backend(${tree.root.pid})`], 'opsdeck');
    expect(await tree.endings[0]).toBe('done');
  });

  test('query texts of others require pg_monitor; statements are counted', async () => {
    const session = stack.use(await openSession(server));
    await session.query('SELECT count(*) FROM accounts WHERE balance > 7');
    const text = `SELECT query FROM pg_stat_activity WHERE pid = ${session.pid}`;
    expect(await sql(server, [text], 'opsdeck')).toEqual(['SELECT count(*) FROM accounts WHERE balance > 7']);
    expect(await sql(server, [text], 'bystander')).toEqual(['<insufficient privilege>']);
    const counted =
      "SELECT calls FROM pg_stat_statements WHERE query LIKE 'SELECT count(*) FROM accounts WHERE balance > $1'";
    expect(await sql(server, [counted], 'opsdeck')).toEqual(['1']);
    expect(await sql(server, [counted], 'bystander')).toEqual([]);
  });

  test('a standby is in recovery and rejects writes (25006), and its primary shows its replication state', async () => {
    const { address } = stack.use(await openStandby(server));
    expect(await sql(address, ['SELECT pg_is_in_recovery()'], 'opsdeck')).toEqual(['t']);
    await expect(sql(address, ['DELETE FROM accounts'], 'shop')).rejects.toThrow('25006');
    const replication = 'SELECT state, sync_state FROM pg_stat_replication';
    // The standby answers before it receives.
    await until(
      'it receives what is new',
      async () => (await sql(server, [replication], 'opsdeck'))[0] === 'streaming|async',
    );
  });

  test('a setting that requires a restart is pending', async () => {
    const pending = 'SELECT name FROM pg_settings WHERE pending_restart';
    expect(await sql(server, [pending], 'opsdeck')).toEqual([]);
    stack.defer(async () => {
      await sql(server, ['ALTER SYSTEM RESET max_connections', 'SELECT pg_reload_conf()']);
      await until('no setting is pending', async () => (await sql(server, [pending])).length === 0);
    });
    await sql(server, ['ALTER SYSTEM SET max_connections = 50', 'SELECT pg_reload_conf()']);
    await until(
      'the setting is pending',
      async () => (await sql(server, [pending], 'opsdeck'))[0] === 'max_connections',
    );
  });
});
