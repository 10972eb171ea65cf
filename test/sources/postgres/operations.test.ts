import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postgresChanges } from '../../../src/clients/postgres/changing.ts';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { secret } from '../../contract/wired.ts';
import { longTest } from '../../support/layer.ts';
import { type Fixture, never, openFixture, outputLines } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const root = 2102;

describe('terminate', () => {
  longTest('previews its targets, pinned by PID and backend start; it reports which have ended', async () => {
    const plan = await fixture.plan('terminate', { where: { transactionOlderThan: '5m' } });
    expect(plan.reach).toMatchObject({ connections: 1, share: { part: 1, of: 'connections' } });
    expect(plan.reach?.share?.whole).toBeGreaterThan(1);
    expect(await fixture.operation('terminate').permits?.(plan, never)).toMatchObject({ allowed: true });
    expect(plan).toMatchObject({ danger: 'disruptive', targets: [{ name: 'shop' }], calls: [{ target: 0 }] });
    expect(plan.targets[0]?.uid).toMatch(/pid 2102 started \d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/);
    expect(plan.targets[0]?.where).toMatch(/^pid 2102 \(psql\) at \S+$/);
    expect(plan.objects).toEqual([
      'pid 2102 · ana · psql · 10.244.9.31 · idle in transaction for 10m · UPDATE orders SET state = 1',
    ]);
    expect(plan.calls[0]?.line).toMatch(
      /^\$1=2102 \$2="\d{4}-.*: SELECT pg_terminate_backend\(a\.pid\) .*a\.backend_start = \$2::timestamptz/,
    );
    expect(await fixture.operation('terminate').recheck(plan, never)).toBeUndefined();
    expect(outputLines(await fixture.act(plan))).toEqual(['ok: signalled', '1 of 1 gone']);
    const { items } = await fixture.feed('sessions').read(never);
    expect(items.map((item) => ('pid' in item ? item.pid : 0))).not.toContain(root);
    expect(await fixture.operation('terminate').recheck(plan, never)).toMatchObject({
      found: 'the session has ended',
    });
    expect(outputLines(await fixture.act(plan))).toEqual(['ok: pid 2102 no longer exists', '1 of 1 gone']);
  });

  test.each([
    [{ where: { olderThan: '1h' } }, 'no session of shop matches {"olderThan":"1h"}'],
    [{ where: { user: 'absent' } }, 'no session'],
    [{ where: { query: 'DROP' } }, 'no session'],
    [{ pid: 1 }, 'the session with pid 1 has ended'],
    [{ pid: [root, 7] }, 'pid 7'],
  ])('%j is not applicable', async (params, why) => {
    await expect(fixture.plan('terminate', params)).rejects.toMatchObject({
      ending: 'not-applicable',
      message: expect.stringContaining(why),
    });
  });

  test.each([
    [{ pid: String(root) }, [root]],
    [{ pid: [2103, root, 2103] }, [2103, root]],
    [{ where: { state: 'idle in transaction' } }, [root]],
    [{ where: { state: ['idle', 'idle in transaction'] } }, [root, 2101]],
    [{ where: { application: 'shop' } }, [2103, 2104]],
    [{ where: { query: '^UPDATE orders', user: ['ana', 'shop'] } }, [root, 2103, 2104]],
    // An idle session is a target on explicit request only.
    [{ where: { olderThan: '0s', user: 'exporter', state: 'idle' } }, [2101]],
  ])('%j means %j', async (params, pids) => {
    const plan = await fixture.plan('terminate', params);
    expect(plan.targets.map(({ uid }) => Number(/pid (\d+)/.exec(uid)?.[1]))).toEqual(pids);
  });

  test('a session in another state ends the run', async () => {
    const plan = await fixture.plan('terminate', { pid: root });
    const moved = {
      ...plan,
      targets: plan.targets.map((target) => ({ ...target, saw: 'active since then' })),
    };
    expect(await fixture.operation('terminate').recheck(moved, never)).toMatchObject({
      planned: 'active since then',
      found: expect.stringMatching(/^idle in transaction since 2026/),
    });
  });

  test('of several, one that has ended does not stop the others', async () => {
    const plan = await fixture.plan('terminate', { pid: [root, 2101] });
    await fixture.act(await fixture.plan('terminate', { pid: root }));
    expect(await fixture.operation('terminate').recheck(plan, never)).toBeUndefined();
    expect(outputLines(await fixture.act(plan))).toEqual([
      'ok: pid 2102 no longer exists',
      'ok: signalled',
      '2 of 2 gone',
    ]);
  });

  test.each([
    {},
    { pid: 1, where: { user: 'x' } },
    { where: {} },
    { pid: 'x' },
    { pid: -1 },
    { where: { sql: 'true' } },
    { where: { olderThan: '10' } },
    { where: { query: '(' } },
  ])('%j is not a valid parameter', (params) => {
    expect(postgres.operations.terminate?.params.safeParse(params).success).toBe(false);
  });
});

