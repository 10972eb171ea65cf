import type { Fault } from '../../../src/domain/base/fault.ts';
import type { AnyFact, Sample } from '../../../src/domain/facts/facts.ts';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import type { Alert } from '../../../src/kinds/alerts/fact.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import { calcSpec } from '../../support/derived-specs.ts';
import {
  fault,
  feedInfo,
  frame,
  learnNext,
  noon,
  sample,
  spec,
  storesWith,
} from '../../support/made-facts.ts';
import { closeBreaker, shop, shopCockpit } from './shop.ts';
import type { Scene } from './user.ts';

const seconds = (count: number): number => noon - count * 1000;
const minutes = (count: number): number => seconds(60 * count);

const limits = {
  error: {
    warn: { op: '>=', value: 1 },
    crit: { op: '>=', value: 5 },
    clear: { warn: { op: '<', value: 0.8 } },
    forMs: 60_000,
  },
  p99: { warn: { op: '>=', value: 1.5 }, crit: { op: '>=', value: 4 } },
  settled: { warn: { op: '<', value: 100 } },
  orders: { warn: { op: '<', value: 300 } },
  heap: { warn: { op: '>=', value: 85 } },
} as const;

const ratio = calcSpec(
  'error.rate',
  '100 * e / n',
  { e: 'errors', n: 'requests' },
  { title: 'error rate', unit: '%', threshold: limits.error },
);
const counts = [
  spec('errors', { title: 'errors', unit: '/s', source: 'prom' }),
  spec('requests', { title: 'requests', unit: '/s', source: 'prom' }),
];
const p99 = spec('p99', { title: 'p99', unit: 's', source: 'prom', threshold: limits.p99 });
const settled = spec('settled', {
  title: 'settled',
  unit: '/min',
  source: 'ledger',
  threshold: limits.settled,
});
const orders = spec('orders', { title: 'orders', unit: '/min', source: 'prom', threshold: limits.orders });
const heap = spec('heap', { title: 'heap', unit: '%', source: 'prom', threshold: limits.heap });

const prom = feedInfo('prom/queries', 'samples', {
  everyMs: 15_000,
  staleMs: 45_000,
  signals: ['errors', 'requests', 'p99', 'orders', 'heap'],
});
const ledger = feedInfo('ledger/sql', 'samples', { everyMs: 15_000, staleMs: 45_000, signals: ['settled'] });

/** Values at one time by signal, without those the environment does not have. */
type Values = Readonly<Record<string, number>>;

const environment = (
  env: string,
  signals: readonly SignalSpec[],
  over: { readonly spanMs: number; readonly stepMs: number },
  of: (ago: number) => Values,
  more: { readonly ledgerUntil?: number; readonly heap?: Fault } = {},
): FactsStore => {
  const sources = {
    prom: { type: 'prometheus' },
    ledger: { type: 'postgres' },
    am: { type: 'alertmanager' },
  };
  const store = createFactsStore(frame({ system: 'shop', env, signals, sources }));
  const has = new Set(signals.map(({ id }) => id));
  const gives = [...has].filter(
    (id) => !['settled', 'error.rate', more.heap === undefined ? '' : 'heap'].includes(id),
  );
  for (let ago = over.spanMs + 4000; ago > 0; ago -= over.stepMs) {
    const time = noon - ago;
    const values = of(ago);
    const samples = Object.entries(values).flatMap(([id, value]): readonly Sample[] =>
      has.has(id) && id !== 'settled' ? [sample(id, value, { source: 'prom', at: time })] : [],
    );
    learnNext(
      store,
      { ...prom, everyMs: over.stepMs, staleMs: 3 * over.stepMs, signals: gives },
      { samples },
      time,
    );
    if (has.has('settled') && ago > (more.ledgerUntil ?? 0))
      learnNext(
        store,
        ledger,
        { samples: [sample('settled', values.settled, { source: 'ledger', at: time })] },
        time,
      );
  }
  if (more.heap !== undefined)
    learnNext(store, { ...prom, id: 'prom/heap', signals: ['heap'] }, { faults: [more.heap] });
  return store;
};

const calm =
  (error: number, seconds: number, load: number) =>
  (ago: number): Values => ({
    errors: (error / 100) * (400 + 20 * Math.sin(ago / 90_000)),
    requests: 400 + 20 * Math.sin(ago / 90_000),
    p99: seconds * (1 + 0.2 * Math.sin(ago / 120_000)),
    settled: load,
    orders: load * 1.1,
    heap: 40 + ((ago / 15_000) % 4) * 3,
  });

/** Thirteen minutes ago the payment provider failed; half an hour before that, the cockpit was off for ten minutes. */
const ill = (ago: number): Values => {
  const spread = Math.max(0, 13 * 60_000 - ago) / (13 * 60_000);
  return {
    errors: 0.4 + 25 * spread,
    requests: 400 - 5 * spread,
    p99: 0.2 + 1.7 * spread,
    settled: 190 - 120 * spread,
    orders: 412 + 30 * Math.sin(ago / 200_000),
    heap: 58 + ((ago / 15_000) % 4),
  };
};

const signals = [ratio, ...counts, p99, settled, orders, heap];
const recent = { spanMs: 20 * 60_000, stepMs: 15_000 };
const quarter = { spanMs: 15 * 60_000, stepMs: 60_000 };

