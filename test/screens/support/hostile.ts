import type { Fault, FaultKind } from '../../../src/domain/base/fault.ts';
import type { AnyFact, FactKind } from '../../../src/domain/facts/facts.ts';
import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { CockpitState } from '../../../src/store/cockpit.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../../support/made-facts.ts';
import { closeBreaker, shopCockpit } from './shop.ts';
import type { Scene } from './user.ts';

const stamp = { source: 'bus', at: noon - 2000 };

/** One fact of every kind, all of whose free texts are replaced; enumerated values stay. */
const samples: Readonly<Partial<Record<FactKind, readonly AnyFact[]>>> = {
  health: [
    health('billing', {
      status: 'down',
      detail: 'x',
      components: [{ name: 'db', status: 'UP' }],
      latencyMs: 12,
    }),
    health('orders', { status: 'up' }),
  ],
  breakers: [breaker('psp', { state: 'open', failureRate: 82, failureRateThreshold: 50 }), breaker('mail')],
  pools: [pool('hikari', { active: 20, max: 20, pending: 3 }), pool('ledger', { kind: 'postgres' })],
  lag: [lag('events', { lag: 900, motion: 'falling-behind', member: 'm' }), lag('mail', { lag: 0 })],
  workloads: [
    {
      ...stamp,
      kind: 'pod',
      namespace: 'n',
      name: 'p',
      owner: 'o',
      node: 'n',
      status: 'OOMKilled',
      detail: 'd',
      image: 'i',
      ready: 0,
      wanted: 1,
    },
    {
      ...stamp,
      kind: 'deployment',
      namespace: 'n',
      name: 'd',
      owner: '',
      node: '',
      status: 'ok',
      revision: '3',
      ready: 1,
      wanted: 1,
    },
    {
      ...stamp,
      kind: 'container',
      namespace: 'n',
      name: 'c',
      owner: 'o',
      node: 'n',
      status: 'Running',
      ready: 1,
      wanted: 1,
    },
  ],
  alerts: [
    {
      ...stamp,
      name: 'a',
      severity: 'critical',
      state: 'firing',
      labels: { team: 'x' },
      summary: 's',
      since: noon - 60_000,
    },
    { ...stamp, name: 'b', severity: 's', state: 'silenced', labels: {}, summary: '' },
  ],
  sessions: [
    {
      ...stamp,
      database: 'd',
      pid: 41,
      user: 'u',
      state: 'active',
      waiting: 'w',
      blockedBy: [],
      query: 'q',
      application: 'a',
      client: 'c',
      durationMs: 900_000,
    },
    { ...stamp, database: 'd', pid: 42, user: 'u', state: 's', waiting: 'w', blockedBy: [41], query: 'q' },
  ],
};
const kinds = Object.keys(samples) as readonly (keyof typeof samples)[];

/** Enumerated values: parsers accept no others. */
const closed: ReadonlySet<string> = new Set(['source', 'kind', 'state', 'motion']);
const openStates: ReadonlySet<FactKind> = new Set(['sessions']);

/** Returns the value with each text replaced by the next of `texts`. */
const spoilt = (value: unknown, next: () => string, kind: FactKind, name = ''): unknown => {
  if (typeof value === 'string') {
    if (name === 'status' && kind === 'health') return value;
    return closed.has(name) && !(name === 'state' && openStates.has(kind)) ? value : next();
  }
  if (Array.isArray(value)) return value.map((element) => spoilt(element, next, kind));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      kind === 'alerts' && name === 'labels' ? next() : key,
      // A component's status is free text of the system.
      name === 'components' ? spoilt(held, next, 'pools', key) : spoilt(held, next, kind, key),
    ]),
  );
};

const inTurn = (texts: readonly string[]): (() => string) => {
  let index = 0;
  return () => texts[index++ % texts.length] ?? '';
};

/** Facts of a hostile system; they can be stored repeatedly, with other texts each time. */
export const storeHostileFacts = (store: FactsStore, texts: readonly string[], time: number): void => {
  const next = inTurn(texts);
  for (const kind of kinds) {
    const items = (samples[kind] ?? []).map((fact) => ({
      ...(spoilt(fact, next, kind) as AnyFact),
      at: time,
    }));
    learn(store, feedInfo(`bus/${kind}`, kind), { items }, time);
  }
  const values = [next(), next()].map((value, index) =>
    sample('disk', index === 0 ? 91 : value, { at: time, labels: { [next()]: next() } }),
  );
  learn(store, feedInfo('bus/queries', 'samples', { signals: ['disk'] }), { samples: values }, time);
  const faults: readonly Fault[] = (['denied', 'timeout', 'malformed'] as const).map((kind: FaultKind) => ({
    ...fault(kind, next()),
    at: time,
    remedy: next(),
  }));
  learn(store, feedInfo('bus/faulty', 'health'), { faults }, time);
};

const entry = (next: () => string): JournalEntry => ({
  at: noon - 9000,
  kind: 'image',
  level: 'warn',
  what: next(),
  change: next(),
  source: next(),
  row: next(),
});

/** Other texts of the cockpit, replaced likewise. */
const spoiltCockpit = (texts: readonly string[]): Partial<CockpitState> => {
  const next = inTurn(texts);
  const { open } = shopCockpit;
  const runbook = { ...closeBreaker, title: next(), covers: [next()] };
  return {
    ...shopCockpit,
    environments: ['production', next()].map((env) => ({
      system: 'shop',
      env,
      title: next(),
      tier: 'staging',
    })),
    ...(open === undefined
      ? {}
      : {
          open: {
            ...open,
            title: next(),
            where: next(),
            contacts: [{ id: 'c', name: next(), role: next(), reach: next() }],
            links: [{ id: 'l', title: next(), url: next() }],
          },
        }),
    suggestions: [{ runbook, fits: 'yes', why: next(), danger: 'disruptive' }],
    messages: [{ at: noon - 9000, level: 'crit', text: next() }],
    journal: [entry(next), entry(next)],
    description: {
      title: next(),
      source: next(),
      state: { is: 'read', at: noon, lines: [next(), next(), next()] },
    },
  };
};

/** An environment all of whose texts are hostile. */
export const hostileScene = (texts: readonly string[]): Scene => {
  const store = createFactsStore(
    frame({
      system: 'shop',
      signals: [
        spec('disk', { title: texts[0] ?? '', unit: '%', threshold: { warn: { op: '>', value: 80 } } }),
      ],
      sources: { bus: { type: 'actuator', kinds: [...kinds] } },
    }),
  );
  storeHostileFacts(store, texts, noon - 2000);
  return { facts: store, cockpit: spoiltCockpit(texts) };
};
