import { describe, expect, test } from 'vitest';
import { scramVerifier } from '../../src/clients/postgres/scram-verifier.ts';
import type { Database } from '../../src/simulator/model/database/database.ts';
import type { Environment } from '../../src/simulator/model/environment.ts';
import { poolUsageOf } from '../../src/simulator/model/instances/instance-gauges.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { longDescribe, longTest } from '../support/layer.ts';

const start = Date.parse('2026-03-04T10:15:07Z');

/** An environment whose time the test advances. */
interface Fixture {
  readonly env: Environment;
  readonly db: Database;
  advance(ms: number): void;
  inject(incident: string): void;
}

const fixtureOf = (system: string): Fixture => {
  const model = new SystemModel(systemSpec(system), { startedAt: start });
  let now = start;
  const env = model.environmentAt('production', now);
  const { database } = env.parts;
  if (database === undefined) throw new Error(`${system} has no database`);
  return {
    env,
    db: database,
    advance: (ms) => {
      now += ms;
      model.environmentAt('production', now);
    },
    inject: (incident) => model.inject(incident, 'production', now),
  };
};

const pending = ({ env }: Fixture): number =>
  env.instances.reduce((sum, instance) => sum + (poolUsageOf(env, instance)?.pending ?? 0), 0);
const errorsOf = ({ env }: Fixture, service: string): number =>
  env
    .instancesOf(service)
    .flatMap(({ traffic }) => traffic.recent(env.now).filter(({ status }) => status >= 500)).length;
const longRunning = ({ db, env }: Fixture) =>
  db.backends.filter((backend) => backend.state !== 'idle' && env.now - backend.since > 600_000);

