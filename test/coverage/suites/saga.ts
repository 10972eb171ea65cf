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

/** Limits that a healthy environment passes, for signals that no incident raises. */
export const sagaStrictLimits = {
  'requests-warn': '101',
  'availability-warn': '100',
  'memory-warn': '1',
  'logging-warn': '101',
  'unavailable-max': '-1',
  'pending-max': '-1',
  'tls-days': '300',
};

const checks: readonly Exercise[] = [
  { check: env },
  { check: env, sets: sagaStrictLimits },
  ...incidents.map((incident) => ({ check: env, incident })),
  { view: 'inventory', env },
  { view: 'payment', env },
];

/** All exercises of the saga platform. */
export const saga = [...checks.map(named), ...sagaFiles, ...[...sagaIncidents, ...sagaProcedures].map(named)];