describe('terminate, with cancelFirst', () => {
  test('cancels, waits, and terminates sessions that are still in their transaction', async () => {
    const plan = await fixture.plan('terminate', { pid: [root], cancelFirst: '5s' });
    expect(plan.calls.map(({ line }) => /pg_\w+_backend(?=\(a)/.exec(line)?.[0])).toEqual([
      'pg_cancel_backend',
      'pg_terminate_backend',
    ]);
    const startedAt = fixture.clock.now();
    expect(outputLines(await fixture.act(plan))).toEqual(['ok: signalled', 'ok: signalled', '1 of 1 gone']);
    expect(fixture.clock.now() - startedAt).toBeGreaterThanOrEqual(5000);
  });

  test('a session that ends in time is not terminated', async () => {
    const other = await fixture.plan('terminate', { pid: root });
    const plan = await fixture.plan('terminate', { pid: 2103, cancelFirst: '5s' });
    const acting = fixture.act(plan);
    await fixture.act(other);
    expect(outputLines(await acting)).toEqual([
      'ok: signalled',
      expect.stringMatching(/^statement canceled, session kept: pid 2103 /),
    ]);
    const { items } = await fixture.feed('sessions').read(never);
    expect(items.map((item) => ('pid' in item ? item.pid : 0))).toContain(2103);
  });

  test('is a parameter of terminate only', () => {
    const given = { pid: root, cancelFirst: '5s' };
    expect(postgres.operations.cancel?.params.safeParse(given).success).toBe(false);
    expect(postgres.operations.terminate?.params.safeParse({ ...given, cancelFirst: 'soon' }).success).toBe(
      false,
    );
  });
});

test('canceling a session without a statement is refused with a reason', async () => {
  await expect(fixture.plan('cancel', { pid: root })).rejects.toMatchObject({
    ending: 'not-applicable',
    message: expect.stringContaining('there is nothing to cancel. Use terminate'),
  });
  const plan = await fixture.plan('cancel', { pid: 2103 });
  expect(plan.calls[0]?.line).toContain('pg_cancel_backend');
});

describe('setting', () => {
  test('is written and reloaded by the server; its undo restores it', async () => {
    const plan = await fixture.plan('setting', { name: 'work_mem', value: '64MB' });
    expect(plan.calls.map(({ line }) => line)).toEqual([
      "ALTER SYSTEM SET work_mem = '64MB'",
      'SELECT pg_reload_conf() AS done',
    ]);
    expect(outputLines(await fixture.act(plan)).at(-1)).toBe('work_mem: 64 MiB');
    expect(await fixture.operation('setting').recheck(plan, never)).toMatchObject({
      planned: '4096',
      found: '65536',
    });
    expect(fixture.operation('setting').undo?.(plan)).toMatchObject({
      with: { name: 'work_mem', reset: true },
    });
    const again = await fixture.plan('setting', { name: 'work_mem', value: '8MB' });
    expect(fixture.operation('setting').undo?.(again)).toMatchObject({
      with: { name: 'work_mem', value: '65536' },
    });
    await fixture.act(await fixture.plan('setting', { name: 'work_mem', reset: true }));
    expect((await fixture.plan('setting', { name: 'work_mem', value: 1 })).targets[0]?.saw).toBe('4096');
  });

  test('that requires a restart says so before and after', async () => {
    const plan = await fixture.plan('setting', { name: 'max_connections', value: 200 });
    expect(plan.objects).toContain('the new value takes effect only after the server restarts');
    expect(outputLines(await fixture.act(plan)).at(-1)).toBe(
      'max_connections: 20 · a new value is pending a restart · changes require a restart',
    );
  });

  test.each([
    [
      { name: 'work_mem', value: "1'; DROP TABLE orders; --" },
      "ALTER SYSTEM SET work_mem = '1''; DROP TABLE orders; --'",
    ],
    [{ name: 'work_mem', value: 'a\\b' }, "ALTER SYSTEM SET work_mem = E'a\\\\b'"],
    [{ name: 'work_mem', value: true }, "ALTER SYSTEM SET work_mem = 'on'"],
    [
      { name: 'shared_preload_libraries', value: 'pg_stat_statements, auto_explain' },
      "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements', 'auto_explain'",
    ],
    [
      { name: 'shared_preload_libraries', value: '"$libdir/a", b' },
      "ALTER SYSTEM SET shared_preload_libraries = '$libdir/a', 'b'",
    ],
    [{ name: 'work_mem', reset: true }, 'ALTER SYSTEM RESET work_mem'],
  ])('%j is %s', async (params, line) => {
    expect((await fixture.plan('setting', params)).calls[0]?.line).toBe(line);
  });

  test('an unknown one and a read-only one are not applicable', async () => {
    for (const name of ['no_such_setting', 'server_version'])
      await expect(fixture.plan('setting', { name, value: 1 })).rejects.toMatchObject({
        ending: 'not-applicable',
      });
    expect(postgres.operations.setting?.params.safeParse({ name: 'a = 1; --', value: 1 }).success).toBe(
      false,
    );
  });
});

describe('tables and indexes', () => {
  test('a vacuum removes the dead rows', async () => {
    const plan = await fixture.plan('vacuum', { table: 'public.orders' });
    expect(plan.calls[0]?.line).toBe('VACUUM (ANALYZE) "public"."orders"');
    expect(outputLines(await fixture.act(plan))).toEqual([expect.stringMatching(/^ok: done in \d+ ms$/)]);
    expect((await fixture.feed('tuples').read(never)).items).toMatchObject([
      { text: expect.stringMatching(/^0 dead of 9,000/) },
    ]);
    expect((await fixture.plan('vacuum', {})).calls[0]?.line).toBe('VACUUM (ANALYZE)');
  });

  test('an index is created, found by its name, and dropped by the undo', async () => {
    const plan = await fixture.plan('createIndex', {
      table: 'orders',
      columns: ['user_id', 'created_at desc'],
    });
    expect(plan.calls[0]?.line).toBe(
      'CREATE INDEX CONCURRENTLY "orders_user_id_created_at_idx" ON "public"."orders" ("user_id", "created_at" DESC)',
    );
    await fixture.act(plan);
    expect(await fixture.operation('createIndex').recheck(plan, never)).toMatchObject({
      planned: 'the index no longer exists',
    });
    const undo = fixture.operation('createIndex').undo?.(plan);
    expect(undo).toMatchObject({
      use: 'pg.dropIndex',
      with: { index: 'public.orders_user_id_created_at_idx' },
    });
    const drop = await fixture.plan('dropIndex', undo?.with ?? {});
    expect(drop.lost).toContain('index');
    await fixture.act(drop);
    await expect(fixture.plan('dropIndex', undo?.with ?? {})).rejects.toMatchObject({
      ending: 'not-applicable',
    });
  });

  test('a malicious name is only a name', async () => {
    const plan = await fixture.plan('createIndex', {
      table: 'orders',
      columns: ['a'],
      name: 'x"; DROP TABLE orders; --',
    });
    expect(plan.calls[0]?.line).toContain('INDEX CONCURRENTLY "x""; DROP TABLE orders; --" ON');
    // An index that cannot be found by its name could be neither verified nor undone.
    for (const name of ['public.x', 'a\nb', 'ä'.repeat(40)])
      expect(
        postgres.operations.createIndex?.params.safeParse({ table: 'orders', columns: ['a'], name }).success,
        name,
      ).toBe(false);
    const long = await fixture.plan('createIndex', { table: 'orders', columns: ['a.b', 'ü'.repeat(30)] });
    const [, made = ''] = /CONCURRENTLY "([^"]+)"/.exec(long.calls[0]?.line ?? '') ?? [];
    expect(made).toMatch(/^orders_a_b_ü+$/);
    expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
    expect(
      postgres.operations.createIndex?.params.safeParse({ table: 'orders', columns: ['a") --'] }).success,
    ).toBe(false);
  });

  test.each([
    ['reindex', { index: 'orders_pkey' }, 'REINDEX INDEX CONCURRENTLY "public"."orders_pkey"'],
    ['reindex', { table: 'orders', concurrently: false }, 'REINDEX TABLE "public"."orders"'],
    ['dropIndex', { index: 'orders_pkey' }, 'DROP INDEX CONCURRENTLY "public"."orders_pkey"'],
  ])('%s of %j', async (name, params, line) => {
    const plan = await fixture.plan(name, params);
    expect(plan.calls[0]?.line).toBe(line);
    expect(plan.targets[0]?.uid).toMatch(/ (?:index|table) \d+$/);
    expect(outputLines(await fixture.act(plan))[0]).toMatch(/^ok/);
  });

  test.each([
    ['vacuum', { table: 'nothing' }],
    ['vacuum', { table: 'orders_pkey' }],
    ['reindex', { index: 'orders' }],
    ['createIndex', { table: 'orders', columns: ['id'], name: 'orders_pkey' }],
  ])('%s of %j is not applicable', async (name, params) => {
    await expect(fixture.plan(name, params)).rejects.toMatchObject({ ending: 'not-applicable' });
  });
});

