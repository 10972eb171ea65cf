import type { Millis } from '../domain/fault.ts';
import type { CopyOnWriteRecord } from './copy-on-write.ts';
import type { FactsState, TimedValue } from './facts.ts';

/** Number of values per signal row at full resolution. */
const recentKept = 512;
/** Distance and retention of older, downsampled values. */
const stepMs: Millis = 15_000;
export const retentionMs: Millis = 24 * 3_600_000;
/**
 * Maximum series of a signal with downsampled history. Signals with more series keep only their newest
 * values, which bounds memory.
 */
export const maxSeriesWithHistory = 50;

export interface HistoryUpdates {
  readonly history: CopyOnWriteRecord<readonly TimedValue[]>;
  readonly past: CopyOnWriteRecord<readonly TimedValue[]>;
}

const distantPast = Number.NEGATIVE_INFINITY;

/** Keeps a value that drops out of the newest ones if it is at least `stepMs` after the last one kept. */
const remember = (key: string, point: TimedValue, past: HistoryUpdates['past']): void => {
  const had = past.get(key) ?? [];
  if (point.at - (had.at(-1)?.at ?? distantPast) < stepMs) return;
  const first = had.findIndex(({ at }) => point.at - at < retentionMs);
  past.set(key, [...(first === 0 ? had : had.slice(first < 0 ? had.length : first)), point]);
};

/** Adds a value to a signal row; ignores a value that is not newer than the newest one. */
export const recordValue = (
  key: string,
  point: TimedValue,
  { history, past }: HistoryUpdates,
  remembered: boolean,
): void => {
  const recent = history.get(key) ?? [];
  if ((recent.at(-1)?.at ?? distantPast) >= point.at) return;
  const [oldest] = recent;
  if (remembered && recent.length >= recentKept && oldest !== undefined) remember(key, oldest, past);
  history.set(key, [...recent.slice(1 - recentKept), point]);
};

/** Returns the points that are not within half their distance of one of `own`. Both: oldest first. */
const inGapsOf = (own: readonly TimedValue[], points: readonly TimedValue[]): readonly TimedValue[] => {
  let next = 0;
  return points.filter((point) => {
    const reach = (point.stepMs ?? stepMs) / 2;
    while ((own[next]?.at ?? Number.POSITIVE_INFINITY) <= point.at - reach) next += 1;
    return (own[next]?.at ?? Number.POSITIVE_INFINITY) >= point.at + reach;
  });
};

/**
 * Adds values from before the newest ones of this process, where it has none: those of an earlier cockpit, or from the
 * history of a source. `points`: oldest first.
 */
export const mergeHistory = (
  key: string,
  points: readonly TimedValue[],
  { history, past }: HistoryUpdates,
): void => {
  const own = past.get(key) ?? [];
  const recent = history.get(key)?.[0];
  const before = points.filter(({ at }) => at < (recent?.at ?? Number.POSITIVE_INFINITY));
  const fresh = inGapsOf(recent === undefined ? own : [...own, recent], before);
  if (fresh.length > 0)
    past.set(
      key,
      [...own, ...fresh].toSorted((a, b) => a.at - b.at),
    );
};

/**
 * Returns the values of a signal row since `from`, oldest first. All values in `past` are older than those in
 * `history`.
 */
export const valuesSince = (
  { history, past }: FactsState,
  key: string,
  from: Millis,
): readonly TimedValue[] => {
  const [older, recent] = [past[key] ?? [], history[key] ?? []];
  const isWanted = ({ at }: TimedValue): boolean => at >= from;
  return [...older.filter(isWanted), ...recent.filter(isWanted)];
};
