import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RunExercise } from '../support/exercises.ts';

const production = 'event-bus/production';
const service = ['event-bus-service'];
const kept = ['event-bus-service-config', 'event-bus-service'];
const byHand = ['c1', 'c2', 'c3'];

/** What the configuration is changed to. */
const file = resolve('test/coverage/cases/event-bus-application.yml');
const sha256 = createHash('sha256')
  .update(await readFile(file))
  .digest('hex');

/** What is read back. */
const dump = resolve('test/coverage/cases/eventbus_20260904.sql.gz');

/** What people do by a plan. */
export const eventBusProcedures: readonly RunExercise[] = [
  { env: 'event-bus/staging', runbook: 'deploy', params: { force: 'true' }, confirm: kept, done: byHand },
  { env: production, runbook: 'deploy', params: { force: 'true' }, confirm: kept, done: byHand },
  {
    env: production,
    incident: 'wont-start',
    runbook: 'roll-back',
    params: { revision: '1' },
    confirm: service,
  },
  {
    env: production,
    runbook: 'change-configuration',
    params: { key: 'application.yml', file, sha256 },
    confirm: kept,
  },
  { env: production, runbook: 'back-up', confirm: ['postgres-cluster-0'] },
  { env: production, runbook: 'stop-service', confirm: service },
  {
    env: production,
    incident: 'stopped',
    runbook: 'restore-dump',
    params: { file: dump },
    confirm: ['postgres-cluster-0', 'postgres'],
    done: ['a4'],
  },
  { env: production, incident: 'stopped', runbook: 'start-service', confirm: service },
  { env: production, runbook: 'nightly-dump', done: ['a1'] },
  { env: production, runbook: 'restart-pods', confirm: service },
];