describe('query and execute', () => {
  test('a query shows its rows, and is always read-only', async () => {
    const plan = await fixture.plan('query', {
      sql: "SELECT state, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY state",
      limit: 1,
    });
    expect(plan.danger).toBe('read');
    const events = await fixture.act(plan);
    // A check counts all rows, not only the shown ones.
    expect(events.find((event) => event.is === 'found')).toMatchObject({
      found: { rows: [{ state: 'active', count: '2' }], rowCount: 3 },
    });
    expect(outputLines(events)).toEqual([
      'state | count',
      'active | 2',
      expect.stringMatching(/^ok: 3 rows in \d+ ms, only the first 1 are shown$/),
    ]);
    expect(postgres.operations.query?.params.safeParse({ sql: 'DELETE FROM orders' }).success).toBe(false);
    expect(
      postgres.operations.query?.params.safeParse({ sql: 'SELECT pg_terminate_backend(1)' }).success,
    ).toBe(false);
  });

  test('the affected rows of a change are estimated; values are bound, and never part of the text', async () => {
    const plan = await fixture.plan('execute', {
      sql: 'DELETE FROM orders WHERE id < $1',
      params: ["7'; --"],
    });
    expect(plan.objects).toEqual(['about 9 rows (planner estimate)']);
    expect(plan.calls[0]?.line).toBe(`$1="7'; --": DELETE FROM orders WHERE id < $1`);
    expect(fixture.operation('execute').danger({})).toBe('as-step');
    expect(outputLines(await fixture.act(plan))).toEqual([
      expect.stringMatching(/^ok: done in \d+ ms, 9 rows$/),
    ]);
  });

  test('a statement that cannot be estimated is still planned, and fails with a reason', async () => {
    const plan = await fixture.plan('execute', { sql: 'DELETE FROM nothing WHERE true' });
    expect(plan.objects).toEqual(['number of affected rows unknown: relation "nothing" does not exist']);
    expect(outputLines(await fixture.act(plan))).toEqual(['not ok: relation "nothing" does not exist']);
  });

  test('identifiers are quoted, in the statement and in its undo', async () => {
    const plan = await fixture.plan('execute', {
      sql: 'ALTER DATABASE shop RENAME TO {aside}',
      identifiers: { aside: 'shop_Before' },
      undo: { sql: 'ALTER DATABASE {aside} RENAME TO shop', title: 'Name it shop again' },
    });
    expect(plan.calls[0]?.line).toBe('ALTER DATABASE shop RENAME TO "shop_Before"');
    expect(fixture.operation('execute').undo?.(plan)?.with.sql).toBe(
      'ALTER DATABASE "shop_Before" RENAME TO shop',
    );
  });

  test('a query accepts identifiers, but not as function names', async () => {
    const sql = 'SELECT count(*) FROM {table}';
    const plan = await fixture.plan('query', { sql, identifiers: { table: 'orders' } });
    expect(plan.calls[0]?.line).toBe('SELECT count(*) FROM "orders"');
    expect(outputLines(await fixture.act(plan)).at(-1)).toMatch(/^ok: 1 row in/);
    const call = { sql: 'SELECT {f}(1)', identifiers: { f: 'pg_terminate_backend' } };
    expect(postgres.operations.query?.params.safeParse(call).error?.issues[0]?.message).toContain(
      'pg_terminate_backend() is not on the list of read-only functions',
    );
  });

  test.each([
    ['a"; DROP DATABASE shop; --', 'DROP TABLE {x}'],
    ["a' OR true", 'DROP TABLE {x}'],
    ['a b', 'DROP TABLE {x}'],
    ['a'.repeat(64), 'DROP TABLE {x}'],
    ['', 'DROP TABLE {x}'],
    // If the author quotes it as well, the two quotes would end each other.
    ['orders', 'DROP TABLE "{x}"'],
    ['orders', "SELECT '{x}'"],
    ['orders', 'DROP TABLE old_{x}'],
    ['orders', 'DROP TABLE orders'],
  ])('the identifier %j is refused in %s', (x, sql) => {
    expect(postgres.operations.execute?.params.safeParse({ sql, identifiers: { x } }).success).toBe(false);
  });

  test('a statement hidden in a text by another one is refused. The server would have executed it', async () => {
    const victim = async (): Promise<number> => {
      const { items } = await fixture.feed('sessions').read(never);
      return z.object({ pid: z.number() }).parse(items[0]).pid;
    };
    const pid = await victim();
    const sql = `SELECT 1 UNION SELECT query_to_xml('select pg_termin' || 'ate_backend(${pid})', true, true, '')`;
    expect(() => fixture.plan('query', { sql })).toThrow(
      'query_to_xml() is not on the list of read-only functions',
    );
    const io = openReadIo(fixture.clock);
    await expect(
      io.open(postgresReads, { url: fixture.url, password: secret }).ask({ text: sql }, never),
    ).rejects.toMatchObject({
      kind: 'denied',
    });
    await io.close();
    expect(await victim()).toBe(pid);
    // ChangeIo allows it: the simulated server has no protection.
    const change = openChangeIo(fixture.clock);
    await change.call(
      postgresChanges,
      { url: fixture.url, password: secret },
      { text: `/* opsdeck:sql */ ${sql}` },
      never,
    );
    await change.close();
    expect(await victim()).not.toBe(pid);
  });
});
