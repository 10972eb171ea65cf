import type { Fault, FaultKind } from '../../src/domain/base/fault.ts';
import type { AnyFact, FactKind, Sample, SignalParts } from '../../src/domain/facts/facts.ts';
import type { Limits } from '../../src/domain/facts/level.ts';
import type { FeedInfo, FeedKind } from '../../src/domain/facts/reading.ts';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import type { Breaker } from '../../src/kinds/breakers/fact.ts';
import type { Health } from '../../src/kinds/health/fact.ts';
import type { Lag } from '../../src/kinds/lag/fact.ts';
import type { Pool } from '../../src/kinds/pools/fact.ts';
import type { FactsChange, FactsFrame, FactsState } from '../../src/store/facts.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';

/** 2026-03-04 10:15:07 UTC: the current time of tests without a clock. */
export const noon = Date.parse('2026-03-04T10:15:07Z');

const stamp = { source: 'bus', at: noon };

export const breaker = (name: string, more: Partial<Breaker> = {}): Breaker => ({
  ...stamp,
  service: 'event-bus',
  instance: 'bus-0',
  name,
  state: 'closed',
  ...more,
});

export const health = (service: string, more: Partial<Health> = {}): Health => ({
  ...stamp,
  env: 'production',
  service,
  instance: '',
  status: 'up',
  detail: '',
  components: [],
  ...more,
});

export const pool = (name: string, more: Partial<Pool> = {}): Pool => ({
  ...stamp,
  service: 'billing',
  instance: 'billing-0',
  name,
  kind: 'hikari',
  ...more,
});

export const lag = (group: string, more: Partial<Lag> = {}): Lag => ({
  ...stamp,
  cluster: 'main',
  group,
  topic: 'payments',
  partition: 0,
  motion: 'steady',
  ...more,
});

export const sample = (
  signal: string,
  value: number | string | undefined,
  more: Partial<Sample> = {},
): Sample => ({
  ...stamp,
  signal,
  labels: {},
  ...(value !== undefined && { value }),
  ...more,
});

export const fault = (kind: FaultKind, message = `${kind} at bus`, source = 'bus'): Fault => ({
  kind,
  source,
  message,
  at: noon,
});

export const feedInfo = (id: string, kind: FeedKind, more: Partial<FeedInfo> = {}): FeedInfo => ({
  id,
  source: id.split('/')[0] ?? id,
  name: id.split('/')[1] ?? id,
  kind,
  everyMs: 5000,
  staleMs: 15_000,
  timeoutMs: 3000,
  ...more,
});

export const spec = (id: string, more: Partial<SignalSpec> = {}): SignalSpec => ({
  id,
  title: id,
  source: 'bus',
  read: {},
  unit: 'ms',
  threshold: {},
  covers: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
  ...more,
});

export const frame = (more: Partial<FactsFrame> = {}): FactsFrame => ({
  system: 'demo',
  env: 'production',
  limits: {},
  signals: [],
  memory: true,
  sources: { bus: { type: 'actuator' } },
  ...more,
});

/** What the engine tells the store about one reading of a feed. */
const learnedFrom = (
  feed: FeedInfo,
  batch: {
    readonly items?: readonly AnyFact[];
    readonly samples?: readonly Sample[];
    readonly faults?: readonly Fault[];
    readonly unavailable?: readonly Fault[];
    readonly parts?: SignalParts;
    readonly ageMs?: number;
    readonly partsHiddenBy?: string;
  },
  time: number,
): FactsChange => ({
  is: 'learned',
  feed: feed.id,
  reading: { items: [], faults: [], ...batch },
  began: time,
  at: time,
});

/** Applies one reading of a feed to the store, as the engine does. */
export const learn = (
  store: FactsStore,
  feed: FeedInfo,
  batch: Parameters<typeof learnedFrom>[1],
  time = noon,
): void =>
  store.apply(
    [
      ...(store.getState().feeds[feed.id] === undefined ? [{ is: 'opened', feeds: [feed] } as const] : []),
      learnedFrom(feed, batch, time),
    ],
    time,
  );

/** Learns a reading of a feed that was read all the time since the last one: nothing may have changed unseen in between. */
export const learnNext: typeof learn = (store, feed, batch, time = noon) =>
  store.apply(
    [
      { is: 'opened', feeds: [{ ...feed, staleMs: Number.POSITIVE_INFINITY }] },
      learnedFrom(feed, batch, time),
      { is: 'opened', feeds: [feed] },
    ],
    time,
  );

/** Stores that begin with the same facts, which are worked out once. A state never changes, so they can share it. */
export const storesWith = (make: () => FactsStore): (() => FactsStore) => {
  let first: FactsState | undefined;
  return () => {
    first ??= make().getState();
    const store = createFactsStore(first.frame);
    store.setState(first, true);
    return store;
  };
};

/** A snapshot of one source with one feed per kind. `faults` apply to every feed; feeds of `waiting` kinds are unread. */
export const snapshotWith = (
  kinds: Partial<Record<FactKind, readonly AnyFact[]>>,
  more: {
    readonly faults?: readonly Fault[];
    readonly waiting?: readonly FactKind[];
    readonly limits?: Limits;
    readonly now?: number;
  } = {},
): Snapshot => {
  const store = createFactsStore(frame(more.limits === undefined ? {} : { limits: more.limits }));
  for (const kind of more.waiting ?? [])
    store.apply([{ is: 'opened', feeds: [feedInfo(`bus/${kind}@late`, kind)] }], noon);
  for (const [kind, items] of Object.entries(kinds))
    learn(store, feedInfo(`bus/${kind}`, kind as FactKind), { items, faults: more.faults ?? [] });
  return buildSnapshot(store.getState(), more.now ?? noon);
};

/** A snapshot of signals read by one source. Several values of one signal need a `pod` label. */
export const snapshotOfSignals = (
  specs: readonly SignalSpec[],
  samples: readonly Sample[],
  more: { readonly faults?: readonly Fault[]; readonly now?: number } = {},
): Snapshot => {
  const store = createFactsStore(frame({ signals: specs }));
  const feed = feedInfo('bus/metrics', 'samples', { signals: specs.map((signalSpec) => signalSpec.id) });
  learn(store, feed, { samples, faults: more.faults ?? [] });
  return buildSnapshot(store.getState(), more.now ?? noon);
};