export const alert = (name: string, more: Partial<Alert> = {}): Alert => ({
  source: 'am',
  at: seconds(2),
  name,
  severity: 'warning',
  state: 'firing',
  labels: {},
  summary: '',
  since: minutes(11),
  ...more,
});

const alerts: readonly Alert[] = [
  alert('DiskFilling', {
    state: 'inhibited',
    labels: { instance: 'search-0', team: 'search' },
    summary: '86 % of 40 GiB',
    since: minutes(130),
  }),
  alert('PodRestarting', {
    state: 'pending',
    labels: { pod: 'billing-7c9f-q8d', namespace: 'shop', team: 'payments' },
    summary: 'restarted 4 times',
    since: minutes(2),
  }),
  alert('PspErrorBudgetBurn', {
    severity: 'page',
    labels: { service: 'billing', team: 'payments', slo: 'psp-availability' },
    summary: 'burns 14× the budget',
  }),
  alert('CertificateExpires', {
    state: 'silenced',
    labels: { instance: 'gateway:443', team: 'platform' },
    summary: 'in 9 days',
    since: minutes(3000),
  }),
  alert('ConsumerLagHigh', {
    severity: 'critical',
    labels: { consumergroup: 'billing-events', team: 'payments' },
    summary: 'lag over 10,000',
    since: minutes(9),
  }),
  alert('SearchSlow', {
    labels: { service: 'search', team: 'search' },
    summary: 'p99 over 1.5 s',
    since: minutes(34),
  }),
];

export const alertsFeed = feedInfo('am/alerts', 'alerts', { everyMs: 5000, staleMs: 15_000 });

const pspOutage: Runbook = {
  ...closeBreaker,
  id: 'psp-outage',
  title: 'The payment provider does not answer',
  when: 'alert(PspErrorBudgetBurn) or alert("PspDown") for 1m',
  params: [],
};

const silence: Runbook = {
  id: 'silence-alert',
  title: 'Silence an alert',
  covers: [],
  params: [
    { name: 'alert', type: 'choice', from: 'alerts.name' },
    { name: 'for', type: 'duration' },
    { name: 'reason', type: 'string' },
  ],
  diagnose: [],
  act: [
    {
      id: 'a1',
      title: 'Silence it',
      use: 'am.silence',
      with: { alert: '${param.alert}', for: '${param.for}', reason: '${param.reason}' },
    },
  ],
  verify: 'none',
  position: { file: 'opsdeck', line: 1, col: 1 },
};

/** The facts of an environment besides its metrics. */
const withTheRest = (store: FactsStore, from: FactsStore | undefined): FactsStore => {
  for (const { feed, known, faults } of Object.values(from?.getState().feeds ?? {})) {
    if (feed.kind === 'samples' || feed.kind === 'notes') continue;
    const items = (known?.items ?? []).filter(
      (item) => !('title' in item) || !('text' in item),
    ) as readonly AnyFact[];
    if (known !== undefined) learnNext(store, feed, { items }, minutes(13));
    learnNext(store, feed, { items, faults }, known?.at ?? seconds(207));
  }
  return store;
};

const production = storesWith((): FactsStore => {
  const facts = environment('production', signals, recent, ill, { ledgerUntil: 207_000 });
  learnNext(
    facts,
    ledger,
    { faults: [{ ...fault('timeout', 'ledger-db:5432: no answer in 3s', 'ledger'), at: seconds(192) }] },
    seconds(192),
  );
  learnNext(
    facts,
    alertsFeed,
    { items: alerts.map((currentAlert) => ({ ...currentAlert, at: minutes(13) })) },
    minutes(13),
  );
  learnNext(facts, alertsFeed, { items: alerts }, seconds(2));
  return withTheRest(facts, shop().facts);
});

const local = storesWith(() =>
  withTheRest(
    environment('local', [ratio, ...counts, p99], quarter, calm(0, 0.04, 0)),
    shop().across?.get('local'),
  ),
);

const dev = storesWith(() =>
  withTheRest(environment('dev', signals, quarter, calm(0.2, 0.18, 120)), shop().across?.get('dev')),
);

const staging = storesWith(() =>
  environment(
    'staging',
    [...signals, spec('jobs', { title: 'jobs waiting', unit: '', source: 'prom' })],
    quarter,
    (ago) => {
      const { heap: _, ...rest } = calm(0.1, 0.21, 330)(ago);
      return { ...rest, jobs: 7 };
    },
    { heap: fault('denied', 'GET /api/v1/query: 403', 'prom') },
  ),
);

/** The shop with metrics in every environment, and its alerts. */
export const monitored = (): Scene => ({
  facts: production(),
  across: new Map([
    ['local', local()],
    ['dev', dev()],
    ['staging', staging()],
  ]),
  cockpit: {
    ...shopCockpit,
    suggestions: [
      ...(shopCockpit.suggestions ?? []),
      {
        runbook: pspOutage,
        fits: 'yes',
        why: 'alerts PspErrorBudgetBurn state is firing',
        danger: 'disruptive',
      },
      {
        runbook: silence,
        fits: 'never',
        why: 'the runbook has no when:, so opsdeck cannot suggest the runbook',
        danger: 'safe',
      },
    ],
  },
});
