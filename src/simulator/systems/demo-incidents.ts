import type { IncidentSpec } from '../model/spec.ts';

/** How the demo can break. */
export const demoIncidents: readonly IncidentSpec[] = [
  {
    name: 'dependency-down',
    title: 'the broker is down: calls to it fail, and the breakers before it open',
    dependenciesDown: ['broker'],
  },
  {
    name: 'slow-service',
    title: 'catalog answers slowly: its connection pool is exhausted, orders wait for it',
    servicesSlow: { catalog: 1500 },
  },
  {
    name: 'service-down',
    title: 'billing is not running: every connection to it is cut',
    servicesStopped: ['billing'],
  },
  {
    name: 'sla',
    title: 'the nightly batch of orders runs by day: every order waits, too few are answered in time',
    servicesCrowded: { orders: { ms: 900, enough: 4, batch: true } },
  },
  {
    name: 'high-error-rate',
    title: 'a bad release of catalog: every other product cannot be shown',
    servicesReleased: {
      catalog: {
        version: '3.8.0',
        fault: { method: 'GET', share: 0.5, exception: 'NullPointerException' },
      },
    },
  },
  {
    name: 'high-latency',
    title: 'more billing than its one instance can do: requests wait for a connection of the pool',
    servicesCrowded: { billing: { ms: 2600, enough: 3 } },
  },
  {
    name: 'log-storm',
    title: 'somebody left the logger of catalog at DEBUG: two hundred lines a second',
    servicesNoisy: { catalog: 200 },
  },
];
