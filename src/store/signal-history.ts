import type { Millis } from '../domain/fault.ts';
import type { CopyOnWriteRecord } from './copy-on-write.ts';
import type { FactsState, TimedValue } from './facts.ts';

/** Values kept per signal row as they were read. */
const recentKept = 512;
/** Older ones are kept this far apart, for this long. */
const stepMs: Millis = 15_000;
export const retentionMs: Millis = 24 * 3_600_000;
/** A signal of more series than this is remembered by its newest values only: nobody looks at the day of each of thousands. */
export const maxSeriesWithHistory = 50;

export interface HistoryUpdates {
  readonly history: CopyOnWriteRecord<readonly TimedValue[]>;
  readonly past: CopyOnWriteRecord<readonly TimedValue[]>;
}

const noNothing = Number.NEGATIVE_INFINITY;

/** What falls out of the newest values, if it is a step away from what fell out before it. */
const remember = (key: string, point: TimedValue, past: HistoryUpdates['past']): void => {
  const had = past.get(key) ?? [];
  if (point.at - (had.at(-1)?.at ?? noNothing) < stepMs) return;
  const first = had.findIndex(({ at }) => point.at - at < retentionMs);
  past.set(key, [...(first === 0 ? had : had.slice(first < 0 ? had.length : first)), point]);
};

/** Adds a value to what is known of a signal row; one that is not newer than the newest is none. */
export const recordValue = (
  key: string,
  point: TimedValue,
  { history, past }: HistoryUpdates,
  remembered: boolean,
): void => {
  const recent = history.get(key) ?? [];
  if ((recent.at(-1)?.at ?? noNothing) >= point.at) return;
  const [oldest] = recent;
  if (remembered && recent.length >= recentKept && oldest !== undefined) remember(key, oldest, past);
  history.set(key, [...recent.slice(1 - recentKept), point]);
};

/** Puts values of before this process in front of what it has read itself. `points`: oldest first. */
export const prependHistory = (
  key: string,
  points: readonly TimedValue[],
  { history, past }: HistoryUpdates,
): void => {
  const own = [...(past.get(key) ?? []), ...(history.get(key) ?? [])];
  const before = points.filter(({ at }) => at < (own[0]?.at ?? Number.POSITIVE_INFINITY));
  if (before.length > 0) past.set(key, [...before, ...(past.get(key) ?? [])]);
};

/** The values of a signal row since a moment, oldest first. What is in `past` is older than all in `history`. */
export const valuesSince = (
  { history, past }: FactsState,
  key: string,
  from: Millis,
): readonly TimedValue[] => {
  const [older, recent] = [past[key] ?? [], history[key] ?? []];
  const isWanted = ({ at }: TimedValue): boolean => at >= from;
  return [...older.filter(isWanted), ...recent.filter(isWanted)];
};
