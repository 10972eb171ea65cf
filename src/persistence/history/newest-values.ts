import type { Millis } from '../../domain/fault.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import { maxSeriesWithHistory } from '../../store/signal-history.ts';
import type { ValueRecord } from './database/values.ts';

/** An environment whose moments and values are kept. */
export interface RecordedEnvironment {
  readonly system: string;
  readonly env: string;
  readonly facts: FactsStore;
  /** In memory only, for as long as this cockpit lives: what is rehearsed of a real one never happened to it. */
  readonly isDrill?: boolean;
}

/** The signal of a series' key: what stands before its labels. */
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
 * What is new since the last look: of each series the newest value, on the machine's clock. A signal of very many
 * series is not kept. `seen` holds when each series' newest value was read, and is brought up to date.
 * `mask` takes secrets out of labels.
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
