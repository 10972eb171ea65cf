import { startHttpServer } from '../../../src/simulator/servers/spring/plain-http.ts';
import type { SourceRig } from '../../../src/testing/source-rig.ts';
import { contractView } from './simulator.ts';

const row = {
  source: 'http',
  env: 'test',
  instance: '',
  status: 'up',
  detail: '',
  components: [],
  httpStatus: 200,
};
const sample = { source: 'http', labels: {} };

export const httpRig: SourceRig = {
  type: 'http',
  start: (clock) => startHttpServer(contractView(clock), 'bus-0'),
  config: (url, secret) => ({
    url,
    auth: { bearer: secret },
    identity: { path: '/version', json: { name: 'bus' } },
    checks: [
      { service: 'bus', path: '/healthz', expect: { json: { status: 'healthy' } } },
      { service: 'stats', path: '/api/v1/events/performance/stats', expect: { json: { windowSeconds: 10 } } },
    ],
  }),
  signals: [
    { id: 'bus.status', read: { status: 'bus' } },
    { id: 'bus.failures', read: { failures: 'bus' } },
    { id: 'bus.breakers', read: { json: 'bus', path: 'breakersNotClosed[0]' } },
    { id: 'stats.errors', read: { json: 'stats', path: 'errors' } },
  ],
  healthy: {
    'http/health@bus': {
      items: [{ ...row, service: 'bus', report: 'health' }],
      samples: [
        { ...sample, signal: 'bus.status', value: 200 },
        { ...sample, signal: 'bus.failures', value: 0 },
        { ...sample, signal: 'bus.breakers', why: 'no number or text at breakersNotClosed[0]: check path:' },
      ],
    },
    'http/health@stats': {
      items: [{ ...row, service: 'stats' }],
      samples: [{ ...sample, signal: 'stats.errors', value: 0 }],
    },
  },
  unknowns: {
    'http/health@bus': ({ samples = [] }) =>
      samples.filter(({ signal }) => signal === 'bus.breakers').map(({ value }) => value),
  },
  partial: {
    denied: /stats/,
    feed: 'http/health@bus',
    items: [{ ...row, service: 'bus', report: 'health' }],
  },
  operations: { request: { method: 'POST', path: '/api/v1/events/circuit-breaker/broker/reset' } },
};
