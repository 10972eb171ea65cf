import type { Millis } from '../../domain/fault.ts';
import type { FactsState } from '../../store/facts.ts';
import { applyDelta, parseDoc } from '../../store/past/doc.ts';
import type { Looked, Past } from '../../store/past/state-of.ts';
import { stateOf, unkeptOf } from '../../store/past/state-of.ts';
import type { HistoryDb } from './database/db.ts';
import type { FoundMoment, Near } from './database/moments.ts';
import type { MomentRing } from './moment-ring.ts';
import { unpacked } from './moment-ring.ts';

/** A moment stands for what came after it, until the next one or for so long. Then there is a gap. */
const standsMs: Millis = 45_000;
/** Moments that are held ready: one of each environment on the screen, and those just left. */
const heldReady = 24;

interface PastParts {
  readonly clock: { wallOffset(): Millis };
  /** What is held of an environment; undefined when nothing of it is kept. */
  ringOf(system: string, env: string): MomentRing | undefined;
  /** The database, while it is open. */
  db(): HistoryDb | undefined;
}

const opened = ({ at, ahead, whole, delta }: FoundMoment, live: FactsState, aheadNow: Millis): Looked => {
  const base = parseDoc(unpacked(whole));
  const doc = delta === undefined ? base : applyDelta(base, unpacked(delta));
  const now = at - ahead;
  return {
    is: 'kept',
    at,
    now,
    state: stateOf(doc, live, { at: now, shift: aheadNow - ahead }),
    unkept: unkeptOf(doc),
  };
};

const latest = (...moments: readonly (Millis | undefined)[]): Millis | undefined =>
  moments.filter((at) => at !== undefined).toSorted((a, b) => b - a)[0];
const earliest = (...moments: readonly (Millis | undefined)[]): Millis | undefined =>
  moments.filter((at) => at !== undefined).toSorted((a, b) => a - b)[0];

const nearest = (a: Near, b: Near): Near => {
  const [before, after] = [latest(a.before, b.before), earliest(a.after, b.after)];
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
};

/** Looks moments up: in memory first, then in the database. Whatever is wrong with that, it never throws. */
export const createPast = ({ clock, ringOf, db }: PastParts): Past => {
  const ready = new Map<string, Looked>();

  const hold = (name: string, looked: Looked): Looked => {
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
    ring: MomentRing,
    live: FactsState,
    moment: Millis,
  ): Looked => {
    const after = moment - standsMs;
    const found = ring.find(after, moment) ?? db()?.moment(system, env, after, moment);
    if (found !== undefined) return opened(found, live, clock.wallOffset());
    return { is: 'nothing', ...nearest(ring.near(moment), db()?.near(system, env, moment) ?? {}) };
  };

  return {
    keeps: ({ system, env }) => ringOf(system, env) !== undefined,
    look: ({ system, env }, live, moment) => {
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
