import type { Millis } from '../domain/fault.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { FactsState } from './facts.ts';
import { healthView } from './health-view.ts';
import { kindView } from './kind-views.ts';
import { everyFault } from './known-faults.ts';
import { signalRows } from './row-reader.ts';
import { totalLevel } from './total-level.ts';

const latest = new WeakMap<FactsState, Snapshot>();

const take = (state: FactsState, now: Millis): Snapshot => {
  const kinds: Snapshot['kinds'] = {
    health: healthView(state, now),
    breakers: kindView('breakers', state, now),
    lag: kindView('lag', state, now),
    pools: kindView('pools', state, now),
    workloads: kindView('workloads', state, now),
    alerts: kindView('alerts', state, now),
    sessions: kindView('sessions', state, now),
    queues: kindView('queues', state, now),
    ci: kindView('ci', state, now),
  };
  const signals = signalRows(state, now);
  const { system, env } = state.frame;
  const level = totalLevel(state, { kinds, signals }, now);
  return { at: now, system, env, kinds, signals, faults: everyFault(state), level };
};

/** What was worked out for this state so short a while ago still holds: nobody can see so small a step of an age. */
const sameMomentMs: Millis = 100;

/** Everything known at one moment of one environment; the same object for the same state and (nearly) the same moment. */
export const snapshotOf = (state: FactsState, now: Millis): Snapshot => {
  const had = latest.get(state);
  if (had !== undefined && now >= had.at && now - had.at < sameMomentMs) return had;
  const snapshot = take(state, now);
  latest.set(state, snapshot);
  return snapshot;
};
