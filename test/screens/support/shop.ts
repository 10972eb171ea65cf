import type { Fault } from '../../../src/domain/base/fault.ts';
import type { Sample } from '../../../src/domain/facts/facts.ts';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import type { Breaker } from '../../../src/kinds/breakers/fact.ts';
import type { Health } from '../../../src/kinds/health/fact.ts';
import type { Pool } from '../../../src/kinds/pools/fact.ts';
import type { CockpitState, EnvironmentRef, OpenEnvironment } from '../../../src/store/cockpit.ts';
import type { FactsStore } from '../../../src/store/facts-store.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  learnNext,
  noon,
  pool,
  sample,
  spec,
  storesWith,
} from '../../support/made-facts.ts';
import type { Scene } from './user.ts';

const seconds = (count: number): number => noon - count * 1000;
const minutes = (count: number): number => seconds(60 * count);

const readEvery5s = { everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 };

const services: readonly Partial<Health & { service: string }>[] = [
  {
    service: 'billing',
    status: 'down',
    httpStatus: 503,
    latencyMs: 4800,
    detail: 'readiness: psp DOWN (connect timeout 3s)',
    components: [
      { name: 'db', status: 'UP' },
      { name: 'kafka', status: 'UP' },
    ],
  },
  {
    service: 'checkout',
    status: 'degraded',
    httpStatus: 200,
    latencyMs: 1900,
    detail: 'slow response, limit 1.5s',
  },
  { service: 'catalog', httpStatus: 200, latencyMs: 31 },
  { service: 'gateway', httpStatus: 200, latencyMs: 12 },
  { service: 'orders', httpStatus: 200, latencyMs: 180 },
  { service: 'notify', httpStatus: 200, latencyMs: 44 },
];

const breakers: readonly Breaker[] = [
  breaker('psp', {
    service: 'billing',
    instance: 'billing-0',
    state: 'open',
    failureRate: 82,
    slowCallRate: 91,
    failureRateThreshold: 50,
    slowCallRateThreshold: 80,
    bufferedCalls: 100,
    failedCalls: 82,
    notPermittedCalls: 1204,
    slowCalls: 91,
  }),
  breaker('psp', {
    service: 'billing',
    instance: 'billing-1',
    state: 'open',
    failureRate: 79,
    slowCallRate: 88,
    bufferedCalls: 100,
    failedCalls: 79,
    notPermittedCalls: 1166,
  }),
  breaker('billing', {
    service: 'checkout',
    instance: 'checkout-2',
    state: 'half-open',
    bufferedCalls: 4,
    failedCalls: 1,
    notPermittedCalls: 88,
  }),
  breaker('suggest', { service: 'search', instance: 'search-0', state: 'disabled' }),
  breaker('stock', {
    service: 'orders',
    instance: 'orders-0',
    failureRate: 2,
    slowCallRate: 4,
    bufferedCalls: 50,
    failedCalls: 1,
    notPermittedCalls: 0,
  }),
  breaker('mail', {
    service: 'notify',
    instance: 'notify-0',
    failureRate: 0,
    slowCallRate: 0,
    bufferedCalls: 12,
    failedCalls: 0,
    notPermittedCalls: 0,
  }),
];

const pools: readonly Pool[] = [
  pool('hikari', { service: 'billing', instance: 'billing-0', active: 20, idle: 0, max: 20, pending: 37 }),
  pool('hikari', { service: 'orders', instance: 'orders-0', active: 17, idle: 2, max: 20, pending: 0 }),
  pool('ledger', { service: 'ledger', instance: '', kind: 'postgres', active: 112, idle: 68, max: 300 }),
  pool('cart', { service: 'cart', instance: '', kind: 'redis', active: 4, idle: 12, max: 64, pending: 0 }),
];

const signals: readonly SignalSpec[] = [
  spec('error.rate', {
    title: 'error rate',
    unit: '%',
    source: 'prom',
    threshold: { warn: { op: '>=', value: 1 }, crit: { op: '>=', value: 5 } },
  }),
  spec('p99', {
    title: 'p99',
    unit: 's',
    source: 'prom',
    threshold: { warn: { op: '>=', value: 1.5 }, crit: { op: '>=', value: 4 } },
  }),
  spec('settled', {
    title: 'settled',
    unit: '/min',
    source: 'ledger',
    threshold: { warn: { op: '<', value: 100 } },
  }),
  spec('heap', { title: 'heap', unit: '%', source: 'prom', threshold: { warn: { op: '>=', value: 85 } } }),
];

