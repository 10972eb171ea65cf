import type { Millis } from '../../domain/base/fault.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import { maxSeriesWithHistory } from '../../store/signal-history.ts';
import type { ValueRecord } from './database/values.ts';

/** An environment whose snapshots and values are recorded. */
export interface RecordedEnvironment {
  readonly system: string;
  readonly env: string;
  readonly facts: FactsStore;
  /** True: kept in memory only, because a drill must not become part of the real environment's history. */
  readonly isDrill?: boolean;
}

/** Returns the signal of a series key: the part before its labels. */
export const signalOfSeriesKey = (key: string): string => {
  const labels = key.indexOf('{');
  return labels < 0 ? key : key.slice(0, labels);
};

const seriesBySignal = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const signal = signalOfSeriesKey(key);
    counts.set(signal, (counts.get(signal) ?? 0) + 1);
  }
  return counts;
};

/**
 * Returns the newest value of each series that is new since the last call, at wall-clock times. Skips signals
 * with too many series. `seen`: time of each series' last returned value, updated in place. `mask` masks
 * secrets in labels.
 */
export const newestValues = (
  { system, env, facts }: RecordedEnvironment,
  seen: Map<string, Millis>,
  wallOffset: Millis,
  mask: (text: string) => string = (text) => text,
): readonly ValueRecord[] => {
  const { history } = facts.getState();
  const keys = Object.keys(history);
  const counts = seriesBySignal(keys);
  const values: ValueRecord[] = [];
  for (const key of keys) {
    if ((counts.get(signalOfSeriesKey(key)) ?? 0) > maxSeriesWithHistory) continue;
    const newest = history[key]?.at(-1);
    if (newest === undefined || (seen.get(key) ?? 0) >= newest.at) continue;
    seen.set(key, newest.at);
    values.push({ system, env, key: mask(key), at: newest.at + wallOffset, value: newest.value });
  }
  return values;
};
