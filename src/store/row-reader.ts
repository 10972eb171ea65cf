import { defined } from '../domain/base/defined.ts';
import type { Fault, Millis } from '../domain/base/fault.ts';
import type { Sample, SignalParts } from '../domain/facts/facts.ts';
import type { FeedState } from '../domain/facts/reading.ts';
import type { SignalRow } from '../domain/facts/snapshot.ts';
import type { Verdict } from '../domain/facts/threshold.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import { formatAge } from '../domain/text/duration.ts';
import type { Derivation } from '../expressions/rows/derivation.ts';
import { objectOfRead } from '../expressions/witness/read-object.ts';
import {
  type DerivationInput,
  type DerivedSeries,
  derivedVerdictNow,
  deriveSignal,
  feedsOfSignals,
} from './derived-signals.ts';
import type { FactsState } from './facts.ts';
import { feedIndex } from './feed-index.ts';
import { isPolled, kindViewOf } from './kind-views.ts';
import { isOver, isSeriesStale, type SignalSeries, seriesOf, staleLevel } from './signal-series.ts';

/** A bare series of a query: its metric, without a function, an operator or a range. */
const bareSeries = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{[^{}]*\})?\s*$/;

/** Metrics that count since the start of their process. Source: Prometheus docs, metric and label naming. */
const counterName = /(?:_total|_count|_sum|_bucket)$/;

/** True for a signal that reads a counter as it is, not its rate. */
const isCounter = ({ read: { query, metric, per, fold, ratioTo } }: SignalSpec): boolean => {
  if (per !== undefined || ratioTo !== undefined || fold === 'avg') return false;
  const name = typeof query === 'string' ? bareSeries.exec(query)?.[1] : metric;
  return typeof name === 'string' && counterName.test(name);
};

/** Builds the row of a signal from its spec and `fields`. */
const objectFields = ({ read }: SignalSpec): Pick<SignalRow, 'object'> => {
  const object = objectOfRead(read);
  return object === undefined ? {} : { object };
};

const signalRow = (
  spec: SignalSpec,
  key: string,
  labels: SignalRow['labels'],
  fields: Partial<SignalRow>,
): SignalRow => ({
  key,
  id: spec.id,
  title: spec.title,
  unit: spec.unit,
  level: 'unknown',
  source: spec.source,
  labels,
  stale: false,
  ...(isCounter(spec) ? { isCounter: true } : {}),
  ...defined({ hiddenBy: spec.hiddenBy }),
  ...objectFields(spec),
  ...fields,
});

/** Returns the current verdict: a stale value is judged as silence from the time at which it became stale. */
const verdictNow = (
  spec: SignalSpec,
  feedState: FeedState,
  was: Verdict | undefined,
  now: Millis,
): Verdict | undefined => {
  if (feedState.known === undefined || !isSeriesStale(spec, feedState, now)) return was;
  if (was?.silent === true && !isOver(was)) return was;
  const level = staleLevel(spec.threshold, feedState.faults);
  const since = feedState.known.at + (spec.threshold.staleMs ?? feedState.feed.staleMs);
  return { level, since, why: `last read ${formatAge(now - feedState.known.at)} ago`, silent: true };
};

const faultOf = ({ sample }: SignalSeries, feedState: FeedState): Fault | undefined => {
  if (sample?.value !== undefined) return undefined;
  if (sample?.why !== undefined)
    return { kind: 'missing', source: sample.source, message: sample.why, at: sample.at };
  return feedState.faults[0];
};

interface Part {
  readonly key: string;
  readonly value: number;
  readonly labels: readonly (readonly [name: string, value: unknown])[];
}

const partsMade = new WeakMap<SignalParts, readonly Part[]>();

const partsIn = (parts: SignalParts): readonly Part[] => {
  const known =
    partsMade.get(parts) ??
    Object.entries(parts.values).map(([key, value]) => ({
      ...{ key, value },
      labels: Object.entries(JSON.parse(key)),
    }));
  partsMade.set(parts, known);
  return known;
};

