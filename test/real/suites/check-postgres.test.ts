import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Checking, openChecking } from '../checked.ts';
import { sql } from '../postgres/psql.ts';
import { maxConnections, passwords, type Role } from '../postgres/roles.ts';
import { holdSessions, openBlockingTree } from '../postgres/sessions.ts';
import { openStandby } from '../postgres/standby.ts';
import { underTest } from '../setting.ts';

const server = underTest();
let checking: Checking;
let stack = new AsyncDisposableStack();

const entry = (role: Role, { more = '', port = server.port } = {}): string => `sources:
  pg: { type: postgres, url: "postgres://${role}@127.0.0.1:${port}/shop", password: "\${env:PG_PASSWORD}"${more} }
signals:
  - { id: slots, title: Connections, source: pg, read: { connections: percent }, unit: "%", warn: ">80", crit: ">95" }
  - { id: blocked, title: Blocked, source: pg, read: { blocked: true }, unit: "", warn: ">0" }
  - { id: accounts, title: Accounts, source: pg, read: { sql: "SELECT count(*) AS n FROM accounts", column: n }, unit: "" }
`;
const env = { PG_PASSWORD: passwords.opsdeck };
const full = /max_connections reached: the server has no free connection slot/;

beforeAll(async () => {
  checking = await openChecking();
}, 60_000);
afterAll(() => checking[Symbol.asyncDispose]());
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

describe('opsdeck on a real PostgreSQL, the built program', () => {
  test('check, doctor and validate of a good server', async () => {
    const result = await checking.check(entry('opsdeck'), env);
    expect([result.code, result.level, result.faults]).toEqual([0, 'ok', []]);
    expect(result.signals).toMatchObject([
      { id: 'slots', value: expect.any(Number), level: 'ok' },
      { id: 'blocked', value: 0, level: 'ok' },
      { id: 'accounts', value: 1000, level: 'ok' },
    ]);
    expect(result.health).toMatchObject([{ service: 'pg', status: 'up', level: 'ok' }]);
    expect(result.pools).toMatchObject([{ name: 'connections', kind: 'postgres', max: maxConnections - 3 }]);
    const { code, findings } = await checking.doctor(entry('opsdeck'), env);
    expect([code, findings.filter(({ ok }) => !ok)]).toEqual([0, []]);
    expect(findings[0]?.what).toMatch(/^PostgreSQL 15\.\d+ .* as opsdeck$/);
    expect(await checking.validate(entry('opsdeck'), env)).toBe('');
  });

  test('sessions that wait for a lock are rows with the blocking session, and a warning', async () => {
    const tree = stack.use(await openBlockingTree(server));
    const result = await checking.check(entry('opsdeck'), env);
    expect([result.code, result.level]).toEqual([1, 'warn']);
    expect(result.signals[1]).toMatchObject({ id: 'blocked', value: 3, level: 'warn' });
    expect(result.sessions).toContainEqual(
      expect.objectContaining({
        user: 'shop',
        state: 'active',
        blockedBy: [tree.root.pid],
        level: 'warn',
      }),
    );
    // The blocking session is readable without pg_monitor, too.
    const hidden = await checking.check(entry('bystander'), {
      PG_PASSWORD: passwords.bystander,
    });
    expect(hidden.sessions).toContainEqual(
      expect.objectContaining({ user: 'shop', state: '', blockedBy: [tree.root.pid], level: 'warn' }),
    );
  });

  test('without pg_stat_statements doctor shows how to install it', async () => {
    const { code, findings } = await checking.doctor(entry('opsdeck', { more: ', database: postgres' }), env);
    expect(code).toBe(1);
    expect(findings.filter(({ ok }) => !ok)).toMatchObject([
      {
        what: 'pg_stat_statements is not installed: slow statements are unavailable',
        remedy: expect.stringContaining('CREATE EXTENSION pg_stat_statements'),
      },
    ]);
  });

  test('at max_connections the server is down, crit, and the remedy names the reserved connections', async () => {
    stack.use(await holdSessions(server, maxConnections - 3));
    const result = await checking.check(entry('opsdeck'), env);
    expect([result.code, result.level]).toEqual([2, 'crit']);
    expect(result.health).toMatchObject([
      { status: 'down', level: 'crit', detail: expect.stringMatching(full) },
    ]);
    expect(result.signals).toMatchObject([
      { value: null, level: 'unknown' },
      { value: null },
      { value: null },
    ]);
    for (const fault of result.faults)
      expect(fault).toMatchObject({
        kind: 'unreachable',
        message: expect.stringMatching(full),
        remedy: expect.stringContaining('superuser_reserved_connections'),
      });
    const { code, findings } = await checking.doctor(entry('opsdeck'), env);
    expect([code, findings]).toMatchObject([3, [{ ok: false, what: expect.stringMatching(full) }]]);
  });

  test('a standby is up and read-only, also in doctor', async () => {
    const { address } = stack.use(await openStandby(server));
    const standby = entry('opsdeck', { port: address.port });
    const result = await checking.check(standby, env);
    expect([result.code, result.faults]).toEqual([0, []]);
    expect(result.health).toMatchObject([{ status: 'up', detail: 'in recovery (standby, read-only)' }]);
    expect(result.signals[2]).toMatchObject({ value: 1000 });
    const { findings } = await checking.doctor(standby, env);
    expect(findings[0]?.what).toMatch(/, in recovery \(standby, read-only\)$/);
  });

  test('a wrong password: unknown, with the places where passwords are configured, and not in the output', async () => {
    const wrong = { PG_PASSWORD: 'not+the+password' };
    const result = await checking.check(entry('opsdeck'), wrong);
    expect([result.code, result.level]).toEqual([3, 'unknown']);
    expect(new Set(result.faults.map(({ kind }) => kind))).toEqual(new Set(['denied']));
    expect(result.faults[0]?.remedy).toMatch(/PGPASSWORD or ~\/\.pgpass/);
    expect(JSON.stringify(result)).not.toContain(wrong.PG_PASSWORD);
  });

  test('reconnects after its sessions were terminated, and all data is known again', async () => {
    await checking.check(entry('opsdeck'), env);
    const running = checking.sandbox.start(['check', '--env', 'real', '--json', '--watch'], env);
    await running.printed(/\n/);
    await sql(server, [
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opsdeck'",
    ]);
    const [text] = await running.printed(/(?<=\n)\{.*\}\n.*\{.*\}\n$/s);
    running.child.kill('SIGTERM');
    await running.ended;
    const last = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ level: 'ok', faults: [], health: [{ status: 'up' }] });
  });
});
