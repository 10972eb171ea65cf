import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readingFunctions } from '../../../src/clients/postgres/read-check.ts';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { pacePromises } from '../../contract/pace.ts';
import { promises } from '../../contract/promises.ts';
import { moduleOf } from '../../contract/wired.ts';
import { type Acting, oneStep, openActing, proof } from '../acting.ts';
import { until } from '../machine/until.ts';
import { sql } from '../postgres/psql.ts';
import { maxConnections, type Role, urlOf } from '../postgres/roles.ts';
import { holdSessions, openBlockingTree, openSession, type Session } from '../postgres/sessions.ts';
import { postgresStage, recordedQueryid } from '../rigs/postgres.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const { signal } = new AbortController();
let stack = new AsyncDisposableStack();

afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

const stage = postgresStage(server, await recordedQueryid(server));
describe('postgres contract', () => promises(stage));
describe('postgres pace', () => pacePromises(stage));

const sourceAs = async (role: Role, database?: string): Promise<Source> => {
  const module = moduleOf('postgres');
  const config = module.config.parse({
    url: urlOf(server, role),
    ...(database === undefined ? {} : { database }),
  });
  const source = await module.open({ id: 'pg', env: 'test', config, signals: [] }, openReadIo(systemClock()));
  stack.defer(() => source.close());
  return source;
};

const read = async (source: Source, name: string) => {
  const feed = source.feeds.find((candidate) => candidate.name === name);
  if (feed === undefined) throw new Error(`no feed ${name}`);
  return feed.read(signal);
};

const actingAs = async (role: Role): Promise<Acting> =>
  stack.use(await openActing('pg', 'postgres', { url: urlOf(server, role) }));

/** A session that has run one statement for a while, like an abandoned report. */
const report = async (): Promise<Session> => {
  const session = stack.use(await openSession(server, { application: 'reports' }));
  // A server that computes does not detect that its client has disconnected.
  stack.defer(async () => void (await sql(server, [`SELECT pg_terminate_backend(${session.pid})`])));
  void session.query('SELECT pg_sleep(600)').catch(() => {});
  return session;
};

const noReports = proof('count(sessions | query matches /pg_sleep/) = 0');

/** Volatile because their value changes while a statement runs, but without side effects. */
const volatileReads =
  `clock_timestamp current_query gen_random_uuid pg_blocking_pids pg_control_checkpoint pg_control_init
  pg_control_recovery pg_control_system pg_current_logfile pg_current_wal_flush_lsn pg_current_wal_insert_lsn
  pg_current_wal_lsn pg_database_size pg_get_wal_replay_pause_state pg_indexes_size pg_is_in_recovery
  pg_is_wal_replay_paused pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn
  pg_last_xact_replay_timestamp pg_ls_archive_statusdir pg_ls_logdir pg_ls_tmpdir pg_ls_waldir
  pg_notification_queue_usage pg_partition_ancestors pg_partition_tree pg_relation_size pg_safe_snapshot_blocking_pids
  pg_sequence_last_value pg_sleep pg_table_size pg_tablespace_size pg_total_relation_size pg_xact_commit_timestamp random
  timeofday`.split(/\s+/);

describe('permitted reads', () => {
  test('of the permitted functions, only these are volatile in the catalog', async () => {
    const names = [...readingFunctions].map((name) => `'${name}'`).join(', ');
    expect(
      await sql(server, [
        `SELECT DISTINCT proname COLLATE "C" AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
          AND provolatile = 'v' AND proname IN (${names}) ORDER BY name`,
      ]),
    ).toEqual(volatileReads);
  });

  test.each([
    "SELECT query_to_xml('SELECT pg_termin' || 'ate_backend(PID)', true, true, '')",
    "SELECT 'x' UNION SELECT word FROM ts_stat('SELECT to_tsvector(pg_termin' || 'ate_backend(PID)::text)')",
    "SELECT '\\', pg_terminate_backend(PID), '\\'",
    'SELECT DISTINCT ON (1) pg_terminate_backend(PID)',
  ])('%s terminates no session', async (attack) => {
    const victim = await report();
    const text = attack.replace('PID', String(victim.pid));
    // For a superuser, the server itself would allow it.
    const io = openReadIo(systemClock());
    stack.defer(() => io.close());
    await expect(
      io.open(postgresReads, { url: urlOf(server, 'postgres') }).ask({ text }, signal),
    ).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('not sent: '),
    });
    expect(await sql(server, [`SELECT count(*) FROM pg_stat_activity WHERE pid = ${victim.pid}`])).toEqual([
      '1',
    ]);
  });
});