/** A part belongs to the row of its group: they have the same value of each label that both have. */
const isOfGroup = (part: Part, labels: SignalRow['labels']): boolean =>
  part.labels.every(([name, value]) => labels[name] === undefined || labels[name] === value);

/** The parts of a row whose value its server computes, as the feed of its parts has read them. */
const computedFields = (feed: FeedState | undefined, labels: SignalRow['labels']): Partial<SignalRow> => {
  if (feed === undefined) return {};
  const [fault] = feed.faults;
  if (fault !== undefined) return { partsProblem: fault.message };
  const { parts: known, partsHiddenBy } = feed.known ?? {};
  if (partsHiddenBy !== undefined) return { hiddenBy: partsHiddenBy };
  if (known === undefined) return {};
  const { values: _, fold, ...computed } = known;
  const own = partsIn(known).filter((part) => isOfGroup(part, labels));
  const parts = Object.fromEntries(own.map(({ key, value }) => [key, value]));
  return { parts, ...defined({ fold }), computed };
};

/** The fields of a sample besides its value that verifications need. */
const evidenceOf = ({
  parts,
  fold,
  computed,
  isCounter,
  isUnmeasured,
  metric,
  origin,
}: Sample): Partial<SignalRow> => ({
  ...(parts !== undefined && { parts }),
  ...(fold !== undefined && { fold }),
  ...(computed !== undefined && { computed }),
  ...(isCounter === true && { isCounter }),
  ...(isUnmeasured === true && { isUnmeasured }),
  ...(metric !== undefined && { metric }),
  ...(origin !== undefined && { origin }),
});

const seriesRow = (
  spec: SignalSpec,
  feedState: FeedState,
  series: SignalSeries,
  state: FactsState,
  now: Millis,
): SignalRow => {
  const { key, labels, sample } = series;
  const verdict = verdictNow(spec, feedState, state.verdicts[key], now);
  const over = isOver(verdict);
  const fault = faultOf(series, feedState);
  return signalRow(spec, key, labels, {
    source: sample?.source ?? feedState.feed.source,
    level: verdict?.level ?? 'unknown',
    stale: !over && isSeriesStale(spec, feedState, now),
    ...(!over && sample?.value !== undefined && { value: sample.value }),
    ...(sample !== undefined && evidenceOf(sample)),
    ...computedFields(feedIndex(state).partsOf(spec.id), labels),
    ...(sample !== undefined
      ? { at: sample.at }
      : feedState.known !== undefined && { at: feedState.known.at }),
    ...(verdict !== undefined && { verdict }),
    ...(fault !== undefined && { fault }),
  });
};

/** Returns the row of a signal without a feed: its source is off, is not open yet, or does not provide it. */
const unread = (spec: SignalSpec, state: FactsState, now: Millis): SignalRow => {
  const isOpen = feedIndex(state).ofSource(spec.source).length > 0;
  const unknown: Fault | undefined =
    spec.source === '' || isOpen
      ? { kind: 'missing', source: spec.source, message: `no feed provides ${spec.id}`, at: now }
      : undefined;
  const fault = spec.problem ?? state.frame.sources[spec.source]?.problem ?? unknown;
  return signalRow(spec, spec.id, {}, fault === undefined ? {} : { fault });
};

/** Keeps the newest of the rows that share a key, at the position of the first. */
const distinct = (rows: readonly SignalRow[]): readonly SignalRow[] => {
  const byKey = new Map<string, SignalRow>();
  for (const row of rows) {
    const had = byKey.get(row.key);
    if (had === undefined || (row.at ?? 0) > (had.at ?? 0)) byKey.set(row.key, row);
  }
  return [...byKey.values()];
};

/**
 * Returns the rows of a signal that a source reads: one per series, or one without a value if there is no
 * series.
 */
