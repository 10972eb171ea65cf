import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { FactsState } from '../../store/facts.ts';
import type { PastSnapshot, TimeTravel } from '../../store/past/decode-state.ts';
import { decodeState, omittedRows } from '../../store/past/decode-state.ts';
import { applySnapshotDelta, parseSnapshot } from '../../store/past/snapshot-doc.ts';
import type { HistoryDb } from './database/db.ts';
import type { HistorySnapshot, NeighborTimes } from './database/snapshots.ts';
import type { SnapshotRing } from './snapshot-ring.ts';
import { decompressText } from './snapshot-ring.ts';

/**
 * Maximum time in ms for which a snapshot is valid after it was taken, unless a newer one exists. After that
 * there is a gap.
 */
const validMs: Millis = 45_000;
/** Maximum decoded snapshots in the cache: those of each environment on screen and recent ones. */
const maxCached = 24;

interface PastParts {
  readonly clock: { wallOffset(): Millis };
  /** Returns the snapshots in memory of an environment; undefined when its history is not recorded. */
  ringOf(system: string, env: string): SnapshotRing | undefined;
  /** Returns the database while it is open. */
  db(): HistoryDb | undefined;
}

const opened = (
  { at, ahead, whole, delta }: HistorySnapshot,
  live: FactsState,
  aheadNow: Millis,
): PastSnapshot => {
  const base = parseSnapshot(decompressText(whole));
  const doc = delta === undefined ? base : applySnapshotDelta(base, decompressText(delta));
  const now = at - ahead;
  return {
    is: 'kept',
    at,
    now,
    state: decodeState(doc, live, { at: now, shift: aheadNow - ahead }),
    unkept: omittedRows(doc),
  };
};

const latest = (...times: readonly (Millis | undefined)[]): Millis | undefined =>
  times.filter((position) => position !== undefined).toSorted((a, b) => b - a)[0];
const earliest = (...times: readonly (Millis | undefined)[]): Millis | undefined =>
  times.filter((position) => position !== undefined).toSorted((a, b) => a - b)[0];

const nearest = (a: NeighborTimes, b: NeighborTimes): NeighborTimes => {
  const before = latest(a.before, b.before);
  const after = earliest(a.after, b.after);
  return { ...defined({ before, after }) };
};

/** Creates the lookup of past snapshots: first in memory, then in the database. It never throws. */
export const createTimeTravel = ({ clock, ringOf, db }: PastParts): TimeTravel => {
  const ready = new Map<string, PastSnapshot>();

  const cached = (name: string, snapshot: PastSnapshot): PastSnapshot => {
    ready.delete(name);
    ready.set(name, snapshot);
    for (const oldest of ready.keys()) {
      if (ready.size <= maxCached) break;
      ready.delete(oldest);
    }
    return snapshot;
  };

  const search = (
    system: string,
    env: string,
    ring: SnapshotRing,
    live: FactsState,
    time: Millis,
  ): PastSnapshot => {
    const after = time - validMs;
    const snapshot = ring.find(after, time) ?? db()?.snapshot(system, env, after, time);
    if (snapshot !== undefined) return opened(snapshot, live, clock.wallOffset());
    return { is: 'nothing', ...nearest(ring.near(time), db()?.near(system, env, time) ?? {}) };
  };

  return {
    hasHistory: ({ system, env }) => ringOf(system, env) !== undefined,
    snapshotAt: ({ system, env }, live, position) => {
      const ring = ringOf(system, env);
      if (ring === undefined) return { is: 'off' };
      // The history of earlier cockpits is recalled only after the first snapshots are available, so the
      // number of past series is part of the cache key.
      const name = JSON.stringify([system, env, position, Object.keys(live.past).length]);
      const had = ready.get(name);
      if (had !== undefined) return cached(name, had);
      try {
        const result = search(system, env, ring, live, position);
        return result.is === 'kept' ? cached(name, result) : result;
      } catch (error) {
        // The database is corrupt or has foreign content; snapshots in memory remain available.
        return { is: 'nothing', why: errorMessage(error) };
      }
    },
  };
};
