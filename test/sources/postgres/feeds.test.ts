import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { poolWord } from '../../../src/kinds/pools/use.ts';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import { TunnelError } from '../../../src/platform/network/dial.ts';
import {
  replicationLines,
  settingLine,
  sizeLine,
  slowStatementsSql,
  statementLine,
} from '../../../src/sources/postgres/detail-rows.ts';
import { plannerRowEstimate } from '../../../src/sources/postgres/execute-operation.ts';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { parseActivity, parseSession } from '../../../src/sources/postgres/parse.ts';
import { withoutReadTimes } from '../../../src/testing/source-rig.ts';
import { secret } from '../../contract/wired.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { never, openFixture } from './fixture.ts';

const session = {
  pid: '7',
  database: 'shop',
  user: 'ana',
  application: 'psql',
  client: '10.0.0.1',
  state: 'active',
  duration_ms: '12',
  transaction_ms: null,
  wait_event_type: null,
  wait_event: null,
  query: 'SELECT\n  1',
  blocked_by: null,
  started: '2026-03-04T10:15:07.123456Z',
  since: '2026-03-04T10:15:08.000000Z',
};

describe('a session', () => {
  test.each([
    ['its statement on one line', {}, { query: 'SELECT 1', waiting: '', blockedBy: [], durationMs: 12 }],
    [
      'its blockers, any number',
      { wait_event_type: 'Lock', wait_event: 'tuple', blocked_by: '12,3' },
      { waiting: 'Lock: tuple', blockedBy: [12, 3] },
    ],
    [
      'a wait for its client is not a wait',
      { wait_event_type: 'Client', wait_event: 'ClientRead' },
      { waiting: '' },
    ],
    ['a clock that was set back', { duration_ms: '-3' }, { durationMs: 0 }],
    [
      'a prepared transaction with several locks, once',
      { wait_event_type: 'Lock', wait_event: 'tuple', blocked_by: '0,0,3' },
      { blockedBy: [0, 3] },
    ],
    ['a session that is logging in has no state yet', { state: null, query: '' }, { state: 'starting' }],
    [
      'a hidden query is not shown as text',
      { query: '<insufficient privilege>', state: null },
      { query: '', state: '' },
    ],
  ])('%s', (_, more, fact) => {
    expect(parseSession({ ...session, ...more }).fact).toMatchObject(fact);
  });

  test('times that are NULL are absent', () => {
    expect(Object.keys(parseSession({ ...session, duration_ms: null }).fact)).not.toContain('durationMs');
    expect(Object.keys(parseSession(session).fact)).not.toContain('transactionMs');
  });

  test('without a pid, or with other columns, it is malformed', () => {
    expect(() => parseSession({ ...session, pid: null })).toThrow('has no pid');
    const { state: _, ...cut } = session;
    expect(() => parseSession(cut)).toThrow('no column state');
  });
});

test('without pg_monitor, neither active nor idle sessions are known', () => {
  const row = {
    max: '20',
    usable: '17',
    client: '5',
    others: '4',
    idle: '1',
    active: '1',
    hidden: '2',
    blocked: '0',
    query: null,
    transaction: null,
    idle_in_transaction: null,
  };
  expect(parseActivity(row).pool).toEqual({ max: 17, taken: 5 });
  expect(parseActivity({ ...row, hidden: '0' }).pool).toEqual({ max: 17, taken: 5, active: 1, idle: 1 });
  expect(parseActivity(row).longest).toEqual({ query: 0, transaction: 0, idle_in_transaction: 0 });
  expect(() => parseActivity({ ...row, usable: null })).toThrow('no number in usable');
});

test('the columns of slow statements match the version', () => {
  expect(slowStatementsSql(120_015)).toContain('s.mean_time AS');
  expect(slowStatementsSql(130_000)).toContain('s.mean_exec_time AS');
});

