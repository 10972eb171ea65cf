import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { lokiHandler } from '../../../src/simulator/servers/loki/api.ts';
import { LogStore } from '../../../src/simulator/servers/loki/log-store.ts';
import type { SourceRig } from '../../../src/testing/source-rig.ts';

const source = 'loki';

/** Three lines of one pod, written a minute ago. */
const startLoki = (clock: Clock) => {
  const store = new LogStore();
  const labels = { namespace: 'shop', app: 'bus', pod: 'bus-0' };
  for (const text of ['INFO Starting bus', 'ERROR no broker', 'ERROR no broker yet'])
    store.write(labels, clock.now() - 60_000, text);
  return serve(lokiHandler(clock, { see: () => store }), clock);
};

export const lokiRig: SourceRig = {
  type: source,
  start: startLoki,
  config: (url, secret) => ({
    url,
    query: '{namespace="shop"}',
    lookback: '1h',
    auth: { basic: { user: 'opsdeck', password: secret } },
    identity: { path: '/loki/api/v1/status/buildinfo', json: { version: '3.7.8' } },
  }),
  signals: [
    {
      id: 'errors',
      read: { query: 'sum by (app) (count_over_time({namespace="shop"} |~ "ERROR .*broker" [1h]))' },
    },
    { id: 'all', read: { query: 'count_over_time({app="bus"} |= "ERROR" [1h])', fold: 'sum' } },
    { id: 'nowhere', read: { query: 'sum(count_over_time({namespace="nowhere"} [1h]))' } },
  ],
  healthy: {
    'loki/query:errors': { items: [{ source, signal: 'errors', labels: { app: 'bus' }, value: 2 }] },
    'loki/query:all': { items: [{ source, signal: 'all', labels: {}, value: 2 }] },
    'loki/query:nowhere': {
      items: [
        { source, signal: 'nowhere', labels: {}, why: 'no line in Loki matches the query of the signal' },
      ],
    },
    'loki/parts:errors': { items: [] },
    'loki/parts:all': { items: [] },
    'loki/parts:nowhere': { items: [] },
  },
  unknowns: {
    'loki/query:nowhere': ({ items }) => items.map((item) => ('value' in item ? item.value : undefined)),
  },
  operations: {},
};
