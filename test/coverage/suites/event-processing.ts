import { eventProcessingIncidents, eventProcessingWrongPaths } from '../cases/event-processing-incidents.ts';
import { eventProcessingProcedures } from '../cases/event-processing-procedures.ts';
import { type Exercise, named } from '../support/table.ts';

const env = 'event-processing/production';

const incidents = [
  'consumer-lag',
  'breaker-open',
  'mongodb-slow',
  'mongodb-down',
  'localstack-unavailable',
  'resources-missing',
  'events-stuck',
  'dead-letters',
  'data-corruption',
  'consumer-stopped',
];

const views: readonly { readonly view: string; readonly incident?: string }[] = [
  { view: 'kafka' },
  { view: 'mongodb' },
  { view: 'slow-queries' },
  { view: 'access' },
  { view: 'localstack' },
  { view: 'services' },
  { view: 'breaker', incident: 'breaker-open' },
  { view: 'aws', incident: 'localstack-unavailable' },
  { view: 'security' },
  { view: 'service-files' },
];

/** Limits that a healthy environment passes, for signals that no incident raises. */
export const strictLimits = {
  brokers: '2',
  'rebalances-max': '-1',
  'partitions-min': '7',
  'offline-max': '-1',
  'queue-max': '-1',
  'disk-warn': '10',
  'disk-crit': '30',
  'blocked-max': '-1',
  'unauthorized-max': '-1',
  'function-errors-max': '-1',
  'metric-age-warn': '0',
  'metric-age-crit': '100000',
};

/** A window of the availability objective that is short enough for an outage to be seen in it at once. */
export const shortObjective = { slo: '2m' };

const checks: readonly Exercise[] = [
  { check: env },
  { check: env, sets: strictLimits },
  { check: env, incident: 'consumer-stopped', sets: shortObjective },
  { check: 'event-processing/local' },
  ...incidents.map((incident) => ({ check: env, incident })),
  ...views.map((view) => ({ ...view, env })),
];

/** All exercises of event processing. */
export const eventProcessing = [
  ...checks,
  ...eventProcessingIncidents,
  ...eventProcessingWrongPaths,
  ...eventProcessingProcedures,
].map(named);
