import { sum } from '../../domain/base/sums.ts';
import type { Level } from '../../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import { formatMeasurement } from '../../domain/text/value-text.ts';

/** Returns the level of a value of a signal; undefined for one without limits. */
export type JudgeValue = (signal: string, value: number) => Level | undefined;

/** An average that newcomers changed, and what it is of those that were there before the action. */
export interface DilutedSeries {
  readonly key: string;
  readonly id: string;
  readonly value: number;
  readonly why: string;
  readonly source: string;
}

/**
 * Returns the averages over parts of before and others that have come since. A bad part is no better because there are more good ones. Where
 * no part of before is left, others have taken their places.
 */
export const dilutedSeries = (now: Snapshot, before: Snapshot): readonly DilutedSeries[] => {
  const had = new Map(before.signals.map((row) => [row.key, row]));
  return now.signals.flatMap(
    ({ key, id, parts = {}, fold, value, unit, source }): readonly DilutedSeries[] => {
      const { parts: former } = had.get(key) ?? {};
      if (fold !== 'avg' || former === undefined || typeof value !== 'number') return [];
      const told = Object.entries(parts).filter(([, part]) => !Number.isNaN(part));
      const kept = told.flatMap(([name, part]) => (former[name] === undefined ? [] : [part]));
      if (kept.length === 0 || kept.length === told.length) return [];
      const keptAverage = sum(kept) / kept.length;
      const newSeries = told.length - kept.length;
      const why = `${id} is ${formatMeasurement(value, unit)} over all series, of which ${newSeries} are new, and ${formatMeasurement(keptAverage, unit)} over the series from before the action`;
      return [{ key, id, value: keptAverage, why, source }];
    },
  );
};

/** Returns the facts in which averages are those of the parts of before. */
export const withoutNewcomers = (
  now: Snapshot,
  before: Snapshot,
  diluted: readonly DilutedSeries[],
  judge: JudgeValue | undefined,
): Snapshot => {
  if (diluted.length === 0) return now;
  const own = new Map(diluted.map((series) => [series.key, series]));
  const former = new Map(before.signals.map(({ key, parts = {} }) => [key, parts]));
  const signals = now.signals.map((row): SignalRow => {
    const series = own.get(row.key);
    if (series === undefined) return row;
    const had = former.get(row.key) ?? {};
    const parts = Object.entries(row.parts ?? {}).filter(([name]) => had[name] !== undefined);
    const level = judge?.(row.id, series.value) ?? row.level;
    return { ...row, parts: Object.fromEntries(parts), value: series.value, level };
  });
  return { ...now, signals };
};
