import type { IncidentSpec } from '../model/spec.ts';

const reservations = {
  share: 0.4,
  error: 'inventory-service: reserve stock: reservation 7f31 is held by a worker that is gone',
};

/** How its services can break. */
export const sagaServiceIncidents: readonly IncidentSpec[] = [
  {
    name: 'saga-failures',
    title:
      'the processes of inventory-service hold reservations that nobody gives back: sagas fail and are compensated',
    servicesFailing: { 'inventory-service': reservations },
  },
  {
    name: 'saga-failures-data',
    title: 'the same, but the reservations are in the database: processes that start anew fail as well',
    servicesFailing: { 'inventory-service': { ...reservations, forGood: true } },
  },
  {
    name: 'bad-release',
    title: 'a release of the orchestrator that loses every fifth new saga: the one before mends it',
    servicesReleased: {
      'saga-orchestrator': {
        version: '1.9.0',
        fault: { method: 'POST', share: 0.2, exception: 'NullPointerException' },
      },
    },
  },
  {
    name: 'high-latency',
    title: 'more sagas than two orchestrators can take: every request waits',
    servicesCrowded: { 'saga-orchestrator': { ms: 900, enough: 5 } },
  },
];
