import type { Millis } from '../domain/fault.ts';
import type { SignalRow, Snapshot } from '../domain/snapshot.ts';
import { perKind } from '../kinds/registry.ts';
import type { FactsState } from './facts.ts';
import { viewOf } from './health-view.ts';
import { everyFault } from './known-faults.ts';
import { signalRows } from './row-reader.ts';
import { keepList, sameFields, sameInside } from './same.ts';
import { totalLevel } from './total-level.ts';

/** What was worked out last: for which state and when it was looked at. */
interface Taken {
  readonly state: FactsState;
  readonly lookedAt: Millis;
  readonly snapshot: Snapshot;
}

/** By the fixed part of the facts: what says the same again is the same object again, and so are its rows. */
const latest = new WeakMap<FactsState['frame'], Taken>();

/** Rows that say what they said are the rows that said it. */
const keepRows = (
  before: readonly SignalRow[] | undefined,
  now: readonly SignalRow[],
): readonly SignalRow[] => {
  if (before === undefined) return now;
  const had = new Map(before.map((row) => [row.key, row]));
  const rows = now.map((row) => {
    const was = had.get(row.key);
    return was !== undefined && sameInside(was, row) ? was : row;
  });
  return keepList(before, rows);
};

const take = (state: FactsState, now: Millis, before: Snapshot | undefined): Snapshot => {
  // Each view is kept under its kind, so of that kind.
  const fresh = perKind((kind) => viewOf(kind, state, now)) as unknown as Snapshot['kinds'];
  const kinds = before !== undefined && sameFields(before.kinds, fresh) ? before.kinds : fresh;
  const signals = keepRows(before?.signals, signalRows(state, now));
  const faults = keepList(before?.faults, everyFault(state));
  const { system, env } = state.frame;
  const level = totalLevel(state, { kinds, signals }, now);
  const snapshot: Snapshot = { at: before?.at ?? now, system, env, kinds, signals, faults, level };
  return before !== undefined && sameFields(before, snapshot) ? before : { ...snapshot, at: now };
};

/** What was worked out for this state so short a while ago still holds: nobody can see so small a step of an age. */
const sameMomentMs: Millis = 100;

/**
 * Everything known at one moment of one environment. The same object as long as it says the same: `at` is then the
 * moment since which it has done so.
 */
export const snapshotOf = (state: FactsState, now: Millis): Snapshot => {
  const had = latest.get(state.frame);
  if (had?.state === state && now >= had.lookedAt && now - had.lookedAt < sameMomentMs) return had.snapshot;
  const snapshot = take(state, now, had?.snapshot);
  latest.set(state.frame, { state, lookedAt: now, snapshot });
  return snapshot;
};
