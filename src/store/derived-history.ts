import type { Millis } from '../domain/base/fault.ts';
import { type SignalRow, signalKey } from '../domain/facts/snapshot.ts';
import { type TimedValue, ValueSeries } from '../domain/facts/value-series.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import { evaluateCalc, joinSeries } from '../expressions/calc/evaluate.ts';
import type { Derivation } from '../expressions/rows/derivation.ts';
import type { FactsState } from './facts.ts';
import { createSignalRowReader } from './row-reader.ts';

/** The history of one operand by second. Servers return the same steps for all queries. */
type StepValues = ReadonlyMap<number, TimedValue>;

const stepValuesOf = (points: ValueSeries): StepValues => {
  const values = new Map<number, TimedValue>();
  for (const point of points) if (point.stepMs !== undefined) values.set(Math.round(point.at / 1000), point);
  return values;
};

type Calculation = Extract<Derivation, { is: 'calc' }>['calc'];

/** The history of a signal has its values, not its levels. */
const levelsUnknown = () => ({ why: '' });

/** The results at the steps for which every operand has a value; any other step is a gap. */
const pointsOf = (calc: Calculation, operands: ReadonlyMap<string, StepValues>): readonly TimedValue[] => {
  const [first, ...others] = operands.values();
  if (first === undefined) return [];
  return [...first].flatMap(([second, { at, stepMs = 0 }]): readonly TimedValue[] => {
    if (!others.every((values) => values.has(second))) return [];
    const result = evaluateCalc(
      calc.root,
      (name) => {
        const value = operands.get(name)?.get(second)?.value;
        return value === undefined ? { why: '' } : { value };
      },
      levelsUnknown,
    );
    return 'value' in result ? [{ at, value: result.value, stepMs }] : [];
  });
};

/** The stored history of series: read by key, extended with calculated points. */
interface PointStorage {
  get(key: string): ValueSeries | undefined;
  put(key: string, points: readonly TimedValue[]): void;
}

const deriveOne = (
  spec: SignalSpec,
  { calc, of }: Extract<Derivation, { is: 'calc' }>,
  changed: Set<string>,
  rowsOf: (signal: string) => readonly SignalRow[],
  storage: PointStorage,
): void => {
  const rows = new Map(calc.operands.map((name) => [name, rowsOf(of[name] ?? '')]));
  for (const { labels, of: joined } of joinSeries(rows)) {
    const keys = [...joined.values()].map(({ key }) => key);
    if (keys.length < calc.operands.length || !keys.some((key) => changed.has(key))) continue;
    const values = new Map(
      [...joined].map(([name, { key }]) => [name, stepValuesOf(storage.get(key) ?? ValueSeries.empty)]),
    );
    const points = pointsOf(calc, values);
    if (points.length === 0) continue;
    const key = signalKey(spec.id, labels);
    storage.put(key, points);
    changed.add(key);
  }
};

/**
 * Calculates the earlier values of calculated signals from those of their operands. `changed`: the series that the
 * history of a source has just filled. Signals that fold facts have no such history.
 */
export const deriveHistory = (
  changed: ReadonlySet<string>,
  state: FactsState,
  storage: PointStorage,
  now: Millis,
): void => {
  const all = new Set(changed);
  const reader = createSignalRowReader(state, now);
  for (const spec of state.frame.signals)
    if (spec.derived?.is === 'calc' && spec.problem === undefined)
      deriveOne(spec, spec.derived, all, reader.rows, storage);
};
