import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TimedValue, ValueSeries } from '../../../src/domain/facts/value-series.ts';
import { longTest } from '../../support/layer.ts';

const points = (times: readonly number[]): readonly TimedValue[] =>
  times.map((time) => ({ at: time, value: time * 10 }));
const series = (...times: readonly number[]): ValueSeries => ValueSeries.of(points(times));
const timesOf = (valueSeries: ValueSeries): readonly number[] => [...valueSeries].map(({ at }) => at);

/** Any number that a sample can have, at increasing times; some of them with a step. */
const anyPoints = fc
  .array(
    fc.record({
      wait: fc.double({ min: 0.5, max: 1e6, noNaN: true }),
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      stepMs: fc.option(fc.integer({ min: 1, max: 600_000 }), { nil: undefined }),
    }),
    { maxLength: 40 },
  )
  .map((all) => {
    let time = 1_700_000_000_000;
    return all.map(({ wait, value, stepMs }): TimedValue => {
      time += wait;
      return stepMs === undefined ? { at: time, value } : { at: time, value, stepMs };
    });
  });

test('returns the points as they were put in, to the last bit', () => {
  fc.assert(
    fc.property(anyPoints, (all) => {
      expect([...ValueSeries.of(all)]).toEqual(all);
    }),
  );
  const exact = [0.1 + 0.2, -0, Number.MAX_SAFE_INTEGER, 5e-324].map((value, index) => ({
    at: index,
    value,
  }));
  expect([...ValueSeries.of(exact)]).toEqual(exact);
});

test('series with other points are not equal', () => {
  expect(series(1, 2)).toEqual(series(1, 2));
  expect(series(1, 2)).not.toEqual(series(1, 3));
  expect(series(1, 2)).not.toEqual(series(1));
  expect(ValueSeries.of([{ at: 1, value: 1 }])).not.toEqual(ValueSeries.of([{ at: 1, value: 1, stepMs: 5 }]));
});

test('a gap has no value: beyond the ends it is NaN or undefined, never 0', () => {
  const valueSeries = series(1, 2, 3).slice(1, 2);
  expect(valueSeries.at(0)).toEqual({ at: 2, value: 20 });
  expect([valueSeries.at(1), valueSeries.at(-2), ValueSeries.empty.at(0), ValueSeries.empty.at(-1)]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([ValueSeries.empty.timeAt(0), ValueSeries.empty.valueAt(0)]).toEqual([Number.NaN, Number.NaN]);
  expect(valueSeries.stepAt(0)).toBeUndefined();
});

describe('extending', () => {
  test('leaves the shorter series as it was, also when two are extended from one', () => {
    const valueSeries = series(1, 2);
    const left = valueSeries.extend(points([3]));
    const right = valueSeries.extend(points([4, 5]));
    expect(timesOf(valueSeries)).toEqual([1, 2]);
    expect(timesOf(left)).toEqual([1, 2, 3]);
    expect(timesOf(right)).toEqual([1, 2, 4, 5]);
  });

  test('keeps the newest: after thousands of values the columns still hold only those', () => {
    let empty = ValueSeries.empty;
    for (let index = 0; index < 5000; index++) empty = empty.extend(points([index]), 512);
    expect(empty.length).toBe(512);
    expect(timesOf(empty)).toEqual(Array.from({ length: 512 }, (_, i) => 4488 + i));
    expect(empty.values().buffer.byteLength).toBeLessThan(512 * 16 * 1.3);
  });

  test('a first step gives the values before it none', () => {
    const extend = series(1, 2).extend([{ at: 3, value: 30, stepMs: 60 }]);
    expect([0, 1, 2].map((index) => extend.stepAt(index))).toEqual([undefined, undefined, 60]);
  });

  longTest('any branches of any series equal lists that are copied', () => {
    const step = fc.record({
      from: fc.nat(),
      add: fc.array(fc.option(fc.constant(7), { nil: undefined }), { maxLength: 9 }),
      kept: fc.integer({ min: 1, max: 12 }),
      cut: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const all: { readonly series: ValueSeries; readonly list: readonly TimedValue[] }[] = [
          { series: ValueSeries.empty, list: [] },
        ];
        let index = 0;
        for (const { from, add, kept, cut } of steps) {
          const base = all[from % all.length];
          if (base === undefined) continue;
          const more = add.map((stepMs): TimedValue => {
            index += 1;
            return stepMs === undefined ? { at: index, value: -index } : { at: index, value: -index, stepMs };
          });
          all.push({
            series: base.series.slice(cut).extend(more, kept),
            list: more.length === 0 ? base.list.slice(cut) : [...base.list.slice(cut), ...more].slice(-kept),
          });
        }
        for (const one of all) expect([...one.series]).toEqual(one.list);
      }),
    );
  });
});

test.each([
  [0, 0, 0],
  [2, 1, 0],
  [3, 1, 1],
  [4, 2, 1],
  [9, 3, 3],
])('at %i: %i values until then, %i before it', (moment, until, before) => {
  const valueSeries = series(2, 4, 6);
  expect([valueSeries.indexAfter(moment), valueSeries.indexFrom(moment)]).toEqual([until, before]);
});

test('between two times, both inclusive', () => {
  const valueSeries = series(2, 4, 6, 8);
  expect(timesOf(valueSeries.between(4, 6))).toEqual([4, 6]);
  expect(timesOf(valueSeries.between(5))).toEqual([6, 8]);
  expect(valueSeries.between(9)).toBe(ValueSeries.empty);
  expect(valueSeries.between(0)).toBe(valueSeries);
});

test('moved to another clock, and joined with later values, in columns of their own', () => {
  const valueSeries = ValueSeries.of([{ at: 1, value: 5, stepMs: 2 }]);
  expect([...valueSeries.shifted(100)]).toEqual([{ at: 101, value: 5, stepMs: 2 }]);
  const joined = valueSeries.concat(series(2, 3));
  expect([...joined]).toEqual([{ at: 1, value: 5, stepMs: 2 }, ...points([2, 3])]);
  expect(timesOf(valueSeries.extend(points([9])))).toEqual([1, 9]);
  expect(timesOf(joined)).toEqual([1, 2, 3]);
});
