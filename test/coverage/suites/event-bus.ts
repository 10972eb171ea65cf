import { eventBusIncidents } from '../cases/event-bus-incidents.ts';
import { eventBusProcedures } from '../cases/event-bus-procedures.ts';
import { type Exercise, named } from '../support/table.ts';

const env = 'event-bus/production';

const incidents = [
  'wont-start',
  'high-memory',
  'database-blocked',
  'dependency-down',
  'breaker-left-open',
  'sla',
];

/** Limits that a healthy environment passes, for signals that no incident raises. */
export const eventBusStrictLimits = {
  'threads-max': '10',
  'cpu-warn': '10',
  'memory-warn': '40',
  'oom-max': '-1',
  'backup-hours': '1',
  'security-max': '-1',
  'staging-failures-max': '-1',
};

const checks: readonly Exercise[] = [
  { check: env },
  { check: env, sets: eventBusStrictLimits },
  { check: 'event-bus/staging' },
  ...incidents.map((incident) => ({ check: env, incident })),
  ...['event-bus', 'access', 'error', 'errors', 'performance'].map((view) => ({
    view,
    env,
    incident: 'dependency-down',
  })),
  { view: 'oom', env, incident: 'high-memory' },
];

/** All exercises of the event bus. */
export const eventBus = [...checks, ...eventBusIncidents, ...eventBusProcedures].map(named);
