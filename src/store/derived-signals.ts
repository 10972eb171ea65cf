import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import { isRaisedLevel } from '../domain/facts/level.ts';
import type { FeedInfo } from '../domain/facts/reading.ts';
import { type FeedState, isStale } from '../domain/facts/reading.ts';
import type { KindView, SignalRow } from '../domain/facts/snapshot.ts';
import { signalKey } from '../domain/facts/snapshot.ts';
import { judgeThreshold, judgeThresholdOnce, type Verdict } from '../domain/facts/threshold.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import { formatAge } from '../domain/text/duration.ts';
import { type CalcResult, evaluateCalc, joinSeries } from '../expressions/calc/evaluate.ts';
import type { Derivation } from '../expressions/rows/derivation.ts';
import { foldRows, operandSignals } from '../expressions/rows/derivation.ts';
import type { FactsFrame, FactsState } from './facts.ts';
import { isOver, lossThreshold, staleLevel } from './signal-series.ts';

/** True when a feed's response can change a signal, directly or through its operands. */
type Into = (feed: FeedInfo, signal: SignalSpec) => boolean;

interface Leaves {
  readonly signals: Set<string>;
  readonly kinds: Set<FactKind>;
}

const collect = (id: string, specs: ReadonlyMap<string, SignalSpec>, into: Leaves): Leaves => {
  if (into.signals.has(id)) return into;
  into.signals.add(id);
  const derived = specs.get(id)?.derived;
  if (derived?.is === 'fact') into.kinds.add(derived.fold.kind);
  if (derived?.is === 'calc')
    for (const name of derived.calc.operands) collect(derived.of[name] ?? '', specs, into);
  return into;
};

/** Returns signals with every signal that they depend on, and the kinds of facts that these aggregate. */
export const inputsBehind = (
  ids: Iterable<string>,
  signals: readonly SignalSpec[],
): { readonly signals: ReadonlySet<string>; readonly kinds: ReadonlySet<FactKind> } => {
  const specs = new Map(signals.map((spec) => [spec.id, spec]));
  const into: Leaves = { signals: new Set(), kinds: new Set() };
  for (const id of ids) collect(id, specs, into);
  return into;
};

/** Returns a signal and, if it is derived, every signal that it depends on. */
export const signalsBehind = (id: string, { signals }: Pick<FactsFrame, 'signals'>): ReadonlySet<string> =>
  inputsBehind([id], signals).signals;

const intoOf = ({ signals }: FactsFrame): Into => {
  const specs = new Map(signals.map((spec) => [spec.id, spec]));
  const leaves = new Map(
    signals.map(({ id }) => [id, collect(id, specs, { signals: new Set(), kinds: new Set() })]),
  );
  return (feed, { id }) => {
    const of = leaves.get(id);
    if (of === undefined) return false;
    const kinds: ReadonlySet<string> = of.kinds;
    return kinds.has(feed.kind) || feed.signals?.some((signal) => of.signals.has(signal)) === true;
  };
};

const known = new WeakMap<FactsFrame, Into>();

/** Returns the predicate that maps signals to the feeds they depend on. Computed once per frame. */
export const feedsOfSignals = (frame: FactsFrame): Into => {
  const had = known.get(frame);
  if (had !== undefined) return had;
  const made = intoOf(frame);
  known.set(frame, made);
  return made;
};

/** Returns the keys in a record that belong to the series of a signal. */
export const signalKeys = (signal: string, byKey: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(byKey).filter((key) => key === signal || key.startsWith(`${signal}{`));

type DerivedSpec = SignalSpec & { readonly derived: Derivation };

/** Returns the derived signals in groups: each reads the levels of signals of earlier groups only. */
export const derivedInOrder = ({
  signals,
}: Pick<FactsFrame, 'signals'>): readonly (readonly DerivedSpec[])[] => {
  const specs = new Map(signals.map((spec) => [spec.id, spec]));
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const had = depths.get(id);
    if (had !== undefined) return had;
    // A signal that is derived from itself ends here.
    depths.set(id, 0);
    const derived = specs.get(id)?.derived;
    const below = operandSignals(derived).map(depthOf);
    const depth = Math.max(0, ...below) + (derived?.is === 'calc' && derived.calc.readsLevels ? 1 : 0);
    depths.set(id, depth);
    return depth;
  };
  const groups = Map.groupBy(
    signals.filter((spec): spec is DerivedSpec => spec.derived !== undefined && spec.problem === undefined),
    ({ id }) => depthOf(id),
  );
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group);
};

