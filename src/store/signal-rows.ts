import { ageText } from '../domain/duration.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { SignalSpec } from '../domain/profile.ts';
import type { FeedState } from '../domain/reading.ts';
import type { SignalRow } from '../domain/snapshot.ts';
import type { Verdict } from '../domain/threshold.ts';
import type { FactsState } from './facts.ts';
import { answering, isSeriesStale, type Series, seriesOf, thresholdOfLoss } from './signal-series.ts';

/** A row of a signal: what its profile says of it, and `rest`. */
export const signalRow = (
  spec: SignalSpec,
  key: string,
  labels: SignalRow['labels'],
  rest: Partial<SignalRow>,
): SignalRow => ({
  key,
  id: spec.id,
  title: spec.title,
  unit: spec.unit,
  level: 'unknown',
  source: spec.source,
  labels,
  stale: false,
  ...rest,
});

/** A stale value is judged as silence, from the moment at which it became stale. */
const verdictNow = (
  spec: SignalSpec,
  one: FeedState,
  was: Verdict | undefined,
  now: Millis,
): Verdict | undefined => {
  if (one.known === undefined || !isSeriesStale(spec, one, now) || was?.silent === true) return was;
  const level = thresholdOfLoss(spec.threshold, one.faults).noData ?? 'unknown';
  const since = one.known.at + (spec.threshold.staleMs ?? one.feed.staleMs);
  return { level, since, why: `last read ${ageText(now - one.known.at)} ago`, silent: true };
};

const faultOf = ({ sample }: Series, one: FeedState): Fault | undefined => {
  if (sample?.value !== undefined) return undefined;
  if (sample?.why !== undefined)
    return { kind: 'missing', source: sample.source, message: sample.why, at: sample.at };
  return one.faults[0];
};

const seriesRow = (
  spec: SignalSpec,
  one: FeedState,
  series: Series,
  state: FactsState,
  now: Millis,
): SignalRow => {
  const { key, labels, sample } = series;
  const verdict = verdictNow(spec, one, state.verdicts[key], now);
  const fault = faultOf(series, one);
  return signalRow(spec, key, labels, {
    source: sample?.source ?? one.feed.source,
    level: verdict?.level ?? 'unknown',
    stale: isSeriesStale(spec, one, now),
    ...(sample?.value !== undefined && { value: sample.value }),
    ...(sample !== undefined ? { at: sample.at } : one.known !== undefined && { at: one.known.at }),
    ...(verdict !== undefined && { verdict }),
    ...(fault !== undefined && { fault }),
  });
};

/** A row for a signal that no feed answers: its source is off, or not open yet, or does not give it. */
export const unread = (spec: SignalSpec, state: FactsState, now: Millis): SignalRow => {
  const isOpen = Object.values(state.feeds).some((one) => one.feed.source === spec.source);
  const unknown: Fault | undefined =
    spec.source === '' || isOpen
      ? { kind: 'missing', source: spec.source, message: `no feed gives ${spec.id}`, at: now }
      : undefined;
  const fault = spec.problem ?? state.frame.sources[spec.source]?.problem ?? unknown;
  return signalRow(spec, spec.id, {}, fault === undefined ? {} : { fault });
};

/** The newest of rows that share a key, in the place of the first. */
const distinct = (rows: readonly SignalRow[]): readonly SignalRow[] => {
  const byKey = new Map<string, SignalRow>();
  for (const row of rows) {
    const had = byKey.get(row.key);
    if (had === undefined || (row.at ?? 0) > (had.at ?? 0)) byKey.set(row.key, row);
  }
  return [...byKey.values()];
};

/** The rows of a signal that a source reads: one per series, one without a value when there is none. */
export const sourceRows = (spec: SignalSpec, state: FactsState, now: Millis): readonly SignalRow[] => {
  const feeds = spec.problem === undefined ? answering(state.feeds, spec.id) : [];
  if (feeds.length === 0) return [unread(spec, state, now)];
  const alone = feeds.length === 1;
  return distinct(
    feeds.flatMap((one) =>
      seriesOf(one.feed, one.known, spec.id, alone).map((series) => seriesRow(spec, one, series, state, now)),
    ),
  );
};
