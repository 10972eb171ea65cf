import { expect } from 'vitest';
import type { TimelessFact } from '../../../src/testing/source-rig.ts';
import { user } from '../servers/passwords.ts';
import type { RealRig } from '../stage.ts';

const source = 'promtext';
const sample = (signal: string, more: object): TimelessFact => ({ source, signal, labels: {}, ...more });
/** The description of a metric, of which only a part does not depend on the version. */
const helpOf = (part: string) => ({ help: expect.stringContaining(part) });
const family = (title: string, text: RegExp): TimelessFact => ({
  source,
  title,
  text: expect.stringMatching(text),
});

/** The page that Micrometer writes for the Spring application. */
export const springPageRig: RealRig = {
  path: '/actuator/prometheus',
  rig: {
    type: 'promtext',
    config: (url, password) => ({
      url,
      service: 'shop',
      auth: { basic: { user, password } },
      identity: { path: '', text: 'main_application_class="dev.opsdeck.shop.Shop"' },
    }),
    signals: [
      { id: 'heap', read: { metric: 'jvm_memory_max_bytes', labels: { area: 'heap' }, fold: 'sum' } },
      { id: 'idle', read: { metric: ['no_such_pool', 'hikaricp_connections_idle'] } },
      {
        id: 'waiting',
        read: { metric: 'hikaricp_connections_active', ratioTo: { metric: 'hikaricp_connections_pending' } },
      },
      {
        id: 'p95',
        read: {
          metric: 'http_server_requests_seconds',
          labels: { uri: '~/actuator/health.*' },
          quantile: 0.95,
          fold: 'sum',
        },
      },
      { id: 'closed', read: { metric: 'resilience4j_circuitbreaker_state', labels: { state: 'closed' } } },
    ],
    healthy: {
      'promtext/metrics': {
        items: [
          sample('heap', { value: expect.any(Number), metric: helpOf('memory in bytes') }),
          sample('idle', {
            labels: { pool: 'shop-pool', metric: 'hikaricp_connections_idle' },
            value: 5,
            metric: helpOf('Idle'),
          }),
          sample('waiting', {
            labels: { pool: 'shop-pool' },
            why: '0 divided by 0',
            metric: helpOf('Active'),
          }),
          sample('p95', { value: expect.any(Number) }),
          sample('closed', {
            labels: expect.objectContaining({ name: 'broker' }),
            ...{ value: 1, metric: helpOf('states of the circuit breaker') },
          }),
          sample('closed', {
            labels: expect.objectContaining({ name: 'psp' }),
            ...{ value: 1, metric: helpOf('states of the circuit breaker') },
          }),
        ],
      },
      'promtext/families': {
        items: expect.arrayContaining([
          family('http_server_requests_seconds', /^histogram, \d+ samples/),
          family('hikaricp_connections_max', /^gauge, 1 sample: Max connections$/),
          family('resilience4j_circuitbreaker_state', /^gauge, 12 samples: /),
        ]),
      },
    },
    unknowns: {
      'promtext/metrics': ({ items }) =>
        items.flatMap((item) => ('signal' in item && item.signal === 'waiting' ? [item.value] : [])),
    },
    moving: /\d+ samples?/g,
    operations: {},
  },
};
