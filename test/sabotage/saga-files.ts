import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { dumps } from '../coverage/cases/saga-dump.ts';
import type { RunExercise } from '../coverage/support/exercises.ts';
import { certificateFiles, secretFile } from '../coverage/support/secret-files.ts';

const env = 'saga/production';
const services = ['saga-orchestrator', 'inventory-service', 'payment-service', 'notification-service'];

const [{ certificate, key }, dump, password, old] = await Promise.all([
  certificateFiles(['api.saga.example', 'saga.example']),
  secretFile('dump.sql', dumps.whole),
  secretFile('password', 'another-one\n'),
  secretFile('old-password', 'rehearsal\n'),
]);
process.once('exit', () => {
  for (const path of [certificate, dump.path, password.path, old.path])
    rmSync(dirname(path), { recursive: true, force: true });
});

/** Exercises of the saga platform with a local file as input: a certificate, a password, a dump. */
export const sagaFiles: readonly RunExercise[] = [
  {
    env,
    runbook: 'certificate',
    params: { certificate, key, deployments: 'notification-service' },
    confirm: ['microservices-tls', 'notification-service'],
    done: ['a3'],
  },
  {
    env,
    runbook: 'password',
    params: { role: 'postgres', file: password.path, old: old.path, deployments: 'inventory-service' },
    confirm: ['postgres', 'postgres-secret', 'inventory-service'],
  },
  {
    env,
    runbook: 'database-recovery',
    params: { file: dump.path },
    confirm: [...services, 'microservices', 'postgres', 'postgres-0'],
    done: ['b1'],
  },
];
