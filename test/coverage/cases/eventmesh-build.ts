import type { Exercise } from '../support/table.ts';
import { nightArchive } from './eventmesh-archives.ts';

const dev = 'eventmesh/dev';
const local = 'eventmesh/local';
const staging = 'eventmesh/staging';
const production = 'eventmesh/production';
/** The run that an incident adds to those of the history. */
export const incidentRun = '9000000008';
/** The target of everything that runs in the checkout. */
const forge = ['forge'];

/** Limits that a healthy environment passes, for signals that no incident raises, and names that nothing has. */
export const eventmeshStrictLimits = {
  'errors-warn': '0',
  'known-days': '30',
  'disabled-max': '-1',
  'artifacts-min': '4',
  'memory-warn': '20',
  'disk-warn': '40',
  'io-warn': '4',
  'log-errors-max': '-1',
  'health-alerts-max': '-1',
  'backups-min': '3',
  'backup-slack': '-1',
  'redis-variable': 'REDIS_SENTINEL_URL',
  binary: 'bin/riptide-gateway',
};

/** Builds, tests, scans and deployments on the operator's machine. */
export const eventmeshBuild: readonly Exercise[] = [
  { check: local },
  { check: dev },
  { check: staging },
  { check: production },
  { check: production, sets: eventmeshStrictLimits },
  ...[
    'warnings',
    'resources',
    'deploys',
    'health-monitor',
    'memory-usage',
    'cpu-usage',
    'disk-io',
    'resource-summary',
  ].map((view) => ({ view, env: dev })),
  { view: 'errors', env: production, incident: 'crashed' },
  { view: 'known-issues', env: dev, incident: 'build-broken' },
  { view: 'compile-errors', env: dev, incident: 'build-broken' },

  { env: dev, runbook: 'build-failure' },
  { env: dev, incident: 'build-broken', runbook: 'build-failure', ending: 'failed' },
  { env: dev, incident: 'stale-cache', runbook: 'build-clean' },
  { env: dev, incident: 'vulnerable', runbook: 'build-update' },
  // No newer version is allowed: Cargo.lock stays unchanged.
  { env: dev, runbook: 'build-update', ending: 'executed-not-recovered' },
  { env: dev, runbook: 'build-mend', done: ['a4'] },
  {
    env: local,
    incident: 'crashed',
    runbook: 'local-health',
    done: ['a1'],
    ending: 'executed-not-recovered',
  },
  { env: dev, runbook: 'test-failure' },
  { env: dev, incident: 'tests-broken', runbook: 'test-failure', ending: 'failed' },
  { env: dev, runbook: 'test-one', params: { target: 'integration_tests' } },
  { env: dev, runbook: 'test-one', params: { target: 'no_such_target' }, ending: 'failed' },
  { env: dev, runbook: 'test-mend', done: ['a1'] },
  { env: local, runbook: 'build-fast', params: { jobs: '4' } },
  { env: local, runbook: 'build-cached' },
  { env: local, runbook: 'test-suite', params: { suite: 'lib', threads: '2' } },
  { env: local, runbook: 'test-quick' },
  { env: local, runbook: 'inspect-build' },
  { env: dev, runbook: 'report-metrics', params: { builds: '5' } },
  { env: dev, runbook: 'watch-health', params: { seconds: '1', lasts: '3s' } },
  // At the interval of the environment.
  ...[local, staging, production].map((env) => ({ env, runbook: 'watch-health', params: { lasts: '61s' } })),
  { env: dev, runbook: 'watch-resources', params: { seconds: '10', interval: '5' } },
  { env: local, runbook: 'profile-memory', params: { lasts: '3s' } },
  { env: local, runbook: 'benchmarks' },
  {
    env: local,
    runbook: 'debug-run',
    params: { level: 'debug', lasts: '3s' },
    confirm: ['monitors'],
  },

  { env: dev, runbook: 'security-scan' },
  { env: dev, incident: 'vulnerable', runbook: 'security-scan', ending: 'failed' },
  { env: dev, incident: 'unsafe-code', runbook: 'security-scan', ending: 'executed-not-recovered' },
  { env: dev, incident: 'secrets-due', runbook: 'secrets', done: ['a1'] },
  // No secret is due: nothing was rotated.
  { env: dev, runbook: 'secrets', done: ['a1'], ending: 'executed-not-recovered' },
  {
    env: dev,
    incident: 'secret-committed',
    runbook: 'secrets',
    done: ['a1'],
    ending: 'executed-not-recovered',
  },
  { env: dev, runbook: 'security-review', done: ['c5'] },
  { env: dev, runbook: 'rate-limit' },

  { env: staging, runbook: 'deploy-dry-run', confirm: forge },
  { env: dev, runbook: 'deploy', params: { version: '0.1.1' }, confirm: forge },
  {
    env: dev,
    incident: 'build-broken',
    runbook: 'deploy',
    params: { version: '0.1.1' },
    confirm: forge,
    ending: 'failed',
  },
  {
    env: dev,
    runbook: 'deploy-by-hand',
    params: { version: '0.1.1', binaries: ['riptide-api', 'riptide-cli'] },
    confirm: ['forge', 'hosts', 'eventmesh-api', '/opt/eventmesh/dev'],
  },
  // HEAD is 0.1.1; no other version is built or copied under that name.
  ...[dev, staging].map((env) => ({
    env,
    runbook: 'deploy',
    params: { version: '0.1.0' },
    confirm: forge,
    ending: 'failed' as const,
  })),
  {
    env: dev,
    incident: 'uncommitted',
    runbook: 'deploy',
    params: { version: '0.1.1' },
    confirm: forge,
    ending: 'failed',
  },
  {
    env: dev,
    incident: 'tests-broken',
    runbook: 'deploy-without-tests',
    params: { version: '0.1.1', reason: 'the other region is down' },
    confirm: forge,
  },
  { env: dev, runbook: 'deploy-without-backup', params: { version: '0.1.1' }, confirm: forge },
  { env: staging, runbook: 'deploy', params: { version: '0.1.1' }, confirm: forge },
  { env: staging, incident: 'crashed', runbook: 'deploy', params: { version: '0.1.1' }, confirm: forge },
  // Nobody has reviewed 0.1.0, and staging does not run 0.1.1.
  ...['0.1.0', '0.1.1'].map((version) => ({
    env: production,
    runbook: 'deploy',
    params: { version, host: 'vm-1', archive: nightArchive, approver: 'Ada Lovelace' },
    confirm: ['forge', 'hosts', 'staging'],
    done: ['c5', 'c7', 'approved'],
    ending: 'failed' as const,
  })),

  // CI on GitHub: run 9000000008 is that of the incident.
  { check: production, incident: 'release-waiting' },
  { check: production, incident: 'ci-slow' },
  { check: production, incident: 'bad-release' },
  { check: dev, incident: 'ci-flaky' },
  { check: dev, incident: 'secrets-due' },
  {
    env: dev,
    incident: 'ci-flaky',
    runbook: 'ci-failure',
    params: { run: incidentRun },
    confirm: ['ci.yml'],
  },
  { env: dev, runbook: 'api-scan', confirm: ['api-validation.yml'] },
  {
    env: production,
    incident: 'release-waiting',
    runbook: 'approve-release',
    params: { run: incidentRun, release: 'v0.1.2', reason: 'reviewed and tested' },
    confirm: ['production', 'v0.1.2'],
  },
  // The code does not compile: a new attempt fails again, and the log says why.
  {
    env: dev,
    incident: 'build-broken',
    runbook: 'ci-failure',
    params: { run: incidentRun },
    confirm: ['ci.yml'],
    ending: 'executed-not-recovered',
  },
];
