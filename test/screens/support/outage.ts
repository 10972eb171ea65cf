import type { Dependencies } from '../../../src/domain/profile/dependencies.ts';
import type { CockpitState } from '../../../src/store/cockpit.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import { breaker, feedInfo, frame, health, learnNext, noon, sample, spec } from '../../support/made-facts.ts';
import { shopCockpit, shopOpen } from './shop.ts';
import type { Scene } from './user.ts';

const minutes = (count: number): number => noon - 60_000 * count;

const sources = {
  api: { type: 'http', kinds: ['health'] },
  bus: { type: 'actuator', kinds: ['breakers'] },
  prom: { type: 'prometheus' },
} as const;

export const outageFeeds = {
  health: feedInfo('api/health', 'health'),
  breakers: feedInfo('bus/breakers', 'breakers'),
  signals: feedInfo('prom/queries', 'samples', { signals: ['error.rate', 'disk'] }),
};

const signals = [
  spec('error.rate', {
    title: 'error rate',
    unit: '%',
    source: 'prom',
    threshold: { crit: { op: '>=', value: 5 } },
  }),
  spec('disk', { title: 'disk', unit: '%', source: 'prom', threshold: { warn: { op: '>=', value: 80 } } }),
];

const outageDependencies: Dependencies = {
  orders: ['broker'],
  bus: ['broker'],
  edge: ['orders'],
  'error.rate': ['edge'],
};

const services = ['broker', 'orders', 'bus', 'edge', 'search'];

/** Everything is well an hour ago; then `down` services fail at these minutes before now. */
export const outageFacts = (down: Readonly<Record<string, number>>, openBreakers = true): FactsStore => {
  const store = createFactsStore(frame({ system: 'shop', env: 'production', signals, sources }));
  const read = (ago: number): void => {
    const time = minutes(ago);
    learnNext(
      store,
      outageFeeds.health,
      {
        items: services.map((service) =>
          health(service, { source: 'api', at: time, status: (down[service] ?? -1) >= ago ? 'down' : 'up' }),
        ),
      },
      time,
    );
    const isBroken = openBreakers && (down.broker ?? -1) >= ago;
    learnNext(
      store,
      outageFeeds.breakers,
      { items: [breaker('broker', { at: time, service: 'bus', state: isBroken ? 'open' : 'closed' })] },
      time,
    );
    learnNext(
      store,
      outageFeeds.signals,
      {
        samples: [
          sample('error.rate', Object.keys(down).length > 0 && ago < 5 ? 40 : 0, {
            source: 'prom',
            at: time,
          }),
          sample('disk', 91, { source: 'prom', at: time }),
        ],
      },
      time,
    );
  };
  for (const ago of [60, ...new Set(Object.values(down)), 0].toSorted((a, b) => b - a)) read(ago);
  return store;
};

/** The broker is down, and everything behind it; the disk is a problem of its own. */
export const outage = (
  down: Readonly<Record<string, number>> = { broker: 10, orders: 9, edge: 9 },
  more: Partial<CockpitState> = {},
): Scene => ({
  facts: outageFacts(down),
  cockpit: {
    ...shopCockpit,
    open: { ...shopOpen, dependencies: outageDependencies },
    suggestions: [],
    messages: [],
    ...more,
  },
});
