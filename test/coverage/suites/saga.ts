import { sagaFiles } from '../cases/saga-files.ts';
import { sagaIncidents } from '../cases/saga-incidents.ts';
import { sagaProcedures } from '../cases/saga-procedures.ts';
import { type Exercise, named } from '../support/table.ts';

const env = 'saga/production';

const incidents = [
  'saga-failures',
  'bad-release',
  'high-latency',
  'slow-statements',
  'memory-leak',
  'pool-exhaustion',
  'consumer-lag',
];

const checks: readonly Exercise[] = [
  { check: env },
  ...incidents.map((incident) => ({ check: env, incident })),
  { view: 'inventory', env },
  { view: 'payment', env },
];

/** All exercises of the saga platform. */
export const saga = [...checks.map(named), ...sagaFiles, ...[...sagaIncidents, ...sagaProcedures].map(named)];