/** Returns the verdict keys of derived signals that depend on one of these feeds. */
export const dependentSignalKeys = (
  feeds: readonly { readonly feed: FeedInfo }[],
  { frame, verdicts }: FactsState,
): readonly string[] => {
  const into = feedsOfSignals(frame);
  return frame.signals
    .filter((spec) => spec.derived !== undefined && feeds.some(({ feed }) => into(feed, spec)))
    .flatMap(({ id }) => signalKeys(id, verdicts));
};

/** True while an operand has never been read. That is not silence, so there is nothing to judge. */
const isAwaited = ({ value, fault }: DerivedSeries): boolean => value === undefined && fault === undefined;

const silent = (
  derivedSeries: DerivedSeries,
  spec: SignalSpec,
  was: Verdict | undefined,
  faults: readonly Fault[],
  now: Millis,
): Verdict => {
  const lost = derivedSeries.fault === undefined ? faults : [derivedSeries.fault];
  const threshold =
    derivedSeries.staleSince === undefined
      ? lossThreshold(spec.threshold, lost)
      : { ...spec.threshold, noData: staleLevel(spec.threshold, lost) };
  const verdict = judgeThreshold(was, undefined, threshold, derivedSeries.staleSince ?? now);
  const age = derivedSeries.at === undefined ? '' : `last read ${formatAge(now - derivedSeries.at)} ago`;
  return { ...verdict, why: derivedSeries.fault?.message ?? age };
};

const isSilent = (derivedSeries: DerivedSeries): boolean =>
  derivedSeries.value === undefined || derivedSeries.staleSince !== undefined;

/**
 * Returns the verdict after an operand was read; undefined while an operand is awaited. `faults`: those of
 * the feeds the signal depends on.
 */
export const derivedVerdict = (
  derivedSeries: DerivedSeries,
  spec: SignalSpec,
  was: Verdict | undefined,
  faults: readonly Fault[],
  { memory, now }: { readonly memory: boolean; readonly now: Millis },
): Verdict | undefined => {
  if (isAwaited(derivedSeries)) return undefined;
  if (isSilent(derivedSeries)) return silent(derivedSeries, spec, memory ? was : undefined, faults, now);
  return memory
    ? judgeThreshold(was, derivedSeries.value, spec.threshold, now, spec.unit)
    : judgeThresholdOnce(derivedSeries.value, spec.threshold, now, spec.unit);
};

/**
 * Returns the verdict between readings: a value that has become stale since counts as silence. A series that
 * was never judged has no verdict, because no rule may depend on an unobserved silence.
 */
export const derivedVerdictNow = (
  derivedSeries: DerivedSeries,
  spec: SignalSpec,
  was: Verdict | undefined,
  faults: readonly Fault[],
  now: Millis,
): Verdict | undefined => {
  if (was === undefined || isAwaited(derivedSeries)) return undefined;
  return isSilent(derivedSeries) && (was.silent !== true || isOver(was))
    ? silent(derivedSeries, spec, was, faults, now)
    : was;
};

/** Current state of one series of a derived signal. */
export interface DerivedSeries {
  readonly key: string;
  readonly labels: SignalRow['labels'];
  readonly source: string;
  readonly value?: number;
  /** The reason for a missing value; also absent until the first reading. */
  readonly fault?: Fault;
  /** The time since which the series has been stale because an operand is too old. */
  readonly staleSince?: Millis;
  /** Reading times of its oldest and newest operands. */
  readonly at?: Millis;
  readonly newest?: Millis;
}

/** State that derivations read. */
export interface DerivationInput {
  readonly now: Millis;
  rowsOf(signal: string): readonly SignalRow[];
  viewOf(kind: FactKind): KindView;
  /** Returns the polled feeds of a kind. */
  feedsOf(kind: FactKind): readonly FeedState[];
}

type Calculated = Extract<Derivation, { is: 'calc' }>;

const moments = (all: readonly (Millis | undefined)[]): Pick<DerivedSeries, 'at' | 'newest'> => {
  const known = all.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { at: Math.min(...known), newest: Math.max(...known) };
};

/** Returns the earliest time at which an operand, or the series by its own `staleMs`, became stale. */
const staleSince = (
  spec: SignalSpec,
  parts: readonly (Millis | undefined)[],
  time: Millis | undefined,
  now: Millis,
): Pick<DerivedSeries, 'staleSince'> => {
  const { staleMs } = spec.threshold;
  const own =
    staleMs !== undefined && time !== undefined && now - time > staleMs ? time + staleMs : undefined;
  const since = [...parts, own].filter((moment) => moment !== undefined);
  return since.length === 0 ? {} : { staleSince: Math.min(...since) };
};