describe('functions of the database that a statement calls without their name and a parenthesis', () => {
  const put = [
    'CREATE TABLE parcels (id int)',
    "CREATE FUNCTION archive(parcels) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION archive(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    'CREATE OPERATOR @!@ (RIGHTARG = parcels, FUNCTION = archive)',
    'CREATE OPERATOR = (LEFTARG = parcels, RIGHTARG = parcels, FUNCTION = same)',
    "CREATE FUNCTION as_text(parcels) RETURNS text LANGUAGE sql AS $$SELECT 'x'$$",
    'CREATE CAST (parcels AS text) WITH FUNCTION as_text(parcels)',
    "CREATE FUNCTION sum(parcels) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    'CREATE DOMAIN checked AS int CHECK (archive(VALUE) > 0)',
    'CREATE EXTENSION citext',
  ];
  const same = 'CREATE FUNCTION same(parcels, parcels) RETURNS boolean LANGUAGE sql AS $$SELECT true$$';
  const removal = [
    'DROP DOMAIN checked',
    'DROP TABLE parcels CASCADE',
    'DROP FUNCTION archive(int) CASCADE',
    'DROP EXTENSION citext',
  ];

  const asking = async () => {
    await sql(server, [...put.slice(0, 4), same, ...put.slice(4)]);
    stack.defer(async () => void (await sql(server, removal)));
    const io = openReadIo(systemClock());
    stack.defer(() => io.close());
    const reads = io.open(postgresReads, { url: urlOf(server, 'postgres') });
    return (text: string) => reads.ask({ text }, signal);
  };

  test('are refused', async () => {
    const ask = await asking();
    for (const [text, why] of [
      ['SELECT count(p.archive) FROM parcels p', 'archive()'],
      ['SELECT (p)."archive" FROM parcels AS p', 'archive()'],
      ['SELECT g.archive FROM generate_series(1, 2) AS g', 'archive()'],
      ['SELECT (a.pid).pg_cancel_backend FROM pg_stat_activity a', 'pg_cancel_backend()'],
      ['SELECT (a.pid).pg_log_backend_memory_contexts FROM pg_stat_activity a', '_contexts()'],
      ['SELECT @!@ p FROM parcels p', 'the operator @!@ may call public.archive()'],
      ['SELECT OPERATOR(public.@!@) p FROM parcels p', 'operator()'],
      ['SELECT p IN (SELECT p) FROM parcels p', 'the operator = may call same()'],
      ['SELECT p::text FROM parcels p', 'as_text()'],
      ['SELECT CAST(p AS text) FROM parcels p', 'as_text()'],
      ['SELECT text(p) FROM parcels p', 'as_text()'],
      ["SELECT p || 'x' FROM parcels p", 'as_text()'],
      ['SELECT quote_literal(p) FROM parcels p', 'as_text()'],
      ['SELECT sum(p) FROM parcels p', 'an overload public.sum()'],
      ["SELECT '1'::checked", 'a conversion to'],
      ["SELECT checked '1'", 'a conversion to'],
    ] as const)
      await expect(ask(text), text).rejects.toMatchObject({
        kind: 'denied',
        message: expect.stringMatching(new RegExp(`not sent: .*${why.replaceAll(/[()]/g, '\\$&')}`)),
      });
  });

  test('ordinary statements beside them, and beside operators and casts of an extension, are sent', async () => {
    const ask = await asking();
    for (const text of [
      'SELECT p.id, count(*) FROM public.parcels AS p WHERE p.id >= -1 GROUP BY p.id',
      'SELECT pid::int, CAST(pid AS numeric(10, 2)), datname LIKE $$a%$$ FROM pg_stat_activity a WHERE a.pid > 0',
      "SELECT coalesce(last_vacuum, 'epoch'::timestamptz), timestamp '2026-01-01' FROM pg_stat_user_tables",
      'SHOW max_connections',
    ])
      expect((await ask(text)).columns, text).not.toEqual([]);
  });
});

