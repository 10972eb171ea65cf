import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import type { EnvironmentReader } from '../../src/runs/environment/environment-reader.ts';
import { createIncidentTracker } from '../../src/runs/incidents/incident-tracker.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { breaker, feedInfo, frame, learn } from '../support/made-facts.ts';
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
