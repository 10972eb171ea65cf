import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { declaredVars } from '../support/drill.ts';
import { dumps } from './cases/saga-dump.ts';
import { eventsOf } from './support/exercises.ts';
import { secretFile } from './support/secret-files.ts';

/** Processor time of one exercise. */
const meta = { cpuLimitMs: 180_000 };
const env = 'saga/production';
const services = ['saga-orchestrator', 'inventory-service', 'payment-service', 'notification-service'];

const endOf = (events: readonly RunEvent[]) => events.at(-1);

test('a truncated dump leaves an undo: the old database and the previous replica counts', {
  meta,
}, async () => {
  await using file = await secretFile('dump.sql', dumps.broken);
  await using simulation = openSimulation();
  const { clock, startSimulator } = simulation.platform;
  const simulator = await simulation.until(startSimulator('saga', { clock }));
  const known = await declaredVars('saga', 'production');
  const sets = Object.entries(simulator.rehearsalVars('production'))
    .filter(([key]) => known.has(key))
    .flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const opsdeck = async (args: readonly string[], names: readonly string[]) => {
    const confirm = [...services, ...names].flatMap((name) => ['--confirm', name]);
    const permit = ['--env', env, '--json', '--arm', 'INC-31', '--allow-outage', 'INC-31', ...confirm];
    return eventsOf(await simulation.run([...args, ...permit, ...sets]));
  };
  const signals = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { stdout } = await simulation.run(['check', '--env', env, '--json', '--timeout', '60s', ...sets]);
    const check: { signals: readonly { id: string; value: unknown }[] } = JSON.parse(stdout);
    return Object.fromEntries(check.signals.map(({ id, value }) => [id, value]));
  };
  const before = await signals();

  const failed = await opsdeck(
    ['run', 'database-recovery', '--param', `file=${file.path}`, '--done', 'b1'],
    ['microservices', 'postgres', 'postgres-0'],
  );
  expect(endOf(failed)).toMatchObject({
    ending: 'failed',
    undo: [
      { title: 'Drop the new database microservices' },
      { title: expect.stringMatching(/^Rename microservices_old_\w+ back to microservices$/) },
      { title: 'Allow connections to microservices' },
      { title: 'Scale deployment/notification-service back to 1 replica' },
      { title: 'Scale deployment/payment-service back to 2 replicas' },
      { title: 'Scale deployment/inventory-service back to 2 replicas' },
      { title: 'Scale deployment/saga-orchestrator back to 2 replicas' },
    ],
  });
  expect((await signals()).unavailable).toBe(4);

  const undone = await opsdeck(['run', '--undo', failed[0]?.run ?? ''], ['postgres']);
  expect(endOf(undone)).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringMatching(/^opsdeck cannot check that the state was restored: Drop the new database/),
  });
  await simulation.wait(60_000);
  const after = await signals();
  expect([after['pg.bytes'], after.unavailable]).toEqual([before['pg.bytes'], 0]);
});
