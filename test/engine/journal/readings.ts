import type { Fault } from '../../../src/domain/base/fault.ts';
import type { AnyFact, FactKind, Sample } from '../../../src/domain/facts/facts.ts';
import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import { createJournalTracker } from '../../../src/engine/journal/journal-tracker.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { feedInfo, frame, learn, noon } from '../../support/made-facts.ts';

/** The result of one reading; without it, the feeds of these kinds do not answer and their facts become stale. */
export interface Reading {
  readonly kinds?: Partial<Record<FactKind, readonly AnyFact[]>>;
  readonly samples?: readonly Sample[];
  readonly faults?: readonly Fault[];
  /** Seconds since the previous reading (default: 1). */
  readonly after?: number;
}

/** Reads one source repeatedly; returns the journal entries of each reading. */
export const journalOf = (readings: readonly Reading[], signals: readonly SignalSpec[] = []) => {
  const store = createFactsStore(frame({ signals }));
  const track = createJournalTracker();
  let time = noon;
  return readings.map(({ kinds = {}, samples, faults = [], after = 1 }): readonly JournalEntry[] => {
    time += after * 1000;
    const stamped = <T extends { readonly at: number }>(item: T): T =>
      item.at === noon ? { ...item, at: time } : item;
    for (const [kind, items] of Object.entries(kinds))
      learn(store, feedInfo(`bus/${kind}`, kind as FactKind), { items: items.map(stamped), faults }, time);
    if (samples !== undefined)
      learn(
        store,
        feedInfo('bus/metrics', 'samples', { signals: signals.map(({ id }) => id) }),
        { samples: samples.map(stamped), faults },
        time,
      );
    return track(buildSnapshot(store.getState(), time));
  });
};

/** The same as lines: 'breaker bus-0 · broker: CLOSED → OPEN'. */
export const changeLines = (
  readings: readonly Reading[],
  signals: readonly SignalSpec[] = [],
): readonly string[] =>
  journalOf(readings, signals)
    .flat()
    .map(({ what, change }) => `${what}: ${change}`);

export const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'bus',
  at: noon,
  kind,
  namespace: 'shop',
  name,
  owner: '',
  node: '',
  status: 'Running',
  ready: 1,
  wanted: 1,
  ...more,
});