describe('permissions are checked on the server', () => {
  test.each<[Role, string, Readonly<Record<string, unknown>>, boolean]>([
    ['postgres', 'vacuum', { table: 'accounts' }, true],
    ['opsdeck', 'vacuum', { table: 'accounts' }, false],
    ['opsdeck', 'reindex', { index: 'accounts_pkey' }, false],
    ['opsdeck', 'createIndex', { table: 'accounts', columns: ['balance'] }, false],
    ['opsdeck', 'dropIndex', { index: 'accounts_pkey' }, false],
    ['postgres', 'setting', { name: 'work_mem', value: '8MB' }, true],
    ['opsdeck', 'setting', { name: 'work_mem', value: '8MB' }, false],
    // The role owns the database.
    ['shop', 'vacuum', { table: 'accounts' }, true],
  ])('%s: %s %j', async (role, name, params, may) => {
    const operation = (await sourceAs(role)).operations.find((candidate) => candidate.name === name);
    const plan = await operation?.plan(
      moduleOf('postgres').operations[name]?.params.parse(params) ?? {},
      signal,
    );
    if (operation?.permits === undefined || plan === undefined)
      throw new Error(`${name} does not check permissions`);
    const { allowed, why, remedy } = await operation.permits(plan, signal);
    expect(allowed, why).toBe(may);
    expect(remedy === undefined).toBe(may);
  });
});

describe('server state', () => {
  test('at max_connections the probe is down with the reason, and open connections are still read', async () => {
    const source = await sourceAs('opsdeck');
    expect((await read(source, 'sessions')).faults).toEqual([]);
    stack.use(await holdSessions(server, maxConnections - 4));
    const health = await read(source, 'health');
    expect(health.items).toMatchObject([
      { status: 'down', detail: expect.stringContaining('max_connections reached') },
    ]);
    expect(health.faults).toMatchObject([
      { kind: 'unreachable', remedy: expect.stringContaining('superuser') },
    ]);
    expect((await read(source, 'sessions')).items).toHaveLength(maxConnections - 4);
    // All of them are idle, but still hold their slots.
    const [slots] = (await read(source, 'pools')).items;
    expect(slots).toMatchObject({ active: 0, taken: maxConnections - 3, max: maxConnections - 3 });
  });

  test('reopens a session of opsdeck that an administrator terminated', async () => {
    const source = await sourceAs('opsdeck');
    await read(source, 'sessions');
    await sql(server, [
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opsdeck'",
    ]);
    expect((await read(source, 'sessions')).faults).toEqual([]);
  });

  test('a role without pg_monitor keeps its rows, and a fault names the missing grant', async () => {
    await report();
    const source = await sourceAs('bystander');
    const { items, faults } = await read(source, 'sessions');
    expect(items).toMatchObject([{ user: 'shop', query: '', state: '' }]);
    expect(faults).toMatchObject([{ kind: 'denied', remedy: 'GRANT pg_monitor to this user' }]);
    const pools = await read(source, 'pools');
    expect(pools.items).toEqual([expect.not.objectContaining({ active: expect.anything() })]);
    const findings = (await source.doctor?.(signal)) ?? [];
    expect(findings.filter(({ ok }) => !ok).map(({ remedy }) => remedy)).toEqual([
      'GRANT pg_monitor TO bystander',
      'GRANT pg_signal_backend TO bystander',
    ]);
  });

  test('a database without pg_stat_statements reports how to install it', async () => {
    const source = await sourceAs('opsdeck', 'postgres');
    expect((await read(source, 'statements')).faults).toMatchObject([
      { kind: 'missing', remedy: expect.stringContaining('CREATE EXTENSION pg_stat_statements') },
    ]);
  });
});

