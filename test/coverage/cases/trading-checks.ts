import { certificateDays } from '../../../src/simulator/servers/http/tls-endpoint.ts';
import { morning } from '../../simulation/simulation.ts';
import type { Exercise } from '../support/table.ts';

const env = 'trading/production';

/** Days until the certificate of the simulated platform expires. */
export const tradingCertificateDays = certificateDays(morning);

const incidents = [
  'dependency-down',
  'service-down',
  'high-error-rate',
  'high-latency',
  'pool-exhaustion',
  'pool-leak',
  'slow-queries',
  'statements-missing',
  'pipeline-failed',
  'deployment-failed',
  'paged',
  'cache-full',
  'kafka-down',
  'monitoring-down',
  'database-down',
  'finding-open',
];

/** Limits that a healthy environment passes, for signals that no incident raises. */
export const tradingStrictLimits = {
  'repository-ms': '1',
  'heap-warn': '5',
  'slots-warn': '5',
  'memory-warn': '10',
  'backup-hours': '1',
  'tls-days': String(tradingCertificateDays + 35),
  'key-days': '50',
  'kafka-brokers': '2',
  'pool-size': '11',
};

const views: readonly { readonly view: string; readonly incident?: string }[] = [
  { view: 'service' },
  { view: 'database' },
  { view: 'database-file' },
  { view: 'gateway' },
  { view: 'deployments' },
  { view: 'access' },
  { view: 'access-5xx', incident: 'service-down' },
  { view: 'errors', incident: 'high-error-rate' },
  { view: 'gateway-5xx', incident: 'high-error-rate' },
  { view: 'pool', incident: 'pool-exhaustion' },
];

const inspections: readonly Exercise[] = [
  { env, runbook: 'check-configuration' },
  { env, runbook: 'daily-check' },
  { env, incident: 'dependency-down', runbook: 'daily-check' },
  { env, runbook: 'weekly-check', done: ['c5', 'c6-review', 'c7'] },
  { env, runbook: 'monthly-check', done: ['c1', 'c8'] },
  { env, incident: 'finding-open', runbook: 'weekly-check', done: ['c5', 'c6-review', 'c7'] },
  { env, incident: 'finding-open', runbook: 'monthly-check', done: ['c1', 'c8'] },
];

/** `check` of the trading service, healthy and in each incident, its log views, and its checklists. */
export const tradingChecks: readonly Exercise[] = [
  { check: env },
  { check: env, sets: tradingStrictLimits },
  { check: 'trading/local' },
  ...incidents.map((incident) => ({ check: env, incident })),
  ...views.map((view) => ({ ...view, env })),
  ...inspections,
];
