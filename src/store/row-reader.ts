import type { Fault, Millis } from '../domain/fault.ts';
import type { SignalSpec } from '../domain/profile.ts';
import type { SignalRow } from '../domain/snapshot.ts';
import type { Derivation } from '../expressions/calc/derivation.ts';
import { type Derived, derive, type Sight } from './derive.ts';
import { feedsIntoSignals } from './derived-feeds.ts';
import { derivedVerdictNow } from './derived-verdict.ts';
import type { FactsState } from './facts.ts';
import { viewOf } from './health-view.ts';
import { isAsked } from './known-faults.ts';
import { signalRow, sourceRows, unread } from './signal-rows.ts';

/** The signals of one state at one moment. */
export interface RowReader {
  /** One row per series; a signal without any series is one row without a value. None for an id that is no signal's. */
  rows(signal: string): readonly SignalRow[];
  /** What a signal that is worked out says now. */
  derived(spec: SignalSpec, how: Derivation): readonly Derived[];
}

const derivedRow = (
  spec: SignalSpec,
  one: Derived,
  faults: readonly Fault[],
  state: FactsState,
  now: Millis,
): SignalRow => {
  const verdict = derivedVerdictNow(one, spec, state.verdicts[one.key], faults, now);
  return signalRow(spec, one.key, one.labels, {
    source: one.source,
    level: verdict?.level ?? 'unknown',
    stale: one.staleSince !== undefined,
    ...(one.value !== undefined && { value: one.value }),
    ...(one.at !== undefined && { at: one.at }),
    ...(verdict !== undefined && { verdict }),
    ...(one.fault !== undefined && { fault: one.fault }),
  });
};

/** Each signal is looked at once, however many others are worked out from it. */
export const createRowReader = (state: FactsState, now: Millis): RowReader => {
  const specs = new Map(state.frame.signals.map((spec) => [spec.id, spec]));
  const known = new Map<string, readonly SignalRow[]>();
  const feeds = Object.values(state.feeds);
  const sight: Sight = {
    now,
    rowsOf: (signal) => rows(signal),
    viewOf: (kind) => viewOf(kind, state, now),
    feedsOf: (kind) => feeds.filter((one) => one.feed.kind === kind && isAsked(one)),
  };
  const derivedRows = (spec: SignalSpec, how: Derivation): readonly SignalRow[] => {
    const into = feedsIntoSignals(state.frame);
    const faults = feeds.flatMap((one) => (into(one.feed, spec) ? one.faults : []));
    return derive(spec, how, sight).map((one) => derivedRow(spec, one, faults, state, now));
  };
  const rows = (signal: string): readonly SignalRow[] => {
    const had = known.get(signal);
    if (had !== undefined) return had;
    const spec = specs.get(signal);
    if (spec === undefined) return [];
    // A signal that is worked out from itself (no profile with one is opened) finds this here, instead of no end.
    known.set(signal, [unread(spec, state, now)]);
    const made =
      spec.derived === undefined || spec.problem !== undefined
        ? sourceRows(spec, state, now)
        : derivedRows(spec, spec.derived);
    known.set(signal, made);
    return made;
  };
  return { rows, derived: (spec, how) => derive(spec, how, sight) };
};

/** One row per series of every configured signal; a signal without any series is one row without a value. */
export const signalRows = (state: FactsState, now: Millis): readonly SignalRow[] => {
  const reader = createRowReader(state, now);
  return state.frame.signals.flatMap(({ id }) => reader.rows(id));
};