describe('detail lines', () => {
  test.each([
    [
      { name: 'shared_buffers', setting: '16384', unit: '8kB', context: 'postmaster', pending_restart: 't' },
      '128 MiB · a new value is pending a restart · changes require a restart',
    ],
    [
      { name: 'statement_timeout', setting: '3000', unit: 'ms', context: 'user', pending_restart: 'f' },
      '3000 ms',
    ],
    [{ name: 'log_temp_files', setting: '-1', unit: 'kB', context: 'superuser', pending_restart: 'f' }, '-1'],
    [{ name: 'search_path', setting: 'public', unit: null, context: 'user', pending_restart: 'f' }, 'public'],
  ])('a setting: %j', (row, text) => {
    expect(settingLine(row).text).toBe(text);
  });

  test('a statement and a size', () => {
    expect(
      statementLine({ query: 'SELECT  1', calls: '1204', mean_ms: '12.3', total_ms: '14809.2', rows: '0' }),
    ).toEqual({
      title: 'SELECT 1',
      text: 'mean 12ms · 1,204 calls · 15s total · 0 rows',
    });
    expect(sizeLine({ kind: 'table', name: 'a.b', bytes: '2048', index_bytes: '1024' }).text).toBe(
      '2 KiB · 1 KiB in indexes',
    );
  });

  test('a primary with and without standbys, and a standby', () => {
    const self = { recovering: 'f', replayed_seconds: null, unreplayed: null };
    const primary = {
      ...self,
      name: null,
      client: '',
      state: null,
      sync_state: null,
      lag_seconds: null,
      lag_bytes: null,
    };
    const one = {
      ...primary,
      name: 'walreceiver',
      client: '10.0.0.2',
      state: 'streaming',
      sync_state: 'async',
      lag_seconds: '0.25',
      lag_bytes: '4096',
    };
    expect(replicationLines([primary])).toEqual([]);
    expect(replicationLines([one])).toEqual([
      { title: 'walreceiver · 10.0.0.2', text: 'streaming · async · 4 KiB behind · 250ms replay lag' },
    ]);
    const standby = { ...primary, recovering: 't', replayed_seconds: '9.5', unreplayed: '1024' };
    expect(replicationLines([standby])).toEqual([
      {
        title: 'in recovery (standby)',
        text: 'last transaction replayed 9s ago · 1 KiB received but not replayed',
      },
    ]);
  });
});

test.each([
  ['[{"Plan":{"Node Type":"ModifyTable","Plan Rows":0,"Plans":[{"Plan Rows":42}]}}]', 42],
  ['[{"Plan":{"Node Type":"Seq Scan","Plan Rows":7}}]', 7],
  ['[{}]', undefined],
  ['no json', undefined],
  [null, undefined],
])('the planner’s estimate in %s', (text, rows) => {
  expect(plannerRowEstimate([{ 'QUERY PLAN': text }])).toBe(rows);
});

longTest('all slots taken by idle sessions: health is down, and the pool is exhausted', async () => {
  await using fixture = await openFixture();
  await fixture.feed('pools').read(never);
  await using opened = new AsyncDisposableStack();
  for (;;) {
    const connectionString = fixture.url.replace('opsdeck@', `opsdeck:${encodeURIComponent(secret)}@`);
    const client = new Client({ connectionString, application_name: 'shop' });
    client.on('error', () => {});
    try {
      await client.connect();
    } catch {
      break;
    }
    opened.defer(() => client.end().catch(() => undefined));
  }
  const [health] = (await fixture.feed('health').read(never)).items;
  expect(health).toMatchObject({ status: 'down', detail: expect.stringContaining('too many clients') });
  const [slots] = (await fixture.feed('pools').read(never)).items;
  expect(slots).toMatchObject({ max: 17, taken: 17, active: 3 });
  const pool = slots !== undefined && 'taken' in slots ? slots : expect.fail();
  expect([levelOf('pools', pool, {}), poolWord(pool)]).toEqual(['crit', 'exhausted']);
});

test('a blocking session has the number of its waiting sessions', async () => {
  await using fixture = await openFixture();
  const { items } = await fixture.feed('sessions').read(never);
  const blocks = items.flatMap((item) => ('pid' in item ? [item.blocks] : []));
  expect(blocks).toEqual([1, 1, 0, 0]);
});