const isNumeric = (value: string): boolean => value.trim() !== '' && Number.isFinite(Number(value));

const labelText = (labels: SignalRow['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** The reason an operand has no number, under its name in the formula; no `fault` while it is awaited. */
interface Lost {
  readonly why: string;
  readonly fault?: Fault;
}

const lostOf = (
  name: string,
  signal: string,
  row: SignalRow | undefined,
  labels: SignalRow['labels'],
  now: Millis,
): Lost => {
  const called = name === signal ? name : `${name} (${signal})`;
  const missing = (what: string): Lost => {
    const why = `${called} ${what}`;
    return { why, fault: { kind: 'missing', source: '', message: why, at: now } };
  };
  if (row === undefined) return missing(`has no series ${labelText(labels)}`);
  if (row.value !== undefined && row.level === 'unknown')
    return row.verdict === undefined ? { why: `${called} has no level yet` } : missing(row.verdict.why);
  if (row.value !== undefined) return missing(`is "${row.value}", not a number`);
  if (row.fault === undefined) return { why: `${called} has not been read yet` };
  const why = `${called}: ${row.fault.message}`;
  return { why, fault: { ...row.fault, message: why } };
};

const calculate = (
  spec: SignalSpec,
  { calc, of }: Calculated,
  input: DerivationInput,
): readonly DerivedSeries[] => {
  const rows = new Map(calc.operands.map((name) => [name, input.rowsOf(of[name] ?? '')]));
  return joinSeries(rows).map(({ labels, of: joined }): DerivedSeries => {
    const lost: Lost[] = [];
    const note = (name: string, row: SignalRow | undefined): Lost => {
      const why = lostOf(name, of[name] ?? '', row, labels, input.now);
      lost.push(why);
      return why;
    };
    const numberOf = (name: string): CalcResult => {
      const row = joined.get(name);
      const value = row?.value;
      if (typeof value === 'number') return { value };
      if (value !== undefined && isNumeric(value)) return { value: Number(value) };
      return note(name, row);
    };
    // A signal without a value has a level where its `noData` says so.
    const raised = (name: string): CalcResult => {
      const row = joined.get(name);
      if (row === undefined || row.level === 'unknown') return note(name, row);
      return { value: isRaisedLevel(row.level) ? 1 : 0 };
    };
    const outcome = evaluateCalc(calc.root, numberOf, raised);
    const used = [...joined.values()];
    const times = moments(used.map((row) => row.at));
    const stale = used.filter((row) => row.stale).map((row) => row.verdict?.since ?? row.at ?? input.now);
    const made = {
      key: signalKey(spec.id, labels),
      labels,
      source: '',
      ...times,
      ...staleSince(spec, stale, times.at, input.now),
    };
    if ('value' in outcome) return { ...made, value: outcome.value };
    const cause = lost.find(({ why }) => why === outcome.why) ?? {
      fault: { kind: 'missing', source: '', message: outcome.why, at: input.now } as const,
    };
    return cause.fault === undefined ? made : { ...made, fault: cause.fault };
  });
};

const count = (
  spec: SignalSpec,
  { fold }: Extract<Derivation, { is: 'fact' }>,
  input: DerivationInput,
): DerivedSeries => {
  const isOurs = (source: string): boolean => fold.source === undefined || fold.source === source;
  const feeds = input.feedsOf(fold.kind).filter(({ feed }) => isOurs(feed.source));
  const view = input.viewOf(fold.kind);
  const { outcome, stale } = foldRows(fold.kind, view, fold);
  const times = moments(feeds.map(({ known }) => known?.at));
  const old = feeds.filter((feed) => isStale(feed, input.now));
  const matters = stale || (old.length > 0 && old.length === feeds.length);
  const since = matters ? old.map(({ feed, known }) => (known?.at ?? input.now) + feed.staleMs) : [];
  const made = {
    key: spec.id,
    labels: {},
    source: fold.source ?? '',
    ...times,
    ...staleSince(spec, since, times.at, input.now),
  };
  if ('value' in outcome) return { ...made, value: outcome.value };
  const fault = view.faults.find(({ source }) => isOurs(source));
  if (fault !== undefined) return { ...made, fault: { ...fault, message: outcome.why } };
  if (view.waiting > 0) return made;
  return { ...made, fault: { kind: 'missing', source: '', message: outcome.why, at: input.now } };
};

/** Returns the series of a derived signal, computed from the current signals or facts. */
export const deriveSignal = (
  spec: SignalSpec,
  derived: Derivation,
  input: DerivationInput,
): readonly DerivedSeries[] =>
  derived.is === 'calc' ? calculate(spec, derived, input) : [count(spec, derived, input)];
