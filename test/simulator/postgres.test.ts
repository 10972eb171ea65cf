import { describe, expect, test } from 'vitest';
import { scramVerifier } from '../../src/clients/postgres/scram-verifier.ts';
import type { Database } from '../../src/simulator/model/database/database.ts';
import type { Environment } from '../../src/simulator/model/environment.ts';
import { poolUsageOf } from '../../src/simulator/model/instance-gauges.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { systemSpec } from '../../src/simulator/systems.ts';

const start = Date.parse('2026-03-04T10:15:07Z');

/** An environment whose time the test advances. */
interface Stand {
  readonly env: Environment;
  readonly db: Database;
  pass(ms: number): void;
  strike(incident: string): void;
}

const standOf = (system: string): Stand => {
  const model = new SystemModel(systemSpec(system), { startedAt: start });
  let now = start;
  const env = model.environmentAt('production', now);
  const { database } = env.parts;
  if (database === undefined) throw new Error(`${system} has no database`);
  return {
    env,
    db: database,
    pass: (ms) => {
      now += ms;
      model.environmentAt('production', now);
    },
    strike: (incident) => model.inject(incident, 'production', now),
  };
};

const pending = ({ env }: Stand): number =>
  env.instances.reduce((sum, instance) => sum + (poolUsageOf(env, instance)?.pending ?? 0), 0);
const errorsOf = ({ env }: Stand, service: string): number =>
  env
    .instancesOf(service)
    .flatMap(({ traffic }) => traffic.recent(env.now).filter(({ status }) => status >= 500)).length;
const longRunning = ({ db, env }: Stand) =>
  db.backends.filter((one) => one.state !== 'idle' && env.now - one.since > 600_000);

describe('sessions of connection pools', () => {
  test('every connection of every running instance is a session, and none waits', () => {
    const stand = standOf('saga');
    const ofPools = stand.db.backends.filter(
      ({ application }) => application.endsWith('-service') || application === 'saga-orchestrator',
    );
    // Hikari keeps ten connections open; a Go service keeps unused ones up to its idle limit.
    const ofService = (name: string) => ofPools.filter(({ application }) => application === name);
    expect(ofService('payment-service')).toHaveLength(20);
    for (const [name, idle] of [
      ['saga-orchestrator', 10],
      ['inventory-service', 4],
    ] as const)
      expect(ofService(name).filter(({ state }) => state === 'idle')).toHaveLength(idle);
    expect(new Set(stand.db.backends.map(({ pid }) => pid)).size).toBe(stand.db.backends.length);
    expect(pending(stand)).toBe(0);
    expect(stand.db.isBroken).toBe(false);
    const [gone] = stand.env.instancesOf('payment-service');
    if (gone !== undefined) gone.running = false;
    expect(stand.db.backends.filter(({ application }) => application === 'payment-service')).toHaveLength(10);
  });

  test('a terminated session of a pool is reopened with another pid', () => {
    const { db } = standOf('saga');
    const victim = db.backends.find(({ application }) => application === 'payment-service');
    const count = db.backends.length;
    expect(db.terminate(victim?.pid ?? 0)).toBe(true);
    expect(db.backends).toHaveLength(count);
    expect(db.backends.some(({ pid }) => pid === victim?.pid)).toBe(false);
    expect(db.terminate(1)).toBe(false);
  });

  test('logins take slots until none is left; a freed slot can be taken again', () => {
    const { db } = standOf('saga');
    const who = { user: 'ana', application: 'psql' };
    const free = db.usable - db.backends.length;
    const logins = Array.from({ length: free }, () => db.login(who));
    expect(logins.every((login) => login !== undefined)).toBe(true);
    expect(db.login(who)).toBeUndefined();
    db.logout(logins[0]?.pid ?? 0);
    expect(db.login(who)).toBeDefined();
  });
});

describe('pool-exhaustion: leaked sessions', () => {
  test('they hold slots for more than ten minutes; pools are exhausted, calls fail', () => {
    const stand = standOf('saga');
    stand.strike('pool-exhaustion');
    stand.pass(15_000);
    expect(longRunning(stand)).toHaveLength(76);
    expect(new Set(longRunning(stand).map(({ application }) => application))).toEqual(new Set(['reports']));
    expect(stand.db.backends.length).toBe(stand.db.usable - 4);
    const [inventory] = stand.env.instancesOf('inventory-service');
    expect(inventory && poolUsageOf(stand.env, inventory)).toMatchObject({ active: 10, max: 10 });
    expect(pending(stand)).toBeGreaterThan(0);
    expect(errorsOf(stand, 'saga-orchestrator')).toBeGreaterThan(0);
    expect(stand.env.incident).toBe('pool-exhaustion');
  });

  test('neither a service restart nor a higher max_connections fixes it', () => {
    const stand = standOf('saga');
    stand.strike('pool-exhaustion');
    for (const instance of stand.env.instancesOf('payment-service')) instance.restart(stand.env.now);
    stand.db.settings.write('max_connections', '200');
    stand.db.settings.reload();
    stand.pass(15_000);
    expect(stand.db.settings.all.find(({ name }) => name === 'max_connections')).toMatchObject({
      value: '150',
      isPending: true,
    });
    expect(pending(stand)).toBeGreaterThan(0);
    expect(stand.env.incident).toBe('pool-exhaustion');
  });

  test('terminating them lets the pools recover and ends the errors', () => {
    const stand = standOf('saga');
    stand.strike('pool-exhaustion');
    stand.pass(15_000);
    for (const { pid } of longRunning(stand)) stand.db.terminate(pid);
    stand.pass(15_000);
    expect(pending(stand)).toBe(0);
    expect(errorsOf(stand, 'saga-orchestrator')).toBe(0);
    expect(stand.env.incident).toBeUndefined();
  });
});