describe('signals', () => {
  test('of one statement are read by one feed, with a series per row if labels are configured', async () => {
    const sql =
      "SELECT state, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY state";
    await using fixture = await openFixture([
      { id: 'states', read: { sql, column: 'count', labels: ['state'] } },
      { id: 'first', read: { sql } },
      { id: 'wrong', read: { sql, column: 'nope' } },
    ]);
    const { items, faults } = await fixture.feed('sql:states').read(never);
    expect(items.slice(0, 1).map(withoutReadTimes)).toEqual([
      { source: 'pg', signal: 'states', labels: { state: 'active' }, value: 2 },
    ]);
    expect(items.filter((item) => 'signal' in item && item.signal === 'first').map(withoutReadTimes)).toEqual(
      [{ source: 'pg', signal: 'first', labels: {}, value: 'active' }],
    );
    expect(faults).toMatchObject([
      { kind: 'missing', message: expect.stringContaining('no column nope. Available: state, count') },
    ]);
    expect(fixture.source.feeds.filter(({ name }) => name === 'sql')).toHaveLength(1);
  });

  test('of connections count every slot in use', async () => {
    await using fixture = await openFixture([
      { id: 'percent', read: { connections: 'percent' } },
      { id: 'client', read: { connections: 'client' } },
      { id: 'longest', read: { longest: 'transaction' } },
    ]);
    const { samples = [] } = await fixture.feed('pools').read(never);
    const [percent, client, longest] = samples.map(({ value }) => Number(value));
    expect(client).toBeGreaterThanOrEqual(5);
    expect(percent).toBeCloseTo((100 * (client ?? 0)) / 17, 2);
    expect(longest).toBe(600.4);
  });

  test.each([
    { sql: 'DELETE FROM orders' },
    { sql: 'SELECT 1', labels: [] },
    { connections: 'all' },
    { longest: 'idle' },
    { blocked: false },
  ])('%j is not a valid read', (given) => {
    expect(postgres.reads?.safeParse(given).success).toBe(false);
  });
});

describe('reached through another source', () => {
  test('the host and port are those of the endpoint. The rest of the URL is kept', () => {
    const config = postgres.config.parse({ url: 'postgres://opsdeck@db/shop?sslmode=require' });
    const through = postgres.routeConfig?.(
      config,
      [
        { name: 'postgres-0', uid: 'u1' },
        { name: 'postgres-1', uid: 'u2' },
      ],
      5432,
    );
    expect(through).toMatchObject({
      url: 'postgres://opsdeck@db/shop?sslmode=require&host=postgres-0&port=5432',
    });
    expect(postgres.routeConfig?.(postgres.config.parse({}), [{ name: 'p', uid: 'u' }], 1)).toMatchObject({
      url: 'postgres://?host=p&port=1',
    });
    expect(postgres.routeConfig?.(config, [], 5432)).toBe(config);
  });

  test('a failed tunnel is unknown, never down', async () => {
    const clock = manualClock();
    const io = openReadIo(clock, { dial: () => Promise.reject(new TunnelError('the pod is gone')) });
    const config = postgres.config.parse({ url: 'postgres://opsdeck@postgres-0/shop' });
    const source = await postgres.open({ id: 'pg', env: 'test', config, signals: [] }, io);
    const { items, faults } = (await source.feeds[0]?.read(never)) ?? { items: [], faults: [] };
    expect(items).toMatchObject([{ status: 'unknown', detail: 'tunnel cut: the pod is gone' }]);
    expect(faults).toMatchObject([{ kind: 'unreachable' }]);
    await source.close();
  });
});

test('its facts are known from its entry alone', () => {
  expect(postgres.gives?.({ service: 'orders-db' })).toEqual({
    kinds: ['health', 'sessions', 'pools'],
    expects: [{ service: 'orders-db', instance: '' }],
  });
  expect(postgres.gives?.({})).toEqual({ kinds: ['health', 'sessions', 'pools'] });
});
