import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { Contact, ProfileLink } from '../../../src/domain/profile/profile.ts';
import type { CockpitState, OpenEnvironment } from '../../../src/store/cockpit.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../../support/made-facts.ts';
import { monitored } from './monitored.ts';
import { endedRun } from './runs.ts';
import { closeBreaker, shopCockpit, shopOpen } from './shop.ts';
import type { Scene } from './user.ts';

const seconds = (count: number): number => noon - count * 1000;
const minutes = (count: number): number => seconds(60 * count);

const contacts: readonly Contact[] = [
  { id: 'l1', name: 'On-call engineer', role: 'level 1', reach: '#payments-urgent' },
  { id: 'l2', name: 'Platform team', role: 'level 2', reach: 'platform@example.org' },
  { id: 'psp', name: 'Payment provider', role: 'payments', reach: '+1-555-0100' },
  { id: 'lead', name: 'Duty manager', role: '', reach: '' },
];
const links: readonly ProfileLink[] = [
  { id: 'overview', title: 'System overview', url: 'https://grafana.example.org/d/overview' },
  { id: 'status', title: 'Status of the payment provider', url: 'https://status.example.org/psp' },
];

const change = (time: number, more: Partial<JournalEntry>): JournalEntry => ({
  at: time,
  kind: 'verdict',
  level: 'crit',
  what: '',
  change: '',
  source: 'bus',
  ...more,
});

/** The changes around the outage, oldest first: yesterday's rollout, the change that caused it, its effects, the actions taken. */
const journal: readonly JournalEntry[] = [
  change(minutes(1500), {
    kind: 'rollout',
    level: 'ok',
    what: 'deployment search',
    change: 'revision 11 → 12: the image is the same, but the pod template has changed',
    source: 'k8s',
  }),
  change(minutes(19), {
    kind: 'image',
    level: 'ok',
    what: 'deployment billing',
    change: 'image 1.4.2 → 1.4.3',
    source: 'k8s',
  }),
  change(minutes(19), {
    kind: 'rollout',
    level: 'ok',
    what: 'deployment billing',
    change: 'revision 41 → 42',
    source: 'k8s',
  }),
  change(minutes(13), {
    what: 'breaker billing-0 · psp',
    change: 'CLOSED → OPEN',
    row: 'bus/billing/billing-0/psp',
  }),
  change(minutes(13) + 300, { what: 'billing', change: 'up → down: readiness: psp DOWN', source: 'api' }),
  change(minutes(11), {
    kind: 'alert',
    what: 'alert PspErrorBudgetBurn · billing',
    change: 'FIRING: burns 14× the budget',
    source: 'am',
  }),
  change(seconds(207), {
    kind: 'source',
    level: 'unknown',
    what: 'source ledger',
    change: 'available → no data: ledger-db:5432: no answer in 3s',
    source: 'ledger',
  }),
  change(seconds(60), {
    kind: 'run',
    level: 'warn',
    what: 'production',
    change: 'armed: psp outage',
    source: '',
  }),
  change(seconds(30), {
    what: 'breaker billing-1 · psp',
    change: 'OPEN again: 6 times in 2m',
    row: 'bus/billing/billing-1/psp',
  }),
];

const openWith = (more: Partial<OpenEnvironment>): OpenEnvironment => ({ ...shopOpen, ...more });

const open = (more: Partial<OpenEnvironment>): Partial<CockpitState> => ({
  ...shopCockpit,
  open: openWith(more),
});

const incident = (): Scene => {
  const scene = monitored();
  const ended = endedRun('executed-not-recovered', 'breaker psp of billing-0 is open');
  return {
    ...scene,
    cockpit: { ...scene.cockpit, open: openWith({ contacts, links }), journal, endedRuns: [ended] },
  };
};

const shopSources = {
  api: { type: 'http', kinds: ['health'] },
  bus: { type: 'actuator', kinds: ['breakers', 'pools'] },
  prom: { type: 'prometheus' },
} as const;
const errorRate = spec('error.rate', {
  title: 'error rate',
  unit: '%',
  source: 'prom',
  threshold: { warn: { op: '>=', value: 1 } },
});
const feeds = {
  health: feedInfo('api/health', 'health'),
  breakers: feedInfo('bus/breakers', 'breakers'),
  pools: feedInfo('bus/pools', 'pools'),
  signals: feedInfo('prom/queries', 'samples', { signals: ['error.rate'] }),
};

const shopWithoutFacts = (): FactsStore =>
  createFactsStore(frame({ system: 'shop', env: 'production', signals: [errorRate], sources: shopSources }));

/** Everything was healthy when it was read, this long ago. */
const wellFacts = (ago: number): FactsStore => {
  const store = shopWithoutFacts();
  const time = seconds(ago);
  const services = ['billing', 'checkout', 'search'];
  learn(
    store,
    feeds.health,
    { items: services.map((service) => health(service, { source: 'api', at: time })) },
    time,
  );
  learn(
    store,
    feeds.breakers,
    { items: [breaker('psp', { at: time }), breaker('stock', { at: time })] },
    time,
  );
  learn(store, feeds.pools, { items: [pool('hikari', { active: 2, max: 20, pending: 0, at: time })] }, time);
  learn(store, feeds.signals, { samples: [sample('error.rate', 0.2, { source: 'prom', at: time })] }, time);
  return store;
};

const deniedFacts = (): FactsStore => {
  const store = shopWithoutFacts();
  const denied = (path: string, source: string) => ({
    ...fault('denied', `GET ${path}: 403`, source),
    remedy: 'needs the role VIEWER',
  });
  learn(store, feeds.health, { items: [health('billing', { source: 'api' })] });
  learn(store, feeds.breakers, { faults: [denied('/actuator/circuitbreakers', 'bus')] });
  learn(store, feeds.pools, { faults: [denied('/actuator/metrics', 'bus')] });
  learn(store, feeds.signals, { faults: [denied('/api/v1/query', 'prom')] });
  return store;
};

const fits = [
  { runbook: closeBreaker, fits: 'no', why: 'no breaker is open' },
] as const satisfies CockpitState['suggestions'];
const cannotTell = [
  { runbook: closeBreaker, fits: 'unknown', why: 'breakers unavailable: bus is denied' },
] as const satisfies CockpitState['suggestions'];

/** The same cockpit in every state of a pane that gathers data. */
export const gathered: Readonly<Record<'incident' | 'healthy' | 'empty' | 'denied' | 'stale', () => Scene>> =
  {
    incident,
    healthy: () => ({
      facts: wellFacts(2),
      cockpit: {
        ...open({ contacts, links }),
        suggestions: fits,
        messages: [],
        journal: journal.slice(0, 3),
      },
    }),
    empty: () => ({
      facts: createFactsStore(frame({ system: 'shop', env: 'production', sources: {} })),
      cockpit: { ...open({}), suggestions: [], messages: [] },
    }),
    denied: () => ({
      facts: deniedFacts(),
      cockpit: { ...open({ contacts, links }), suggestions: cannotTell, messages: [] },
    }),
    stale: () => ({
      facts: wellFacts(200),
      cockpit: {
        ...open({ contacts, links }),
        suggestions: cannotTell,
        messages: [],
        journal: journal.slice(0, 3),
      },
    }),
  };
