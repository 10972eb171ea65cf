import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import { parseBound } from '../../src/domain/facts/threshold.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import type { EnvironmentReader } from '../../src/runs/environment/environment-reader.ts';
import { createIncidentTracker } from '../../src/runs/incidents/incident-tracker.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, sample, spec } from '../support/made-facts.ts';
import { manualClock } from '../support/manual-clock.ts';

const limit = parseBound('<90');
if ('error' in limit) throw new Error(limit.error);

/** Compliance by instance; the server tells the least of them. 'denied': the instances cannot be read. */
type World = Readonly<Record<string, number>> | 'denied';

/** The incident around a run after which the world is another one. Its finding was that the least compliance is too low. */
const statusAfter = async (world: World, effects: readonly DeclaredEffect[] = []) => {
  const clock = manualClock();
  const signals = [spec('sla', { unit: '%', threshold: { crit: limit } })];
  const store = createFactsStore(frame({ signals }));
  const value = feedInfo('bus/query:sla', 'samples', { signals: ['sla'] });
  const behind = feedInfo('bus/parts:sla', 'samples', { partsOf: 'sla', everyMs: 0 });
  let here: World = { 'orders-0': 0, 'orders-1': 100 };
  const read = (): void => {
    const parts = here === 'denied' ? { 'orders-1': 100 } : here;
    learn(
      store,
      value,
      { samples: [sample('sla', Math.min(...Object.values(parts)), { at: clock.now() })] },
      clock.now(),
    );
  };
  const readParts = (): void => {
    const values = Object.fromEntries(
      Object.entries(here).map(([instance, of]) => [JSON.stringify({ instance }), Number(of)]),
    );
    const answer =
      here === 'denied'
        ? { faults: [fault('denied', 'HTTP 403')] }
        : { parts: { values, targets: {}, addsUp: false, fold: 'min' as const } };
    learn(store, behind, answer, clock.now());
  };
  const engine = {
    profile: { signals, runbooks: [] },
    feeds: [value, behind],
    sources: new Map(),
    facts: store,
    snapshot: (): Snapshot => buildSnapshot(store.getState(), clock.now()),
    readNow: async (ids: readonly string[]) => {
      if (ids.includes(value.id)) read();
      if (ids.includes(behind.id)) readParts();
    },
  } as unknown as EnvironmentReader;
  read();
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'restart', effects },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  if (incident === undefined) throw new Error('no finding at the start');
  const never = new AbortController().signal;
  await incident.readEvidence(never);
  await clock.advance(1000);
  const actedAt = clock.now();
  const unfollow = incident.follow(() => actedAt);
  here = world;
  for (let second = 0; second < 40; second += 1) {
    await clock.advance(1000);
    read();
    await incident.readEvidence(never);
  }
  unfollow();
  return incident.status(actedAt);
};

longTest('a finding is cleared when all that it was computed from is there and well', async () => {
  expect(await statusAfter({ 'orders-0': 100, 'orders-1': 100 })).toMatchObject({
    state: 'all-clear',
    began: 1,
    unknown: 0,
  });
});

test.each<readonly [string, World, string]>([
  [
    'its worst instance is gone',
    { 'orders-1': 100 },
    'sla instance=orders-0 is gone, it was 0 % before the action',
  ],
  [
    'its instances can no longer be read',
    'denied',
    'the series that sla is computed from could not be read: HTTP 403',
  ],
])('a finding is unknown, not cleared, when %s', async (_, world, why) => {
  expect(await statusAfter(world)).toMatchObject({
    state: 'unknown',
    remaining: 0,
    unknown: 1,
    worst: [{ what: 'sla', why }],
  });
});

test('an instance that the run has ended explains that its part is gone', async () => {
  const effects: readonly DeclaredEffect[] = [
    { does: 'ends', kind: 'signals', where: { signal: 'sla', instance: 'orders-0' } },
  ];
  expect(await statusAfter({ 'orders-1': 100 }, effects)).toMatchObject({ state: 'all-clear', unknown: 0 });
});

/** The incident around a run after which a counter has another value. */
const counterAfter = async (value: number) => {
  const clock = manualClock();
  const most = parseBound('>2');
  if ('error' in most) throw new Error(most.error);
  const signals = [
    spec('kills', { unit: '', read: { query: 'oom_kills_total' }, threshold: { crit: most } }),
  ];
  const store = createFactsStore(frame({ signals }));
  const feed = feedInfo('bus/query:kills', 'samples', { signals: ['kills'] });
  const read = (of: number): void =>
    learn(store, feed, { samples: [sample('kills', of, { at: clock.now() })] }, clock.now());
  const engine = {
    ...{ profile: { signals, runbooks: [] }, feeds: [feed], sources: new Map(), facts: store },
    snapshot: (): Snapshot => buildSnapshot(store.getState(), clock.now()),
    readNow: async () => {},
  } as unknown as EnvironmentReader;
  read(3);
  const incident = createIncidentTracker({
    ...{ engine, clock, runbook: 'restart', effects: [] },
    systemChanges: { parts: [], restarts: false },
    involved: new Set(),
  });
  if (incident === undefined) throw new Error('no finding at the start');
  await clock.advance(1000);
  const actedAt = clock.now();
  const unfollow = incident.follow(() => actedAt);
  for (let second = 0; second < 40; second += 1) {
    await clock.advance(1000);
    read(value);
  }
  unfollow();
  return incident.status(actedAt);
};

test('a counter that a restart has set back does not clear its finding', async () => {
  expect(await counterAfter(0)).toMatchObject({
    state: 'unknown',
    unknown: 1,
    worst: [{ what: 'kills', why: 'the counter kills was reset by a restart, 3 → 0' }],
  });
});
