import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { SignalRow } from '../domain/facts/snapshot.ts';
import type { Profile, SignalSpec } from '../domain/profile/profile.ts';
import { type Trace, type TracedSignal, type TraceEvent, tracedFault } from '../domain/runs/trace.ts';
import { operandSignals } from '../expressions/rows/derivation.ts';
import type { FactsStore } from '../store/facts-store.ts';
import { buildSnapshot } from '../store/snapshot.ts';

const tracedSignal = ({ id, source, derived, read, threshold }: SignalSpec): TracedSignal => ({
  id,
  ...(source === '' ? {} : { source }),
  ...(derived?.is === 'calc' ? { of: operandSignals(derived) } : {}),
  ...(derived?.is === 'fact' ? { facts: derived.fold.kind } : {}),
  ...(typeof read.lines === 'string' ? { view: read.lines } : {}),
  judged: threshold.warn !== undefined || threshold.crit !== undefined,
});

/** The event for an opened profile: its sources, and the origin of each signal. */
export const profileEvent = ({ file, tier, sources, signals, runbooks }: Profile): TraceEvent => ({
  what: 'profile',
  file,
  tier,
  sources: sources.map(({ id, type, problem }) => ({
    id,
    type,
    ...defined({ problem: problem?.message }),
  })),
  signals: signals.map(tracedSignal),
  runbooks: runbooks.length,
});

/** The values compared from one state to the next. */
type Shown = Pick<SignalRow, 'id' | 'level' | 'value' | 'fault'>;

/** A changed value is no event; a changed level is, and a value that appears or disappears. */
const isSame = (a: Shown, b: Shown): boolean =>
  a.level === b.level &&
  (a.value === undefined) === (b.value === undefined) &&
  a.fault?.kind === b.fault?.kind;

const verdictEvent = (was: Shown | undefined, row: SignalRow): TraceEvent => {
  const { key, id, level, value = null, verdict, fault } = row;
  return {
    what: 'verdict',
    signal: id,
    row: key,
    was: was?.level ?? 'none',
    level,
    value,
    ...defined({ why: verdict?.why }),
    ...(fault === undefined ? {} : { fault: tracedFault(fault) }),
  };
};

/** A new row is an event only when something is known of it. */
const isNews = (was: Shown | undefined, row: SignalRow): boolean =>
  was === undefined ? row.level !== 'unknown' || row.value !== undefined : !isSame(was, row);

/** Emits an event for each row of a signal whose verdict changes. Returns what ends it. */
export const traceVerdicts = (facts: FactsStore, trace: Trace, now: () => Millis): (() => void) => {
  let before: ReadonlyMap<string, Shown> = new Map();
  return facts.subscribe((state) => {
    const { signals } = buildSnapshot(state, now());
    const after = new Map(signals.map((row) => [row.key, row]));
    for (const [key, row] of after) {
      const was = before.get(key);
      if (isNews(was, row)) trace(verdictEvent(was, row));
    }
    for (const [key, { id, level }] of before)
      if (!after.has(key))
        trace({ what: 'verdict', signal: id, row: key, was: level, level: 'none', value: null });
    before = after;
  });
};