describe('operations, through the executor', () => {
  let acting: Acting;
  beforeEach(async () => {
    acting = await actingAs('opsdeck');
  });

  const terminate = (where: object, verify: Runbook['verify'] = [noReports]): Runbook =>
    oneStep('pg.terminate', { where }, verify);

  test('terminates long sessions that hold most slots: the slots are free again, recovered', async () => {
    const reports = [];
    for (let count = 0; count < maxConnections - 3 - 5; count += 1) reports.push(await report());
    const bystander = stack.use(await openSession(server, { application: 'shop' }));
    const ran = await acting.run(terminate({ application: 'reports' }));
    expect(ran.ended.ending).toBe('recovered');
    expect(ran.proposal.steps[0]?.plan?.objects).toHaveLength(reports.length);
    expect(ran.proposal.steps[0]?.plan?.objects[0]).toMatch(
      /^pid \d+ · shop · reports · 127\.0\.0\.1 · active for \d+s · SELECT pg_sleep/,
    );
    await Promise.all(reports.map(({ lost }) => lost));
    expect(JSON.stringify(ran.events)).toContain(`${reports.length} of ${reports.length} gone`);
    expect(await bystander.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await acting.ledgerHolds()).toBe(true);
  });

  test('cancels a running statement, pinned by pid and start time; its session stays', async () => {
    const session = stack.use(await openSession(server, { application: 'reports' }));
    const statement = session.query('SELECT pg_sleep(60)').catch((error) => error.code);
    const running = () =>
      sql(server, [
        `SELECT 1 FROM pg_stat_activity WHERE pid = ${session.pid} AND query LIKE '%pg_sleep%' AND state = 'active'`,
      ]);
    await until('the statement runs', async () => (await running()).length === 1);
    const ran = await acting.run(
      oneStep('pg.cancel', { pid: session.pid }, [
        proof(`not any(sessions | pid = ${session.pid} and state = active)`),
      ]),
    );
    expect(ran.proposal.steps[0]?.plan?.calls[0]?.line).toContain('a.backend_start = $2::timestamptz');
    expect(ran.ended.ending).toBe('recovered');
    expect(await statement).toBe('57014');
    expect(await running()).toEqual([]);
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('cancels nothing if the statement has ended since the preview', async () => {
    const session = stack.use(await openSession(server, { application: 'reports' }));
    const first = session.query('SELECT pg_sleep(60)').catch((error) => error.code);
    const book = oneStep('pg.cancel', { pid: session.pid }, []);
    await until('the statement runs', async () => (await acting.propose(book)).refusal === undefined);
    const proposal = await acting.propose(book);
    await sql(server, [`SELECT pg_cancel_backend(${session.pid})`]);
    expect(await first).toBe('57014');
    const ran = await acting.carryOut(proposal, book);
    expect(ran.ended.ending).not.toBe('recovered');
    expect(ran.events.filter(({ event }) => event === 'acting')).toEqual([]);
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('rejects canceling a session that is idle in a transaction; terminating it unblocks the others', async () => {
    const tree = stack.use(await openBlockingTree(server));
    const wrong = await acting.run(oneStep('pg.cancel', { pid: tree.root.pid }, []));
    expect(wrong.ended).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('there is nothing to cancel. Use terminate'),
    });
    void tree.endings[0]?.then(() => tree.middle.query('COMMIT'));
    const unblocked = proof('count(sessions | waiting matches /Lock/) = 0');
    const ran = await acting.run(oneStep('pg.terminate', { pid: tree.root.pid }, [unblocked]));
    // The leaves now run one after another, because they update the same row.
    expect(ran.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
    expect(await tree.root.lost).toBe('57P01');
    expect(await tree.endings[0]).toBe('done');
  });

  test('does not touch a different backend with the same pid', async () => {
    const session = await report();
    const proposal = await acting.propose(oneStep('pg.terminate', { pid: session.pid }, []));
    const plan = proposal.steps[0]?.plan;
    const line = plan?.calls[0]?.line ?? '';
    expect(line).toContain('a.backend_start = $2::timestamptz');
    const rows = await sql(
      server,
      [
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ${session.pid} AND backend_start = '2001-01-01'`,
      ],
      'opsdeck',
    );
    expect(rows).toEqual([]);
  });

  test('does not terminate backups, sessions of opsdeck, or sessions of superusers', async () => {
    const dump = stack.use(await openSession(server, { application: 'pg_dump' }));
    const rejected = await acting.run(oneStep('pg.terminate', { pid: dump.pid }, []));
    expect(rejected.ended).toMatchObject({
      ending: 'not-applicable',
      why: expect.stringContaining('backup'),
    });
    const owner = stack.use(await openSession(server, { role: 'postgres', application: 'owner' }));
    const denied = await acting.run(oneStep('pg.terminate', { pid: owner.pid }, []));
    expect(denied.ended.ending).toBe('forbidden');
    expect(JSON.stringify(denied.events)).toContain('who is a superuser');
    expect(await owner.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('writes a setting, reloads it, and restores it', async () => {
    const owner = await actingAs('postgres');
    const shown = async () => (await sql(server, ['SHOW work_mem']))[0];
    const ran = await owner.run(oneStep('pg.setting', { name: 'work_mem', value: '8MB' }, []));
    expect(ran.ended.ending).toBe('executed-not-recovered');
    expect(await shown()).toBe('8MB');
    await owner.undo(ran);
    expect(await shown()).toBe('4MB');
    const pending = await owner.run(oneStep('pg.setting', { name: 'max_connections', value: 30 }, []));
    expect(JSON.stringify(pending.events)).toContain('a new value is pending a restart');
    await owner.undo(pending);
    const denied = await acting.run(oneStep('pg.setting', { name: 'work_mem', value: '8MB' }, []));
    expect(denied.ended.ending).toBe('forbidden');
    expect(await shown()).toBe('4MB');
  });

  test('creates an index outside a transaction, and drops it by the undo; vacuums a table', async () => {
    const shop = await actingAs('shop');
    const indexValidity = () =>
      sql(server, ["SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('accounts_balance_idx')"]);
    const made = await shop.run(
      oneStep('pg.createIndex', { table: 'accounts', columns: ['balance desc'] }, []),
    );
    expect(made.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
    expect(await indexValidity()).toEqual(['t']);
    await shop.undo(made);
    expect(await indexValidity()).toEqual([]);
    const vacuumed = await shop.run(oneStep('pg.vacuum', { table: 'accounts' }, []));
    expect(vacuumed.events).toContainEqual(expect.objectContaining({ event: 'acted', ok: true }));
  });

  test('estimates a change first; a failing one has no effect', async () => {
    const shop = await actingAs('shop');
    const step = (text: string, params: readonly unknown[]): Runbook => {
      const runbook = oneStep('pg.execute', { sql: text, params }, []);
      return {
        ...runbook,
        act: runbook.act.map((actStep) => ({ ...actStep, danger: 'disruptive' as const })),
      };
    };
    const ran = await shop.run(step('UPDATE accounts SET balance = $1 WHERE id < $2', [7, 11]));
    expect(ran.proposal.steps[0]?.plan?.objects).toEqual([expect.stringMatching(/^about \d+ rows/)]);
    expect(await sql(server, ['SELECT count(*) FROM accounts WHERE balance = 7'])).toEqual(['10']);
    await shop.run(step('UPDATE accounts SET balance = 100', []));
    const wrong = await shop.run(step('UPDATE accounts SET balance = 1 / 0', []));
    expect(wrong.ended.ending).toBe('failed');
    expect(await sql(server, ['SELECT DISTINCT balance FROM accounts'])).toEqual(['100']);
  });
});
