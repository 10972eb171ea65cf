import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { type PostgresServer, startPostgresServer } from '../../src/simulator/servers/postgres/endpoint.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { everyNth, longDescribe, longTest, sampled } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

const clock = manualClock();
let model: SystemModel;
let server: PostgresServer;
let clients: Client[] = [];

beforeEach(async () => {
  model = new SystemModel(systemSpec('saga'), { startedAt: clock.now() });
  server = await startPostgresServer({ model, clock, env: 'production' });
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  clients = [];
  await server.close();
});

const database = () => {
  const { database: found } = model.environmentAt('production', clock.now()).parts;
  if (found === undefined) throw new Error('no database');
  return found;
};

/** A client like that of any program; records the error that ends it. */
const open = async (application = 'psql', url = server.url): Promise<Client & { lost: Promise<unknown> }> => {
  const client = new Client({ connectionString: url, application_name: application });
  const lost = new Promise((resolve) =>
    client.on('error', (error) => resolve(Object.entries(error).find(([key]) => key === 'code')?.[1])),
  );
  await client.connect();
  clients.push(client);
  return Object.assign(client, { lost });
};

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  );

longDescribe('login', () => {
  longTest.each([
    ['a wrong password', (url: string) => url.replace(':rehearsal@', ':wrong@'), '28P01'],
    ['an unknown database', (url: string) => url.replace('/microservices', '/nope'), '3D000'],
  ])('rejects %s like the real server', async (_, spoil, code) => {
    expect(await codeOf(open('psql', spoil(server.url)))).toBe(code);
  });

  longTest('returns 53300 while all slots are taken', async () => {
    const db = database();
    const free = db.usable - db.backends.length;
    const taken = await Promise.all(Array.from({ length: free }, () => open()));
    expect(await codeOf(open())).toBe('53300');
    await taken[0]?.end();
    while (database().backends.length >= db.usable) await clock.settle();
    expect(await codeOf(open())).toBe('no error');
  });

  longTest('resets connections while its dependency is down', async () => {
    const postgres = model.environmentAt('production', clock.now()).dependencies.get('postgres');
    if (postgres !== undefined) postgres.up = false;
    expect(await codeOf(open())).toBe('ECONNRESET');
  });
});

describe('queries', () => {
  longTest("rejects statements without opsdeck's tag, and unknown ones", async () => {
    const client = await open();
    expect(await codeOf(client.query('SELECT 1'))).toBe('0A000');
    expect(await codeOf(client.query({ text: 'SELECT 1', values: [1] }))).toBe('0A000');
    expect(await codeOf(client.query({ text: '/* opsdeck:sql */ SELECT random()', values: [1] }))).toBe(
      '0A000',
    );
    expect(await codeOf(client.query({ text: '/* opsdeck:constructor */ SELECT 1', values: [1] }))).toBe(
      '0A000',
    );
  });

  test.each(
    sampled(
      [
        ['SELECT 1', [{ '?column?': '1' }]],
        ['select count(*)\n  from saga_instances;', [{ count: '1310000' }]],
        ['SHOW max_connections', [{ max_connections: '150' }]],
        [
          "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND backend_type = 'client backend'",
          [{ count: '0' }],
        ],
        ["SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'", [{ n: '42' }]],
      ],
      everyNth(5),
    ),
  )('%s', async (text, rows) => {
    const client = await open();
    const answer = await client.query({ text: `/* opsdeck:sql */ ${text}`, values: ['unused'] });
    expect(answer.rows).toEqual(rows);
  });

  longTest('a changing statement fails in a read-only transaction and aborts it', async () => {
    const client = await open();
    await client.query('BEGIN READ ONLY; SET LOCAL statement_timeout = 1000');
    const vacuum = { text: '/* opsdeck:vacuum */ VACUUM "public"."payments"', values: ['unused'] };
    expect(await codeOf(client.query(vacuum))).toBe('25006');
    expect(await codeOf(client.query({ text: '/* opsdeck:sql */ SELECT 1', values: ['unused'] }))).toBe(
      '25P02',
    );
    await client.query('ROLLBACK');
    expect(await codeOf(client.query(vacuum))).toBe('no error');
    expect(database().tables.table('payments')?.dead).toBe(0);
  });

  longTest('a terminated session gets an error, and is gone', async () => {
    const victim = await open('victim');
    const other = await open('other');
    const pid = database().backends.find(({ application }) => application === 'victim')?.pid;
    const { rows } = await other.query({ text: '/* opsdeck:sessions */ SELECT', values: ['unused'] });
    const seen = rows.find((row) => row.pid === pid);
    const end = (started: string) =>
      other.query({ text: '/* opsdeck:terminate */ SELECT', values: [pid, started] });
    expect((await end('2001-01-01T00:00:00.000000Z')).rows, 'another backend with its pid').toEqual([]);
    expect((await end(seen.started)).rows).toEqual([{ done: 't' }]);
    expect(await victim.lost).toBe('57P01');
    expect(database().backends.some((backend) => backend.pid === pid)).toBe(false);
  });
});
