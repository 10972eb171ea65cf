import type { FaultKind } from '../../../src/domain/base/fault.ts';
import type { AnyFact, Sample } from '../../../src/domain/facts/facts.ts';
import type { FeedKind } from '../../../src/domain/facts/reading.ts';
import type { FactsChange } from '../../../src/store/facts.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  noon,
  pool,
  sample,
  spec,
} from '../../support/made-facts.ts';
import { shopCockpit } from './shop.ts';
import { openCockpit, type User } from './user.ts';

export interface PaneCase {
  /** Its key. */
  readonly pane: string;
  readonly title: string;
  readonly kind: FeedKind;
  readonly noun: string;
  /** A word of its row. */
  readonly fact: (position: number) => AnyFact | Sample;
  readonly word: string;
}

/** Every pane that shows facts, with one healthy row. */
export const panes: readonly PaneCase[] = [
  {
    pane: '1',
    title: 'Health',
    kind: 'health',
    noun: 'services',
    fact: (time) => health('catalog', { at: time }),
    word: 'catalog',
  },
  {
    pane: '2',
    title: 'Threshold matrix',
    kind: 'samples',
    noun: 'signals',
    fact: (time) => sample('heap', 61, { at: time }),
    word: 'heap',
  },
  {
    pane: '3',
    title: 'Circuit breakers',
    kind: 'breakers',
    noun: 'circuit breakers',
    fact: (time) => breaker('stock', { at: time }),
    word: 'stock',
  },
  {
    pane: '4',
    title: 'Consumer lag',
    kind: 'lag',
    noun: 'consumer groups',
    fact: (time) => lag('audit', { at: time, lag: 3 }),
    word: 'audit',
  },
  {
    pane: '5',
    title: 'Connection pools',
    kind: 'pools',
    noun: 'connection pools',
    fact: (time) => pool('hikari', { at: time, active: 1, max: 20 }),
    word: 'hikari',
  },
  {
    pane: '6',
    title: 'Pods',
    kind: 'workloads',
    noun: 'pods, containers or units',
    fact: (time) => ({
      source: 'bus',
      at: time,
      kind: 'pod',
      namespace: 'shop',
      name: 'billing-7c9f',
      owner: 'billing',
      node: 'n1',
      status: 'Running',
    }),
    word: 'billing-7c9f',
  },
  {
    pane: '7',
    title: 'Alerts',
    kind: 'alerts',
    noun: 'alerts',
    fact: (time) => ({
      source: 'bus',
      at: time,
      name: 'LagHigh',
      severity: 'warn',
      state: 'firing',
      labels: {},
      summary: 'lag',
    }),
    word: 'LagHigh',
  },
  {
    pane: 'D',
    title: 'DB sessions',
    kind: 'sessions',
    noun: 'database sessions',
    fact: (time) => ({
      source: 'bus',
      at: time,
      database: 'ledger',
      pid: 4711,
      user: 'app',
      state: 'active',
      waiting: '',
      blockedBy: [],
      query: 'SELECT 1',
    }),
    word: '4711',
  },
];

const feedOf = (kind: FeedKind) =>
  feedInfo('bus/one', kind, {
    everyMs: 5000,
    staleMs: 15_000,
    timeoutMs: 3000,
    ...(kind === 'samples' ? { signals: ['heap'] } : {}),
  });

/** One source with one feed, after these changes. */
export const factsOf = ({ kind }: PaneCase, changes: readonly FactsChange[]): FactsStore => {
  const kinds = kind === 'samples' || kind === 'notes' ? {} : { kinds: [kind] };
  const store = createFactsStore(
    frame({
      system: 'shop',
      sources: { bus: { type: 'actuator', ...kinds } },
      signals: kind === 'samples' ? [spec('heap', { title: 'heap', unit: '%' })] : [],
    }),
  );
  store.apply([{ is: 'opened', feeds: [feedOf(kind)] }, ...changes], noon);
  return store;
};

/** That pane alone, after these changes. */
export const lookAt = async (
  paneCase: PaneCase,
  changes: readonly FactsChange[],
  size: readonly [number, number] = [80, 24],
): Promise<User> => {
  const user = await openCockpit({
    size,
    scene: { facts: factsOf(paneCase, changes), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  await user.press(paneCase.pane);
  if (user.rows()[1]?.startsWith('▌') === true) await user.press('z');
  return user;
};

/** A response of its source: with its row, or (`seen: false`) without any. */
export const learned = (
  { kind, fact }: PaneCase,
  time: number,
  more: { readonly seen?: boolean; readonly faults?: readonly ReturnType<typeof fault>[] } = {},
): FactsChange => {
  const one = more.seen === false ? [] : [fact(time)];
  const batch = kind === 'samples' ? { items: [], samples: one as Sample[] } : { items: one as AnyFact[] };
  return {
    is: 'learned',
    feed: 'bus/one',
    reading: { faults: more.faults ?? [], ...batch },
    began: time,
    at: time,
  };
};

/** A failed read of its source. */
export const lost = (paneCase: PaneCase, kind: FaultKind, message: string): FactsChange =>
  learned(paneCase, noon, { seen: false, faults: [fault(kind, message)] });
