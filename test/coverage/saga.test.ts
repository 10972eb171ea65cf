import { afterAll, describe, expect, test } from 'vitest';
import { dumps } from './cases/saga-dump.ts';
import { sagaIncidents } from './cases/saga-incidents.ts';
import { sagaProcedures } from './cases/saga-procedures.ts';
import { openExercises } from './support/exercises.ts';
import { certificateFiles, secretFile } from './support/secret-files.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 180_000;
const env = 'saga/production';
const services = ['saga-orchestrator', 'inventory-service', 'payment-service', 'notification-service'];

const recovery = {
  env,
  runbook: 'database-recovery',
  confirm: [...services, 'microservices', 'postgres', 'postgres-0'],
  done: ['b1'],
};

const exercises = await openExercises('saga');
afterAll(() => exercises[Symbol.asyncDispose]());

describe('healthy', () => {
  test('check reads everything', { timeout }, async ({ expect }) => {
    const { level, faults } = await exercises.check(env);
    expect(faults).toEqual([]);
    expect(level).toBe('ok');
  });

  test.each(['inventory', 'payment'])('all lines of %s', { timeout }, (view) => exercises.view(env, view));
});

describe.each([
  { incident: 'saga-failures', told: { 'saga.ok': 'crit', 'error.service': 'crit' } },
  { incident: 'bad-release', told: { 'saga.ok': 'crit', 'error.rate': 'crit' } },
  { incident: 'high-latency', told: { p95: 'warn' } },
  { incident: 'slow-statements', told: { p95: 'crit', 'pg.slowest': 'warn' } },
  { incident: 'memory-leak', told: { oom: 'crit', 'mem.left': 'crit' } },
  { incident: 'pool-exhaustion', told: { 'pg.conn': 'crit', 'pg.long': 'crit', pool: 'crit' } },
  { incident: 'consumer-lag', told: { lag: 'warn', 'lag.exporter': 'warn' } },
])('$incident', ({ incident, told }) => {
  test('check names it', { timeout }, async ({ expect }) => {
    const { signals } = await exercises.check(env, incident);
    for (const [id, level] of Object.entries(told))
      expect([id, signals.filter((one) => one.id === id).map((one) => one.level)]).toEqual([
        id,
        expect.arrayContaining([level]),
      ]);
  });
});

describe('runbooks', () => {
  test.each(sagaIncidents)('$incident: $runbook', { timeout }, async (exercise) => {
    await exercises.run(exercise);
  });
  test('certificate', { timeout }, async () => {
    await using files = await certificateFiles(['api.saga.example', 'saga.example']);
    const { certificate, key } = files;
    await exercises.run({
      env,
      runbook: 'certificate',
      params: { certificate, key, deployments: 'notification-service' },
      confirm: ['microservices-tls', 'notification-service'],
      done: ['a3'],
    });
  });
  test('password', { timeout }, async () => {
    await using file = await secretFile('password', 'another-one\n');
    await using old = await secretFile('old-password', 'rehearsal\n');
    await exercises.run({
      env,
      runbook: 'password',
      params: { role: 'postgres', file: file.path, old: old.path, deployments: 'inventory-service' },
      confirm: ['postgres', 'postgres-secret', 'inventory-service'],
    });
  });
  test('database-recovery', { timeout }, async () => {
    await using file = await secretFile('dump.sql', dumps.whole);
    await exercises.run({ ...recovery, params: { file: file.path } });
  });
  test.each([
    ['truncated', 'the dump is not complete'],
    ['smaller', 'the dump lacks what the database has: public.inventory, public.payments'],
    ['empty', 'the dump lacks what the database has: public.inventory, public.payments'],
  ] as const)('database-recovery stops nothing for a dump that is %s', { timeout }, async (name, why) => {
    await using file = await secretFile('dump.sql', dumps[name]);
    const events = await exercises.run({ ...recovery, params: { file: file.path }, ending: 'failed' });
    expect(events.at(-1)).toMatchObject({ why: expect.stringContaining(why) });
    expect(events.flatMap((event) => (event.event === 'acting' ? [event.step] : []))).toEqual(['b0']);
  });
  test('database-recovery from a smaller dump, when that is accepted', { timeout }, async () => {
    await using file = await secretFile('dump.sql', dumps.smaller);
    await exercises.run({ ...recovery, params: { file: file.path, whole: 'false' } });
  });
  test('log-rotation', { timeout }, async ({ expect }) => {
    // Pods are called by their template: what the gate asks for names them.
    const rotation = { env, runbook: 'log-rotation', params: { deployment: 'payment-service', days: '1' } };
    const refused = (await exercises.run({ ...rotation, ending: 'forbidden' })).at(-1);
    const asked = JSON.stringify(refused).match(/payment-service-[0-9a-z]+-[0-9a-z]+/g) ?? [];
    expect(new Set(asked).size).toBe(2);
    await exercises.run({ ...rotation, confirm: [...new Set(asked), 'fluentd'] });
  });
  test.each(sagaProcedures)('$runbook', { timeout }, async (exercise) => {
    await exercises.run(exercise);
  });
});

test('no row that was covered is lost', async () => {
  expect(await exercises.lost()).toEqual([]);
});
