import { expect } from 'vitest';
import type { Exercises } from '../support/exercises.ts';
import { certificateFiles, secretFile } from '../support/secret-files.ts';
import type { NamedExercise } from '../support/table.ts';
import { dumps } from './saga-dump.ts';

const env = 'saga/production';
const services = ['saga-orchestrator', 'inventory-service', 'payment-service', 'notification-service'];

const recovery = {
  env,
  runbook: 'database-recovery',
  confirm: [...services, 'microservices', 'postgres', 'postgres-0'],
  done: ['b1'],
};

const ofRunbook = (
  runbook: string,
  carryOut: (exercises: Exercises) => Promise<unknown>,
  incident = 'healthy',
): NamedExercise => ({ name: `${runbook} of ${env}, ${incident}: recovered`, env, runbook, carryOut });

/** A dump that must be rejected: nothing is stopped for it. */
const refusedDump = (name: 'truncated' | 'smaller' | 'empty', why: string): NamedExercise =>
  ofRunbook(
    'database-recovery',
    async (exercises) => {
      await using file = await secretFile('dump.sql', dumps[name]);
      const events = await exercises.run({ ...recovery, params: { file: file.path }, ending: 'failed' });
      expect(events.at(-1)).toMatchObject({ why: expect.stringContaining(why) });
      expect(events.flatMap((event) => (event.event === 'acting' ? [event.step] : []))).toEqual(['b0']);
    },
    `for a dump that is ${name}`,
  );
const lacks = 'in the database but not in the dump: public.inventory, public.payments';

/** Runbooks with a local file as input, or with a target that is known only at run time. */
export const sagaFiles: readonly NamedExercise[] = [
  ofRunbook('certificate', async (exercises) => {
    await using files = await certificateFiles(['api.saga.example', 'saga.example']);
    const { certificate, key } = files;
    await exercises.run({
      env,
      runbook: 'certificate',
      params: { certificate, key, deployments: 'notification-service' },
      confirm: ['microservices-tls', 'notification-service'],
      done: ['a3'],
    });
  }),
  ofRunbook('password', async (exercises) => {
    await using file = await secretFile('password', 'another-one\n');
    await using old = await secretFile('old-password', 'rehearsal\n');
    await exercises.run({
      env,
      runbook: 'password',
      params: { role: 'postgres', file: file.path, old: old.path, deployments: 'inventory-service' },
      confirm: ['postgres', 'postgres-secret', 'inventory-service'],
    });
  }),
  ofRunbook('database-recovery', async (exercises) => {
    await using file = await secretFile('dump.sql', dumps.whole);
    await exercises.run({ ...recovery, params: { file: file.path } });
  }),
  refusedDump('truncated', 'the dump is incomplete, because the last line of pg_dump is missing. Dump again'),
  refusedDump('smaller', lacks),
  refusedDump('empty', lacks),
  ofRunbook(
    'database-recovery',
    async (exercises) => {
      await using file = await secretFile('dump.sql', dumps.smaller);
      await exercises.run({ ...recovery, params: { file: file.path, whole: 'false' } });
    },
    'for a smaller dump that is accepted',
  ),
  ofRunbook('log-rotation', async (exercises) => {
    // Pod names depend on their template: take them from the gate.
    const rotation = { env, runbook: 'log-rotation', params: { deployment: 'payment-service', days: '1' } };
    const refused = (await exercises.run({ ...rotation, ending: 'forbidden' })).at(-1);
    const asked = JSON.stringify(refused).match(/payment-service-[0-9a-z]+-[0-9a-z]+/g) ?? [];
    expect(new Set(asked).size).toBe(2);
    await exercises.run({ ...rotation, confirm: [...new Set(asked), 'fluentd'] });
  }),
];