const promFeed = feedInfo('prom/queries', 'samples', {
  ...readEvery5s,
  everyMs: 15_000,
  staleMs: 45_000,
  signals: ['error.rate', 'p99', 'heap'],
});
const ledgerFeed = feedInfo('ledger/sql', 'samples', { ...readEvery5s, signals: ['settled'] });

const values = (time: number, error: number, p99: number, heap: number): readonly Sample[] => [
  sample('error.rate', error, { source: 'prom', at: time }),
  sample('p99', p99, { source: 'prom', at: time }),
  sample('heap', heap, { source: 'prom', at: time }),
];

const healthOf = (
  env: string,
  list: readonly Partial<Health & { service: string }>[],
  time: number,
): readonly Health[] =>
  list.map(({ service = '', ...more }) => health(service, { env, source: 'api', at: time, ...more }));

/** Production of a shop, thirteen minutes after its payment provider failed. */
const shopFacts = storesWith((): FactsStore => {
  const store = createFactsStore(
    frame({
      system: 'shop',
      env: 'production',
      signals,
      sources: {
        api: { type: 'http', kinds: ['health'] },
        bus: { type: 'actuator', kinds: ['breakers', 'pools'] },
        prom: { type: 'prometheus' },
        ledger: { type: 'postgres' },
      },
    }),
  );
  const apiFeed = feedInfo('api/health', 'health', { ...readEvery5s, probe: true, expects: [] });
  const breakerFeed = feedInfo('bus/breakers', 'breakers', readEvery5s);
  const poolFeed = feedInfo('bus/pools', 'pools', readEvery5s);
  const well = services.map(({ service = '' }) => ({ service, httpStatus: 200, latencyMs: 20 }));
  learnNext(store, apiFeed, { items: healthOf('production', well, minutes(400)) }, minutes(400));
  learnNext(
    store,
    breakerFeed,
    {
      items: breakers.map((currentBreaker) => ({
        ...currentBreaker,
        state: 'closed' as const,
        at: minutes(400),
      })),
    },
    minutes(400),
  );
  for (let ago = 20 * 60; ago > 4; ago -= 15) {
    const spread = Math.max(0, 13 * 60 - ago) / (13 * 60);
    const wave = (ago / 15) % 4;
    learnNext(
      store,
      promFeed,
      { samples: values(seconds(ago), 0.1 + 6.3 * spread, 0.2 + 1.7 * spread, 58 + wave) },
      seconds(ago),
    );
    const settled = sample('settled', 300 - 150 * spread, { source: 'ledger', at: seconds(ago) });
    if (ago > 207) learnNext(store, ledgerFeed, { samples: [settled] }, seconds(ago));
  }
  learnNext(store, apiFeed, { items: healthOf('production', services, minutes(13)) }, minutes(13));
  learnNext(store, breakerFeed, { items: breakers }, minutes(13));
  learnNext(store, promFeed, { samples: values(seconds(4), 6.4, 1.92, 61) }, seconds(4));
  learnNext(
    store,
    ledgerFeed,
    { faults: [{ ...fault('timeout', 'ledger-db:5432: no answer in 3s', 'ledger'), at: seconds(207) }] },
    seconds(207),
  );
  learnNext(store, apiFeed, { items: healthOf('production', services, seconds(2)) }, seconds(2));
  const tunnel = {
    ...fault('unreachable', 'tunnel to ledger cut, tried 4 times', 'ledger'),
    at: seconds(207),
  };
  const ledgerProbe = feedInfo('ledger/health', 'health', {
    ...readEvery5s,
    probe: true,
    expects: [{ service: 'ledger', instance: '' }],
  });
  learnNext(store, ledgerProbe, { faults: [tunnel] }, seconds(207));
  learnNext(
    store,
    breakerFeed,
    { items: breakers.map((currentBreaker) => ({ ...currentBreaker, at: seconds(3) })) },
    seconds(3),
  );
  learnNext(
    store,
    poolFeed,
    { items: pools.map((currentPool) => ({ ...currentPool, at: seconds(3) })) },
    seconds(3),
  );
  return store;
});

