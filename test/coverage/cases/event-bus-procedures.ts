import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunExercise } from '../support/exercises.ts';

const production = 'event-bus/production';
const service = ['event-bus-service'];
const kept = ['event-bus-service-config', 'event-bus-service'];
const byHand = ['c1', 'c2', 'c3'];
/** Parameters of a deployment; the image is the one in the manifests of the simulated system. */
const next = { force: 'true', image: 'registry.trademaster.example/event-bus-service:1.1.0' };

/** New content of the configuration file. */
const file = resolve('test/coverage/cases/event-bus-application.yml');
const sha256 = createHash('sha256')
  .update(await readFile(file))
  .digest('hex');

/** Backup to restore. */
const dump = resolve('test/coverage/cases/eventbus_20260904.sql.gz');

/** Planned procedures. */
export const eventBusProcedures: readonly RunExercise[] = [
  { env: 'event-bus/staging', runbook: 'deploy', params: next, confirm: kept, done: byHand },
  { env: production, runbook: 'deploy', params: next, confirm: kept, done: byHand },
  // New pods start with closed circuit breakers: what failed before holds afterwards.
  {
    env: production,
    incident: 'breaker-left-open',
    runbook: 'deploy',
    params: next,
    confirm: kept,
    done: byHand,
  },
  // The manifests do not set the number of replicas: after the deployment there is still no pod.
  {
    env: production,
    incident: 'stopped',
    runbook: 'deploy',
    params: next,
    confirm: kept,
    done: byHand,
    ending: 'executed-not-recovered',
  },
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
    runbook: 'restore-dump',
    params: { file: dump, aside: 'eventbus_db_20260304' },
    confirm: ['event-bus-service', 'postgres-cluster-0', 'postgres', 'eventbus_db', 'eventbus_db_new'],
  },
  { env: production, incident: 'stopped', runbook: 'start-service', confirm: service },
  {
    env: production,
    runbook: 'nightly-dump',
    done: ['a1'],
    // After the fix the job runs again; its backup contains one more row per row inserted since.
    byHand: async (vars) => {
      const backups = vars['world.backups'] ?? '';
      const last = (await readdir(backups)).sort().at(-1) ?? '';
      const text = gunzipSync(await readFile(join(backups, last))).toString();
      const added = text.replace('--\n-- PostgreSQL', 'insert into events values (2);\n--\n-- PostgreSQL');
      await writeFile(join(backups, 'eventbus_20260304_101600.sql.gz'), gzipSync(added));
    },
  },
  // The cause is reported as fixed, but no new backup appears.
  { env: production, runbook: 'nightly-dump', done: ['a1'], ending: 'executed-not-recovered' },
  { env: production, incident: 'service-down', runbook: 'restart-pods', confirm: service },
  // The new pods are as slow: their pools are exhausted again.
  {
    env: production,
    incident: 'slow-service',
    runbook: 'restart-pods',
    confirm: service,
    ending: 'executed-not-recovered',
  },
];