const sourceRows = (
  spec: SignalSpec,
  answering: readonly FeedState[],
  state: FactsState,
  now: Millis,
): readonly SignalRow[] => {
  const feeds = spec.problem === undefined ? answering : [];
  if (feeds.length === 0) return [unread(spec, state, now)];
  const alone = feeds.length === 1;
  return distinct(
    feeds.flatMap((feed) =>
      seriesOf(feed.feed, feed.known, spec.id, alone).map((series) =>
        seriesRow(spec, feed, series, state, now),
      ),
    ),
  );
};

/** Reads the signal rows of one state at one time. */
interface SignalRowReader {
  /**
   * Returns one row per series; a signal without series has one row without a value. An unknown signal id has
   * no rows.
   */
  rows(signal: string): readonly SignalRow[];
  /** Returns the current series of a derived signal. */
  derived(spec: SignalSpec, how: Derivation): readonly DerivedSeries[];
}

const derivedRow = (
  spec: SignalSpec,
  derivedSeries: DerivedSeries,
  faults: readonly Fault[],
  state: FactsState,
  now: Millis,
): SignalRow => {
  const verdict = derivedVerdictNow(derivedSeries, spec, state.verdicts[derivedSeries.key], faults, now);
  const over = isOver(verdict);
  return signalRow(spec, derivedSeries.key, derivedSeries.labels, {
    source: derivedSeries.source,
    level: verdict?.level ?? 'unknown',
    stale: !over && derivedSeries.staleSince !== undefined,
    ...(!over && derivedSeries.value !== undefined && { value: derivedSeries.value }),
    ...(derivedSeries.at !== undefined && { at: derivedSeries.at }),
    ...(verdict !== undefined && { verdict }),
    ...(derivedSeries.fault !== undefined && { fault: derivedSeries.fault }),
  });
};

/** Creates a reader that evaluates each signal once, however many derived signals use it. */
export const createSignalRowReader = (state: FactsState, now: Millis): SignalRowReader => {
  const specs = new Map(state.frame.signals.map((spec) => [spec.id, spec]));
  const known = new Map<string, readonly SignalRow[]>();
  const { all: feeds, ofKind, ofSignal } = feedIndex(state);
  const input: DerivationInput = {
    now,
    rowsOf: (signal) => rows(signal),
    viewOf: (kind) => kindViewOf(kind, state, now),
    feedsOf: (kind) => ofKind(kind).filter(isPolled),
  };
  const derivedRows = (spec: SignalSpec, how: Derivation): readonly SignalRow[] => {
    const into = feedsOfSignals(state.frame);
    const faults = feeds.flatMap((feed) => (into(feed.feed, spec) ? feed.faults : []));
    return deriveSignal(spec, how, input).map((derivedSeries) =>
      derivedRow(spec, derivedSeries, faults, state, now),
    );
  };
  const rowsOfSpec = (spec: SignalSpec): readonly SignalRow[] => {
    if (spec.derived === undefined || spec.problem !== undefined)
      return sourceRows(spec, ofSignal(spec.id), state, now);
    // Guards against infinite recursion: a signal derived from itself finds this row. Profiles reject such
    // signals.
    known.set(spec.id, [unread(spec, state, now)]);
    return derivedRows(spec, spec.derived);
  };
  const rows = (signal: string): readonly SignalRow[] => {
    const had = known.get(signal);
    if (had !== undefined) return had;
    const spec = specs.get(signal);
    if (spec === undefined) return [];
    const made = rowsOfSpec(spec);
    known.set(signal, made);
    return made;
  };
  return { rows, derived: (spec, how) => deriveSignal(spec, how, input) };
};

/**
 * Returns the rows of all configured signals: one per series, or one without a value if there is no series.
 */
export const signalRows = (state: FactsState, now: Millis): readonly SignalRow[] => {
  const reader = createSignalRowReader(state, now);
  return state.frame.signals.flatMap(({ id }) => reader.rows(id));
};
