import { eventProcessingIncidents } from '../cases/event-processing-incidents.ts';
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
];

const checks: readonly Exercise[] = [
  { check: env },
  { check: 'event-processing/local' },
  ...incidents.map((incident) => ({ check: env, incident })),
  ...views.map((one) => ({ ...one, env })),
];

/** All exercises of event processing. */
export const eventProcessing = [...checks, ...eventProcessingIncidents, ...eventProcessingProcedures].map(
  named,
);