describe('database-blocked: an idle transaction', () => {
  test('all sessions wait behind it, and the circuit breaker opens', () => {
    const stand = standOf('event-bus');
    stand.strike('database-blocked');
    stand.pass(15_000);
    const [root] = longRunning(stand);
    expect(root).toMatchObject({ state: 'idle in transaction', blockedBy: [], application: 'outbox-repair' });
    const behind = stand.db.backends.filter(({ blockedBy }) => blockedBy.length > 0);
    expect(behind.length).toBeGreaterThan(3);
    expect(behind.filter(({ blockedBy }) => blockedBy[0] === root?.pid)).toHaveLength(3);
    expect(pending(stand)).toBeGreaterThan(0);
    const states = stand.env.instances.map((instance) => instance.breaker('database').state);
    expect(new Set(states)).toEqual(new Set(['OPEN']));
  });

  test('pg_cancel_backend has no effect; after pg_terminate_backend the others continue, and only the circuit breakers remain', () => {
    const stand = standOf('event-bus');
    stand.strike('database-blocked');
    stand.pass(15_000);
    const [root] = longRunning(stand);
    expect(stand.db.cancel(root?.pid ?? 0)).toBe(true);
    stand.pass(5000);
    expect(longRunning(stand)).toHaveLength(1);
    stand.db.terminate(root?.pid ?? 0);
    stand.pass(5000);
    expect(pending(stand)).toBe(0);
    expect(stand.db.backends.every(({ blockedBy }) => blockedBy.length === 0)).toBe(true);
    expect(stand.env.incident).toBe('database-blocked');
    for (const instance of stand.env.instances) instance.breaker('database').reset(stand.env.now);
    stand.pass(5000);
    expect(stand.env.incident).toBeUndefined();
  });
});

test('a restart drops every session, including the blocking one', () => {
  const stand = standOf('saga');
  stand.strike('pool-exhaustion');
  stand.db.settings.write('max_connections', '200');
  stand.db.settings.reload();
  const before = stand.db.backends.map(({ pid }) => pid);
  const server = stand.env.dependencies.get('postgres');
  if (server !== undefined) server.up = false;
  stand.pass(1000);
  if (server !== undefined) server.up = true;
  stand.pass(1000);
  expect(stand.db.usable).toBe(197);
  expect(longRunning(stand)).toEqual([]);
  const pools = stand.db.backends.filter(({ application }) => application === 'payment-service');
  expect(pools.some(({ pid }) => before.includes(pid))).toBe(false);
});

test('heal restores settings, tables and sessions', () => {
  const stand = standOf('saga');
  stand.strike('pool-exhaustion');
  stand.db.settings.write('work_mem', '64MB');
  stand.db.settings.reload();
  stand.db.tables.vacuum(undefined);
  stand.db.tables.dropIndex('payments_pkey');
  expect(stand.db.settings.number('work_mem')).toBe(65_536);
  stand.env.heal();
  expect(stand.db.settings.number('work_mem')).toBe(4096);
  expect(stand.db.tables.table('payments')?.dead).toBe(4100);
  expect(stand.db.tables.index('payments_pkey')).toBeDefined();
  expect(stand.env.incident).toBeUndefined();
});

test('a database without sessions can be renamed; services cannot connect until it exists again', () => {
  const { db, env } = standOf('saga');
  const inIt = () => db.backends.filter((one) => db.databaseOf(one) === 'microservices');
  expect(inIt().some(({ application }) => application === 'postgres_exporter')).toBe(false);
  for (const { pid, application } of inIt()) if (application === 'DBeaver') db.terminate(pid);
  expect(inIt().some(({ application }) => application === 'DBeaver')).toBe(false);
  const caller = env.instancesOf('saga-orchestrator')[0]?.name ?? '';
  db.databases.rename('microservices', 'microservices_old');
  expect(db.refusal('postgres', caller)).toMatchObject({
    error: 'FATAL: database "microservices" does not exist',
  });
  expect(inIt()).toEqual([]);
  db.databases.create('microservices');
  expect(db.tables.tables).toEqual([]);
  db.heal();
  expect(db.databases.named('microservices')?.tables.table('saga_instances')).toBeDefined();
});

test('a process with an outdated password cannot connect; existing connections continue', async () => {
  const stand = standOf('saga');
  const { env, db } = stand;
  const [first, second] = env.instancesOf('inventory-service');
  if (first === undefined || second === undefined) throw new Error('two instances are needed');
  expect(first.databasePassword).toBe('rehearsal');
  db.passwords.change('postgres', await scramVerifier('another-one', 4096), env.now);
  stand.pass(1000);
  expect(db.passwords.isRight('postgres', 'rehearsal')).toBe(false);
  expect(db.passwords.isRight('postgres', 'another-one')).toBe(true);
  second.restart(env.now);
  stand.pass(1000);
  expect(poolUsageOf(env, first)).toMatchObject({ idle: 2 });
  expect(poolUsageOf(env, second)).toMatchObject({ active: 0, idle: 0 });
  expect(db.refusal('postgres', second.name)?.error).toBe(
    'FATAL: password authentication failed for user "postgres"',
  );
  second.databasePassword = 'another-one';
  stand.pass(1000);
  expect(poolUsageOf(env, second)).toMatchObject({ idle: 2 });
});
