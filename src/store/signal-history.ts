import type { Millis } from '../domain/base/fault.ts';
import { type TimedValue, ValueSeries } from '../domain/facts/value-series.ts';
import type { CopyOnWriteRecord } from './copy-on-write.ts';
import type { FactsState } from './facts.ts';

/** Number of values per signal row at full resolution. */
export const recentKept = 512;
/** Distance and retention of older, downsampled values. */
export const keptStepMs: Millis = 15_000;
export const retentionMs: Millis = 24 * 3_600_000;
/**
 * Maximum series of a signal with downsampled history. Signals with more series keep only their newest
 * values, which bounds memory.
 */
export const maxSeriesWithHistory = 50;

export interface HistoryUpdates {
  readonly history: CopyOnWriteRecord<ValueSeries>;
  readonly past: CopyOnWriteRecord<ValueSeries>;
}

const distantPast = Number.NEGATIVE_INFINITY;
const distantFuture = Number.POSITIVE_INFINITY;

/** Keeps a value that drops out of the newest ones if it is at least `keptStepMs` after the last one kept. */
const remember = (key: string, point: TimedValue, past: HistoryUpdates['past']): void => {
  const had = past.get(key) ?? ValueSeries.empty;
  if (point.at - (had.at(-1)?.at ?? distantPast) < keptStepMs) return;
  past.set(key, had.slice(had.indexAfter(point.at - retentionMs)).extend([point]));
};

/**
 * Adds a value to a signal row. Ignores a value that is not newer than the newest one, and an infinity: no mean, no chart
 * and no trend contains one.
 */
export const recordValue = (
  key: string,
  point: TimedValue,
  { history, past }: HistoryUpdates,
  remembered: boolean,
): void => {
  if (!Number.isFinite(point.value)) return;
  const recent = history.get(key) ?? ValueSeries.empty;
  if ((recent.at(-1)?.at ?? distantPast) >= point.at) return;
  const oldest = recent.at(0);
  if (remembered && recent.length >= recentKept && oldest !== undefined) remember(key, oldest, past);
  history.set(key, recent.extend([point], recentKept));
};

/**
 * Yields the points that are not within half their distance of one of `own`, or of the value at `newestAt`. Both: oldest
 * first.
 */
function* inGapsOf(own: ValueSeries, newestAt: Millis, points: ValueSeries): Generator<TimedValue, void> {
  let next = 0;
  const nextAt = (): Millis =>
    next < own.length ? own.timeAt(next) : next === own.length ? newestAt : distantFuture;
  for (const point of points) {
    const reach = (point.stepMs ?? keptStepMs) / 2;
    while (nextAt() <= point.at - reach) next += 1;
    if (nextAt() >= point.at + reach) yield point;
  }
}

/** Yields the values of both, oldest first. */
function* inTimeOrder(own: ValueSeries, fresh: ValueSeries): Generator<TimedValue, void> {
  let next = 0;
  for (const point of own) {
    const until = Math.max(next, fresh.indexFrom(point.at));
    yield* fresh.slice(next, until);
    next = until;
    yield point;
  }
  yield* fresh.slice(next);
}

/**
 * Adds values from before the newest ones of this process, where it has none: those of an earlier cockpit, or from the
 * history of a source. `points`: oldest first.
 */
export const mergeHistory = (
  key: string,
  points: Iterable<TimedValue>,
  { history, past }: HistoryUpdates,
): void => {
  const own = past.get(key) ?? ValueSeries.empty;
  const newestAt = history.get(key)?.at(0)?.at ?? distantFuture;
  const all = ValueSeries.of(points);
  const before = all.slice(0, all.indexFrom(newestAt));
  const fresh = ValueSeries.of(inGapsOf(own, newestAt, before));
  if (fresh.length > 0) past.set(key, own.length === 0 ? fresh : ValueSeries.of(inTimeOrder(own, fresh)));
};

/**
 * Returns the values of a signal row from one time to another (inclusive), oldest first. All values in `past` are older
 * than those in `history`.
 */
export const valuesSince = (
  { history, past }: FactsState,
  key: string,
  from: Millis,
  to: Millis = distantFuture,
): ValueSeries => {
  const older = past[key] ?? ValueSeries.empty;
  const recent = history[key] ?? ValueSeries.empty;
  return older.between(from, to).concat(recent.between(from, to));
};
