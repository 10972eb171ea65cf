import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateDatabaseError } from '../../../src/persistence/files/state-database-error.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import type { StateStore } from '../../../src/persistence/state-store.ts';
import { until } from '../machine/until.ts';
import { sql } from '../postgres/psql.ts';
import { passwords } from '../postgres/roles.ts';
import { openStandby } from '../postgres/standby.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import { acting, noted } from '../team/entries.ts';
import { createMachines, freshTables } from '../team/stage.ts';

const server = underTest();
let machines = createMachines();
beforeEach(async () => {
  machines = createMachines();
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

/** The primary server behind a connection that can be interrupted, and a streaming standby. */
const openPair = async () => {
  const proxy = await openProxy(server.port);
  machines.stack.defer(() => proxy.close());
  const replication = await openProxy(server.port);
  machines.stack.defer(() => replication.close());
  const from = { ...server, port: Number(new URL(replication.origin).port) };
  const standby = machines.stack.use(await openStandby(from));
  const { port } = standby.address;
  const url = `postgres://opsdeck@127.0.0.1:${new URL(proxy.origin).port},127.0.0.1:${port}/shop`;
  return {
    login: { url, password: passwords.opsdeck },
    /** Resolves when the standby has what the primary has committed. */
    replicated: async (): Promise<void> => {
      const [position = ''] = await sql(server, ['SELECT pg_current_wal_lsn()']);
      await until('the standby has it', async () => {
        const [has] = await sql({ port }, [`SELECT pg_last_wal_replay_lsn() >= '${position}'::pg_lsn`]);
        return has === 't';
      });
    },
    /** Keeps new records from the standby. */
    separate: () => replication.set('refuse'),
    lose: () => proxy.set('refuse'),
    promote: () => sql({ port }, ['SELECT pg_promote()']),
    count: async (): Promise<number> =>
      Number((await sql({ port }, ['SELECT count(*) FROM opsdeck.ledger']))[0]),
  };
};

const takes = async (state: StateStore, run: string) => {
  const taken = await state.locks.take(['shop desk'], {
    who: run,
    host: 'vm',
    run,
    runbook: 'restart',
    at: 0,
  });
  return 'release' in taken ? taken : undefined;
};

test('a promoted standby takes over: locks are held, the chain goes on, and nothing is written to a standby', {
  timeout: 60_000,
}, async () => {
  const pair = await openPair();
  const more = { login: pair.login, leaseMs: 60_000 };
  const ana = await machines.open(await machines.dir(), more);
  const ben = await machines.open(await machines.dir(), more);
  const ledger = await ana.openLedger();
  const lease = await takes(ana, 'r1');
  if (lease === undefined) throw new Error('the lock is free');
  await ledger.append(acting('r1'), lease);
  await ben.open({ follows: false });
  await pair.replicated();

  // The primary is lost, and nothing is promoted yet: acting is refused, and what has happened is kept.
  await pair.lose();
  expect(await ana.admission?.()).toMatchObject({ is: 'refused' });
  expect(await ana.admission?.()).toMatchObject({ is: 'refused', why: expect.stringContaining('standby') });
  await expect(ledger.append(acting('r1'), lease)).rejects.toThrow(/standby/);
  await expect(takes(ben, 'r2')).rejects.toThrow(StateDatabaseError);
  await ledger.append(noted('r1', 'while there is no primary'));

  await pair.promote();
  expect(await ana.admission?.()).toMatchObject({ is: 'open' });
  expect(await lease.held()).toBe(true);
  expect(await takes(ben, 'r2')).toBeUndefined();
  await ledger.append(acting('r1'), lease);
  await lease.release();
  expect(await takes(ben, 'r2')).toBeDefined();
  await (await ben.openLedger()).append(noted('r2', 'after the failover'));

  // One chain on every machine: before, during and after.
  await ana.open({ follows: false });
  await ben.open({ follows: false });
  expect(await pair.count()).toBe(4);
  for (const { dir } of [ana, ben]) {
    expect(await verifyLedger(dir)).toMatchObject({ ok: true, count: 4 });
  }
});

test('a promoted standby without the newest records is refused', { timeout: 60_000 }, async () => {
  const pair = await openPair();
  const ana = await machines.open(await machines.dir(), { login: pair.login });
  const ledger = await ana.openLedger();
  await ledger.append(noted('r1', 'replicated'));
  await pair.replicated();
  await pair.separate();
  await ledger.append(noted('r1', 'only on the primary'));
  await pair.lose();
  await pair.promote();
  expect(await ana.admission?.()).toMatchObject({
    is: 'refused',
    why: expect.stringContaining('lacks record 2'),
  });
});
