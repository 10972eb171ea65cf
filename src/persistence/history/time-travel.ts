import type { Millis } from '../../domain/fault.ts';
import type { FactsState } from '../../store/facts.ts';
import type { PastSnapshot, TimeTravel } from '../../store/past/decode-state.ts';
import { decodeState, omittedRows } from '../../store/past/decode-state.ts';
import { applySnapshotDelta, parseSnapshot } from '../../store/past/snapshot-doc.ts';
import type { HistoryDb } from './database/db.ts';
import type { HistorySnapshot, NeighborTimes } from './database/snapshots.ts';
import type { SnapshotRing } from './snapshot-ring.ts';
import { decompressText } from './snapshot-ring.ts';

/** A moment stands for what came after it, until the next one or for so long. Then there is a gap. */
const standsMs: Millis = 45_000;
/** Moments that are held ready: one of each environment on the screen, and those just left. */
const heldReady = 24;

interface PastParts {
  readonly clock: { wallOffset(): Millis };
  /** What is held of an environment; undefined when nothing of it is kept. */
  ringOf(system: string, env: string): SnapshotRing | undefined;
  /** The database, while it is open. */
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

const latest = (...moments: readonly (Millis | undefined)[]): Millis | undefined =>
  moments.filter((at) => at !== undefined).toSorted((a, b) => b - a)[0];
const earliest = (...moments: readonly (Millis | undefined)[]): Millis | undefined =>
  moments.filter((at) => at !== undefined).toSorted((a, b) => a - b)[0];

const nearest = (a: NeighborTimes, b: NeighborTimes): NeighborTimes => {
  const [before, after] = [latest(a.before, b.before), earliest(a.after, b.after)];
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
};

/** Looks moments up: in memory first, then in the database. Whatever is wrong with that, it never throws. */
export const createTimeTravel = ({ clock, ringOf, db }: PastParts): TimeTravel => {
  const ready = new Map<string, PastSnapshot>();

  const hold = (name: string, looked: PastSnapshot): PastSnapshot => {
    ready.delete(name);
    ready.set(name, looked);
    for (const oldest of ready.keys()) {
      if (ready.size <= heldReady) break;
      ready.delete(oldest);
    }
    return looked;
  };

  const search = (
    system: string,
    env: string,
    ring: SnapshotRing,
    live: FactsState,
    moment: Millis,
  ): PastSnapshot => {
    const after = moment - standsMs;
    const found = ring.find(after, moment) ?? db()?.moment(system, env, after, moment);
    if (found !== undefined) return opened(found, live, clock.wallOffset());
    return { is: 'nothing', ...nearest(ring.near(moment), db()?.near(system, env, moment) ?? {}) };
  };

  return {
    hasHistory: ({ system, env }) => ringOf(system, env) !== undefined,
    snapshotAt: ({ system, env }, live, moment) => {
      const ring = ringOf(system, env);
      if (ring === undefined) return { is: 'off' };
      // Values of earlier cockpits are recalled after the first moments can be looked at.
      const name = JSON.stringify([system, env, moment, Object.keys(live.past).length]);
      const had = ready.get(name);
      if (had !== undefined) return hold(name, had);
      try {
        const looked = search(system, env, ring, live, moment);
        return looked.is === 'kept' ? hold(name, looked) : looked;
      } catch (error) {
        // A database that is broken or of somebody else's making: what is in memory can still be looked at.
        return { is: 'nothing', why: error instanceof Error ? error.message : String(error) };
      }
    },
  };
};
