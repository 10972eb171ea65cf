import type { Millis } from '../domain/base/fault.ts';
import { worseLevel } from '../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../domain/facts/snapshot.ts';
import { judgeThresholdOnce } from '../domain/facts/threshold.ts';
import { type DerivationInput, deriveSignal } from './derived-signals.ts';
import type { FactsFrame } from './facts.ts';

type Inputs = Pick<Snapshot, 'kinds' | 'signals'>;

/**
 * Returns a function that computes the series of a derived signal from other facts than the current ones; undefined for a signal that
 * a source reads, and for one that is derived from itself.
 */
export const deriveAgain = ({ signals }: FactsFrame, now: Millis) => {
  const specs = new Map(signals.map((spec) => [spec.id, spec]));
  const derive = (
    id: string,
    of: Inputs,
    within: readonly string[] = [],
  ): readonly SignalRow[] | undefined => {
    const spec = specs.get(id);
    if (spec?.derived === undefined || spec.problem !== undefined || within.includes(id)) return undefined;
    const input: DerivationInput = {
      now,
      rowsOf: (signal) =>
        derive(signal, of, [...within, id]) ?? of.signals.filter((row) => row.id === signal),
      viewOf: (kind) => of.kinds[kind],
      feedsOf: () => [],
    };
    const had = new Map(of.signals.filter((row) => row.id === id).map((row) => [row.key, row]));
    return deriveSignal(spec, spec.derived, input).map((derivedSeries): SignalRow => {
      const { value: _, ...was } = had.get(derivedSeries.key) ?? {
        ...{ key: derivedSeries.key, id, title: spec.title, unit: spec.unit, source: derivedSeries.source },
        ...{ level: 'unknown' as const, labels: derivedSeries.labels, stale: false },
      };
      if (derivedSeries.value === undefined) return { ...was, level: 'unknown' };
      const { level } = judgeThresholdOnce(derivedSeries.value, spec.threshold, now);
      return {
        ...was,
        value: derivedSeries.value,
        level: was.level === 'unknown' ? level : worseLevel(was.level, level),
      };
    });
  };
  return (id: string, of: Inputs): readonly SignalRow[] | undefined => derive(id, of);
};
