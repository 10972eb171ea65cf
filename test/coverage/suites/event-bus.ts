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

const checks: readonly Exercise[] = [
  { check: env },
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
