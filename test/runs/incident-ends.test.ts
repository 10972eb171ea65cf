import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import type { EnvironmentReader } from '../../src/runs/environment/environment-reader.ts';
import { createIncidentTracker } from '../../src/runs/incidents/incident-tracker.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { breaker, feedInfo, frame, health, learn, noon, sample, spec } from '../support/made-facts.ts';
import { manualClock } from '../support/manual-clock.ts';

test('what an action ends is cleared once the run is verified; without that it has vanished', async () => {
  const clock = manualClock();
  const store = createFactsStore(frame({}));
  const feed = feedInfo('bus/breakers', 'breakers');
  const engine = {
    profile: { signals: [], runbooks: [] },
    feeds: [feed],
    sources: new Map(),
    facts: store,
    snapshot: (): Snapshot => buildSnapshot(store.getState(), clock.now()),
  } as unknown as EnvironmentReader;
  learn(store, feed, { items: [breaker('payment', { state: 'open' })] }, clock.now());
  const effects: readonly DeclaredEffect[] = [
    { does: 'ends', kind: 'breakers', where: { source: 'bus', name: 'payment' } },
  ];
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'remove', effects },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  await clock.advance(1000);
  const actedAt = clock.now();
  await clock.advance(1000);
  learn(store, feed, { items: [] }, clock.now());
  expect(incident?.status(actedAt)).toMatchObject({ state: 'clearing', remaining: 0, unknown: 0 });
  expect(incident?.status()).toMatchObject({ state: 'unknown', vanished: 1 });
});

test('a trend that young pods do not have yet is awaited for its window, and has vanished after it', async () => {
  const clock = manualClock();
  const left = spec('mem.left', {
    unit: 'h',
    read: { query: 'deriv(bytes[10m])' },
    threshold: { crit: { op: '<', value: 2 } },
  });
  const store = createFactsStore(frame({ signals: [left] }));
  const pods = feedInfo('bus/pods', 'workloads');
  const trend = feedInfo('bus/trend', 'samples', { signals: ['mem.left'] });
  const engine = {
    profile: { signals: [left], runbooks: [] },
    feeds: [pods, trend],
    sources: new Map(),
    facts: store,
    snapshot: (): Snapshot => buildSnapshot(store.getState(), clock.now()),
  } as unknown as EnvironmentReader;
  const read = (name: string, hours: number | undefined): void => {
    const pod: Workload = {
      ...{
        source: 'bus',
        at: noon,
        kind: 'pod',
        namespace: 'shop',
        name,
        owner: 'deploy orders',
        node: 'n1',
      },
      ...{ uid: name, status: 'Running', ready: 1, wanted: 1 },
    };
    learn(store, pods, { items: [pod] }, clock.now());
    const others = sample('mem.left', 99, { labels: { pod: 'mail-a' } });
    const own = hours === undefined ? [] : [sample('mem.left', hours, { labels: { pod: name } })];
    learn(store, trend, { items: [], samples: [others, ...own] }, clock.now());
  };
  read('orders-a', 1);
  const effects: readonly DeclaredEffect[] = [
    { does: 'replaces', kind: 'workloads', where: { kind: 'pod', owner: 'deploy orders' }, ready: 1 },
  ];
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'restart', effects },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  const actedAt = clock.now();
  incident?.follow(() => actedAt);
  await clock.advance(1000);
  read('orders-b', undefined);
  expect(incident?.status(actedAt)).toMatchObject({
    ...{ state: 'unknown', unknown: 1, waitsUntil: actedAt + 600_000 },
    worst: [
      {
        why: expect.stringMatching(
          /^mem.left pod=orders-a is gone.* is too new to count: wait for its first 10m$/,
        ),
      },
    ],
  });
  await clock.advance(661_000);
  read('orders-b', undefined);
  expect(incident?.status(actedAt)).toMatchObject({ state: 'unknown', vanished: 1 });
  read('orders-b', 90);
  expect(incident?.status(actedAt)).toMatchObject({ state: 'clearing', unknown: 0 });
});

test('a finding that the object in the place of the former one has too is the old problem, and not a new one', async () => {
  const clock = manualClock();
  const store = createFactsStore(frame({}));
  const feed = feedInfo('bus/breakers', 'breakers');
  const engine = {
    profile: { signals: [], runbooks: [] },
    feeds: [feed],
    sources: new Map(),
    facts: store,
    snapshot: (): Snapshot => buildSnapshot(store.getState(), clock.now()),
  } as unknown as EnvironmentReader;
  const open = (instance: string, name = 'payment') => breaker(name, { instance, state: 'open' });
  const read = (...items: readonly ReturnType<typeof open>[]): void =>
    learn(store, feed, { items }, clock.now());
  read(open('bus-a'), open('bus-b'));
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'restart', effects: [] },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  await clock.advance(1000);
  const actedAt = clock.now();
  await clock.advance(1000);
  read(open('bus-c'), open('bus-d'));
  expect(incident?.status(actedAt)).toMatchObject({ state: 'ongoing', began: 2, remaining: 2, arisen: 0 });
  // More than there were, and another circuit breaker, are new.
  await clock.advance(1000);
  read(open('bus-c'), open('bus-d'), open('bus-e'), open('bus-c', 'mail'));
  expect(incident?.status(actedAt)).toMatchObject({ remaining: 2, arisen: 2 });
});

test('the values of the findings are told before the action and now, with the level of now', async () => {
  const clock = manualClock();
  const errors = spec('errors', {
    title: 'Error rate',
    unit: '%',
    threshold: { crit: { op: '>', value: 5 } },
  });
  const store = createFactsStore(frame({ signals: [errors] }));
  const feed = feedInfo('prom/queries', 'samples', { signals: ['errors'] });
  const checks = feedInfo('http/health', 'health');
  const engine = {
    profile: { signals: [errors], runbooks: [] },
    feeds: [feed, checks],
    sources: new Map(),
    facts: store,
    snapshot: (): Snapshot => buildSnapshot(store.getState(), clock.now()),
  } as unknown as EnvironmentReader;
  const read = (value: number, status: 'up' | 'down'): void => {
    const at = clock.now();
    learn(store, feed, { samples: [sample('errors', value, { source: 'prom', at })] }, at);
    learn(store, checks, { items: [health('psp', { status })] }, at);
  };
  read(48.786, 'down');
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'restart', effects: [] },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  await clock.advance(1000);
  read(12.3, 'up');
  expect(incident?.status().values).toEqual([
    { object: 'Error rate', before: '48.8 %', after: '12.3 %', level: 'crit' },
    { object: 'health psp', before: 'down', after: 'up', level: 'ok' },
  ]);
});
