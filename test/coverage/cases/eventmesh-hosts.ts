import type { RunExercise } from '../support/exercises.ts';
import { incidentRun } from './eventmesh-build.ts';

const env = 'eventmesh/production';
const unit = 'eventmesh-api';
const params = { host: 'vm-1' };

/** Incident runbooks on the hosts. */
export const eventmeshHosts: readonly RunExercise[] = [
  // The simulator's process ids are deterministic: 755 holds the port.
  {
    env: 'eventmesh/dev',
    incident: 'port-conflict',
    runbook: 'port-conflict',
    params,
    confirm: ['755', unit],
  },
  {
    env: 'eventmesh/dev',
    incident: 'port-conflict',
    runbook: 'port-conflict-kill',
    params,
    confirm: ['755', unit],
  },
  {
    env: 'eventmesh/dev',
    incident: 'crashed',
    runbook: 'restart',
    params,
    confirm: [unit],
    done: ['a2-read'],
  },
  {
    env: 'eventmesh/dev',
    incident: 'hung',
    runbook: 'restart',
    params,
    confirm: [unit],
    done: ['a2-read'],
  },
  { env, incident: 'cut-off', runbook: 'network', params, done: ['a3'] },
  {
    env,
    incident: 'deploy-denied',
    runbook: 'deployment-failed',
    params,
    done: ['a1', 'a2', 'a3'],
    // The release is published only now that the directory is writable.
    next: {
      runbook: 'release-rerun',
      params: { run: incidentRun, ...params },
      confirm: ['hosts', 'release.yml'],
      prints: /The release was published/,
    },
  },
  // Its directory still belongs to another account: nothing is sent.
  {
    env,
    incident: 'deploy-denied',
    runbook: 'release-rerun',
    params: { run: incidentRun, ...params },
    confirm: ['hosts', 'release.yml'],
    ending: 'failed',
  },
  // Healthy: checks that were already true prove nothing.
  { env, runbook: 'network', params, done: ['a3'], ending: 'executed-not-recovered' },
  {
    env,
    runbook: 'deployment-failed',
    params,
    done: ['a1', 'a2', 'a3'],
    ending: 'executed-not-recovered',
  },
  {
    env,
    incident: 'slow-host',
    runbook: 'slow',
    params: { ...params, seconds: '5' },
    confirm: ['hosts', unit],
    done: ['a2-leak', 'a2-cpu', 'a2-disk', 'a2-connections', 'a3'],
  },
  { env, incident: 'crashed', runbook: 'error-log', done: ['a1'] },
  { env: 'eventmesh/staging', runbook: 'debug-mode', params, confirm: [unit] },
];
