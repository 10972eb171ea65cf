import { sampled } from '../../support/layer.ts';
import { checkEveryIncident, type IncidentCase } from './every-incident.ts';

const notHealthy = ['crit health eventmesh-api', 'warn health api-status', 'warn signals health.failures'];
const slow = ['crit signals api.ms', 'warn health eventmesh-api', 'warn health api-status'];
const deadUnit = [
  ...notHealthy,
  'crit signals unit',
  'crit workloads eventmesh-api',
  'crit workloads port 8080',
];
const onHosts = ['dev', 'staging', 'production'];

checkEveryIncident(sampled, {
  system: 'eventmesh',
  // The intervals of the profile: those of a drill are so short that on a busy machine a page is stale before the hosts were read.
  sets: (env) => ({ every: '30s', ...(env === 'local' ? {} : { 'hosts-every': '15s' }) }),
  envs: ['local', ...onHosts],
  incidents: [
    // A failure of the build does not affect the running services.
    {
      incident: 'build-broken',
      level: 'crit',
      raised: ['crit signals build.result'],
      calm: ['workloads'],
    },
    {
      incident: 'stale-cache',
      level: 'crit',
      raised: ['crit signals build.result'],
      calm: ['workloads'],
    },
    {
      incident: 'tests-broken',
      level: 'crit',
      raised: ['crit signals tests.failed'],
      calm: ['workloads'],
    },
    {
      incident: 'build-fixed',
      level: 'crit',
      raised: ['crit signals build.result', 'crit signals ci.failed'],
      calm: ['workloads'],
    },
    {
      incident: 'tests-fixed',
      level: 'crit',
      raised: ['crit signals tests.failed', 'crit signals ci.failed'],
      calm: ['workloads'],
    },
    {
      incident: 'secrets-due',
      level: 'crit',
      raised: ['crit signals secrets.age'],
      calm: ['workloads', 'health'],
    },
    // Read only by a runbook.
    ...['vulnerable', 'secret-committed', 'unsafe-code', 'uncommitted'].map(
      (incident): IncidentCase => ({ incident, level: 'ok', raised: [], calm: [] }),
    ),
    // The failed release is a row of CI.
    { incident: 'deploy-denied', level: 'crit', raised: [], calm: ['health', 'signals', 'workloads'] },
    {
      incident: 'release-waiting',
      level: 'warn',
      raised: ['warn signals ci.approvals'],
      calm: ['health', 'workloads'],
    },
    {
      incident: 'ci-flaky',
      level: 'crit',
      raised: ['crit signals ci.failed'],
      calm: ['health', 'workloads'],
    },
    { incident: 'ci-slow', level: 'crit', raised: ['crit signals ci.time'], calm: ['health'] },
    { incident: 'cut-off', level: 'crit', raised: notHealthy, calm: ['workloads'] },
    { incident: 'slow-host', level: 'crit', envs: ['local'], raised: slow, calm: [] },
    { incident: 'hung', level: 'crit', envs: ['local'], raised: ['crit health eventmesh-api'], calm: [] },
    {
      incident: 'hung',
      level: 'crit',
      envs: onHosts,
      raised: ['crit health eventmesh-api'],
      calm: ['workloads'],
    },
    // Only the health page is read in this environment.
    ...[
      'port-conflict',
      'crashed',
      'bad-release',
      'data-corruption',
      'corruption-stopped',
      'system-failure',
      'host-replaced',
    ].map(
      (incident): IncidentCase => ({
        incident,
        level: 'crit',
        envs: ['local'],
        raised: notHealthy,
        calm: [],
      }),
    ),
    {
      incident: 'port-conflict',
      level: 'crit',
      envs: onHosts,
      raised: [...deadUnit, 'crit signals port.strangers'],
      calm: [],
    },
    {
      incident: 'crashed',
      level: 'crit',
      envs: onHosts,
      raised: [...deadUnit, 'crit signals port', 'crit signals s4.log.panic'],
      calm: [],
    },
    { incident: 'bad-release', level: 'crit', envs: onHosts, raised: notHealthy, calm: ['workloads'] },
    { incident: 'data-corruption', level: 'crit', envs: onHosts, raised: notHealthy, calm: ['workloads'] },
    {
      incident: 'corruption-stopped',
      level: 'crit',
      envs: onHosts,
      raised: [...deadUnit, 'crit signals port', 'unknown signals version'],
      calm: [],
    },
    {
      incident: 'system-failure',
      level: 'crit',
      envs: onHosts,
      raised: [...deadUnit, 'crit signals port', 'unknown signals version'],
      calm: [],
    },
    {
      incident: 'host-replaced',
      level: 'crit',
      envs: onHosts,
      raised: [...deadUnit, 'crit signals port', 'unknown signals version'],
      calm: [],
    },
    {
      incident: 'slow-host',
      level: 'crit',
      envs: onHosts,
      raised: [...slow, 'crit signals cpu'],
      calm: ['workloads'],
    },
  ],
});
