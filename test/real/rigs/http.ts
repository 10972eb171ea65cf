import { user } from '../servers/passwords.ts';
import type { RealRig } from '../stage.ts';
import { shopComponents } from './shop.ts';

const row = {
  source: 'http',
  env: 'test',
  instance: '',
  status: 'up',
  detail: '',
  components: [],
  httpStatus: 200,
};
const shop = { ...row, service: 'shop', components: shopComponents, report: 'health' };
const sample = { source: 'http', labels: {} };

/** The Spring application as a generic HTTP server. */
export const httpRig: RealRig = {
  path: '',
  rig: {
    type: 'http',
    config: (url, password) => ({
      url,
      auth: { basic: { user, password } },
      identity: { path: '/actuator/info', json: { app: { name: 'shop' } } },
      checks: [
        { service: 'shop', path: '/actuator/health', expect: { json: { status: 'UP' } } },
        { service: 'rows', path: '/rows', expect: { json: { rows: 1 } } },
      ],
    }),
    signals: [
      { id: 'shop.status', read: { status: 'shop' } },
      { id: 'shop.failures', read: { failures: 'shop' } },
      { id: 'shop.database', read: { json: 'shop', path: 'components.db.details.database' } },
      { id: 'shop.queue', read: { json: 'shop', path: 'components.jms.details.depth' } },
      { id: 'rows', read: { json: 'rows', path: 'rows' } },
    ],
    healthy: {
      'http/health@shop': {
        items: [shop],
        samples: [
          { ...sample, signal: 'shop.status', value: 200 },
          { ...sample, signal: 'shop.failures', value: 0 },
          { ...sample, signal: 'shop.database', value: 'H2' },
          {
            ...sample,
            signal: 'shop.queue',
            why: 'no number or text at components.jms.details.depth: check path:',
          },
        ],
      },
      'http/health@rows': {
        items: [{ ...row, service: 'rows' }],
        samples: [{ ...sample, signal: 'rows', value: 1 }],
      },
    },
    unknowns: {
      'http/health@shop': ({ samples = [] }) =>
        samples.filter(({ signal }) => signal === 'shop.queue').map(({ value }) => value),
    },
    partial: { denied: /rows/, feed: 'http/health@shop', items: [shop] },
    operations: { request: { method: 'POST', path: '/repair/broker' } },
  },
};