longDescribe('sessions of connection pools', () => {
  longTest('every connection of every running instance is a session, and none waits', () => {
    const fixture = fixtureOf('saga');
    const ofPools = fixture.db.backends.filter(
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
    expect(new Set(fixture.db.backends.map(({ pid }) => pid)).size).toBe(fixture.db.backends.length);
    expect(pending(fixture)).toBe(0);
    expect(fixture.db.isBroken).toBe(false);
    const [gone] = fixture.env.instancesOf('payment-service');
    if (gone !== undefined) gone.running = false;
    expect(fixture.db.backends.filter(({ application }) => application === 'payment-service')).toHaveLength(
      10,
    );
  });

  longTest('a terminated session of a pool is reopened with another pid', () => {
    const { db } = fixtureOf('saga');
    const victim = db.backends.find(({ application }) => application === 'payment-service');
    const count = db.backends.length;
    expect(db.terminate(victim?.pid ?? 0)).toBe(true);
    expect(db.backends).toHaveLength(count);
    expect(db.backends.some(({ pid }) => pid === victim?.pid)).toBe(false);
    expect(db.terminate(1)).toBe(false);
  });

  longTest('logins take slots until none is left; a freed slot can be taken again', () => {
    const { db } = fixtureOf('saga');
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
  longTest('they hold slots for more than ten minutes; pools are exhausted, calls fail', () => {
    const fixture = fixtureOf('saga');
    fixture.inject('pool-exhaustion');
    fixture.advance(15_000);
    expect(longRunning(fixture)).toHaveLength(76);
    expect(new Set(longRunning(fixture).map(({ application }) => application))).toEqual(new Set(['reports']));
    expect(fixture.db.backends.length).toBe(fixture.db.usable - 4);
    const [inventory] = fixture.env.instancesOf('inventory-service');
    expect(inventory && poolUsageOf(fixture.env, inventory)).toMatchObject({ active: 10, max: 10 });
    expect(pending(fixture)).toBeGreaterThan(0);
    expect(errorsOf(fixture, 'saga-orchestrator')).toBeGreaterThan(0);
    expect(fixture.env.incident).toBe('pool-exhaustion');
  });

  longTest('neither a service restart nor a higher max_connections fixes it', () => {
    const fixture = fixtureOf('saga');
    fixture.inject('pool-exhaustion');
    for (const instance of fixture.env.instancesOf('payment-service')) instance.restart(fixture.env.now);
    fixture.db.settings.write('max_connections', '200');
    fixture.db.settings.reload();
    fixture.advance(15_000);
    expect(fixture.db.settings.all.find(({ name }) => name === 'max_connections')).toMatchObject({
      value: '150',
      isPending: true,
    });
    expect(pending(fixture)).toBeGreaterThan(0);
    expect(fixture.env.incident).toBe('pool-exhaustion');
  });

  test('terminating them lets the pools recover and ends the errors', () => {
    const fixture = fixtureOf('saga');
    fixture.inject('pool-exhaustion');
    fixture.advance(15_000);
    for (const { pid } of longRunning(fixture)) fixture.db.terminate(pid);
    fixture.advance(15_000);
    expect(pending(fixture)).toBe(0);
    expect(errorsOf(fixture, 'saga-orchestrator')).toBe(0);
    expect(fixture.env.incident).toBeUndefined();
  });
});

describe('database-blocked: an idle transaction', () => {
  longTest('all sessions wait behind it, and the circuit breaker opens', () => {
    const fixture = fixtureOf('event-bus');
    fixture.inject('database-blocked');
    fixture.advance(15_000);
    const [root] = longRunning(fixture);
    expect(root).toMatchObject({ state: 'idle in transaction', blockedBy: [], application: 'outbox-repair' });
    const behind = fixture.db.backends.filter(({ blockedBy }) => blockedBy.length > 0);
    expect(behind.length).toBeGreaterThan(3);
    expect(behind.filter(({ blockedBy }) => blockedBy[0] === root?.pid)).toHaveLength(3);
    expect(pending(fixture)).toBeGreaterThan(0);
    const states = fixture.env.instances.map((instance) => instance.breaker('database').state);
    expect(new Set(states)).toEqual(new Set(['OPEN']));
  });

  test('pg_cancel_backend has no effect; after pg_terminate_backend the others continue, and only the circuit breakers remain', () => {
    const fixture = fixtureOf('event-bus');
    fixture.inject('database-blocked');
    fixture.advance(15_000);
    const [root] = longRunning(fixture);
    expect(fixture.db.cancel(root?.pid ?? 0)).toBe(true);
    fixture.advance(5000);
    expect(longRunning(fixture)).toHaveLength(1);
    fixture.db.terminate(root?.pid ?? 0);
    fixture.advance(5000);
    expect(pending(fixture)).toBe(0);
    expect(fixture.db.backends.every(({ blockedBy }) => blockedBy.length === 0)).toBe(true);
    expect(fixture.env.incident).toBe('database-blocked');
    for (const instance of fixture.env.instances) instance.breaker('database').reset(fixture.env.now);
    fixture.advance(5000);
    expect(fixture.env.incident).toBeUndefined();
  });
});

test('a restart drops every session, including the blocking one', () => {
  const fixture = fixtureOf('saga');
  fixture.inject('pool-exhaustion');
  fixture.db.settings.write('max_connections', '200');
  fixture.db.settings.reload();
  const before = fixture.db.backends.map(({ pid }) => pid);
  const server = fixture.env.dependencies.get('postgres');
  if (server !== undefined) server.up = false;
  fixture.advance(1000);
  if (server !== undefined) server.up = true;
  fixture.advance(1000);
  expect(fixture.db.usable).toBe(197);
  expect(longRunning(fixture)).toEqual([]);
  const pools = fixture.db.backends.filter(({ application }) => application === 'payment-service');
  expect(pools.some(({ pid }) => before.includes(pid))).toBe(false);
});

test('heal restores settings, tables and sessions', () => {
  const fixture = fixtureOf('saga');
  fixture.inject('pool-exhaustion');
  fixture.db.settings.write('work_mem', '64MB');
  fixture.db.settings.reload();
  fixture.db.tables.vacuum(undefined);
  fixture.db.tables.dropIndex('payments_pkey');
  expect(fixture.db.settings.number('work_mem')).toBe(65_536);
  fixture.env.heal();
  expect(fixture.db.settings.number('work_mem')).toBe(4096);
  expect(fixture.db.tables.table('payments')?.dead).toBe(4100);
  expect(fixture.db.tables.index('payments_pkey')).toBeDefined();
  expect(fixture.env.incident).toBeUndefined();
});

test('a database without sessions can be renamed; services cannot connect until it exists again', () => {
  const { db, env } = fixtureOf('saga');
  const inIt = () => db.backends.filter((backend) => db.databaseOf(backend) === 'microservices');
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
  const fixture = fixtureOf('saga');
  const { env, db } = fixture;
  const [first, second] = env.instancesOf('inventory-service');
  if (first === undefined || second === undefined) throw new Error('two instances are needed');
  expect(first.databasePassword).toBe('rehearsal');
  db.passwords.change('postgres', await scramVerifier('another-one', 4096), env.now);
  fixture.advance(1000);
  expect(db.passwords.isRight('postgres', 'rehearsal')).toBe(false);
  expect(db.passwords.isRight('postgres', 'another-one')).toBe(true);
  second.restart(env.now);
  fixture.advance(1000);
  expect(poolUsageOf(env, first)).toMatchObject({ idle: 2 });
  expect(poolUsageOf(env, second)).toMatchObject({ active: 0, idle: 0 });
  expect(db.refusal('postgres', second.name)?.error).toBe(
    'FATAL: password authentication failed for user "postgres"',
  );
  second.databasePassword = 'another-one';
  fixture.advance(1000);
  expect(poolUsageOf(env, second)).toMatchObject({ idle: 2 });
});