/** Another environment of the shop, with health only. */
const otherFacts = (
  env: string,
  list: readonly Partial<Health & { service: string }>[],
  age: number,
  faults: readonly Fault[] = [],
): FactsStore => {
  const sources = {
    api: { type: 'http', kinds: ['health'] },
    gate: { type: 'http', kinds: ['health'] },
  } as const;
  const store = createFactsStore(frame({ system: 'shop', env, sources }));
  const feed = feedInfo('api/health', 'health', { ...readEvery5s, probe: true, expects: [] });
  learnNext(store, feed, { items: healthOf(env, list, seconds(age)) }, seconds(age));
  const other = feedInfo('gate/health', 'health', { ...readEvery5s, probe: true, expects: [] });
  learnNext(store, other, { faults }, seconds(age));
  return store;
};

export const closeBreaker: Runbook = {
  id: 'close-breaker',
  title: 'Close a circuit breaker',
  covers: [],
  when: 'any(breakers | state = open)',
  params: [{ name: 'name', type: 'choice', from: 'breakers.name', title: 'breaker' }],
  diagnose: [{ id: 'd1', title: 'Check dependency health', use: 'bus.health' }],
  act: [
    { id: 'a1', title: 'Close it', use: 'bus.breaker', with: { name: '${param.name}', to: 'close' } },
    { id: 'a2', title: 'Notify the dependency owner', manual: true },
  ],
  verify: [
    {
      id: 'v1',
      title: 'psp stays closed',
      that: 'all(breakers | state = closed)',
      withinMs: 60_000,
      forMs: 5000,
    },
  ],
  position: { file: 'production.yaml', line: 40, col: 5 },
};

const restart: Runbook = {
  ...closeBreaker,
  id: 'restart-billing',
  title: 'Restart billing',
  params: [],
  act: [{ id: 'a1', title: 'Restart', use: 'k8s.restart', with: { name: 'billing' }, danger: 'disruptive' }],
};

const environments: readonly EnvironmentRef[] = [
  { system: 'shop', env: 'local', title: 'Shop on this machine', tier: 'local' },
  { system: 'shop', env: 'dev', title: 'Shop dev', tier: 'dev' },
  { system: 'shop', env: 'staging', title: 'Shop staging', tier: 'staging' },
  { system: 'shop', env: 'production', title: 'Shop production', tier: 'production' },
];

/** Armed eight seconds ago. */
export const armed: CockpitState['arming'] = {
  readOnly: true,
  armedUntil: noon + 892_000,
  reason: 'psp outage',
  forMs: 900_000,
};

export const shopOpen: OpenEnvironment = {
  system: 'shop',
  env: 'production',
  title: 'Shop production',
  tier: 'production',
  where: 'prod-eu-1/shop',
  embedded: false,
  incidents: [],
  across: ['local', 'dev', 'staging', 'production'],
};

export const shopCockpit: Partial<CockpitState> = {
  environments,
  open: shopOpen,
  arming: { readOnly: true, forMs: 900_000 },
  suggestions: [
    { runbook: restart, fits: 'unknown', why: 'no source provides workloads' },
    { runbook: closeBreaker, fits: 'yes', why: 'breakers billing-0 · psp is open', danger: 'disruptive' },
  ],
  messages: [{ at: seconds(9), level: 'crit', text: 'breaker billing-1 · psp: HALF-OPEN → OPEN' }],
};

/** The shop of most frames. */
export const shop = (): Scene => {
  const calm = services.map(({ service = '' }, index) => ({
    service,
    httpStatus: 200,
    latencyMs: 9 + 7 * index,
  }));
  return {
    facts: shopFacts(),
    across: new Map([
      ['local', otherFacts('local', calm.slice(0, 4), 1)],
      ['dev', otherFacts('dev', calm, 3)],
      [
        'staging',
        otherFacts(
          'staging',
          [{ service: 'billing', status: 'degraded', httpStatus: 200, latencyMs: 410 }, ...calm.slice(1, 4)],
          4,
          [fault('denied', 'GET https://staging/health: 403', 'gate')],
        ),
      ],
    ]),
    cockpit: shopCockpit,
  };
};
