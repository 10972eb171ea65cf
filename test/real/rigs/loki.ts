import { nowNs, push, untilFound } from '../loki/push.ts';
import type { Address } from '../servers/server.ts';
import type { RealRig } from '../stage.ts';

const source = 'loki';
const selector = '{namespace="contract"}';
/** Fixed timestamps: repeated pushes are the same lines. */
const hourNs = 3_600_000_000_000n;

const settled = async (server: Address): Promise<void> => {
  const at = nowNs() - (nowNs() % hourNs) - 60_000_000_000n;
  await push(server, { namespace: 'contract', app: 'bus' }, [
    [at, 'INFO it begins'],
    [at + 1n, 'ERROR \x1b[31mit fails\x1b[0m'],
    [at + 2n, 'ERROR it fails again'],
  ]);
  await untilFound(server, selector);
};

const count = `count_over_time(${selector} |= "ERROR" [3h])`;

/** Loki, with three lines of one stream. */
export const lokiRig: RealRig = {
  path: '',
  settled,
  rig: {
    type: source,
    config: (url, password) => ({
      url,
      query: selector,
      lookback: '3h',
      auth: { basic: { user: 'opsdeck', password } },
      identity: { path: '/loki/api/v1/status/buildinfo', text: '"goVersion":' },
    }),
    signals: [
      { id: 'errors', read: { query: `sum by (app) (${count})` } },
      { id: 'streams', read: { query: count, fold: 'count' } },
      { id: 'nowhere', read: { query: 'sum(count_over_time({namespace="nowhere"}[1h]))' } },
    ],
    healthy: {
      'loki/query:errors': { items: [{ source, signal: 'errors', labels: { app: 'bus' }, value: 2 }] },
      'loki/query:streams': { items: [{ source, signal: 'streams', labels: {}, value: 1 }] },
      'loki/query:nowhere': {
        items: [
          { source, signal: 'nowhere', labels: {}, why: 'no line in Loki matches the query of the signal' },
        ],
      },
      'loki/parts:errors': { items: [] },
      'loki/parts:streams': { items: [] },
      'loki/parts:nowhere': { items: [] },
    },
    unknowns: {
      'loki/query:nowhere': ({ items }) => items.map((item) => ('value' in item ? item.value : undefined)),
    },
    operations: {},
  },
};
