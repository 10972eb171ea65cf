import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import {
  computeHistogram,
  histogramAxis,
  histogramStart,
  ringTimeSpan,
} from '../../../src/logs/ring/histogram.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
import '../../support/seeded.ts';
import { includes, lensOf, madeRing } from './made-ring.ts';
import type { MadeRow } from './made-rows.ts';

const naive = (rows: readonly MadeRow[], from: number, to: number, columns: number): readonly number[] => {
  const counts = Array.from({ length: columns * 7 }, () => 0);
  for (const { at, level } of rows) {
    const place = Math.floor((at - from) / ((to - from) / columns)) * 7 + level;
    if (at >= from && at < to) counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
};

describe('a histogram of the shown rows', () => {
  test.each([
    [0, 10_000, 100],
    [1000, 5000, 7],
    [1200, 1300, 10],
    [0, 1_000_000, 4],
    [-500, 3500, 40],
    [9_000_000, 9_000_100, 10],
  ])('from %i to %i in %i columns', (from, to, columns) => {
    const { ring, rows } = madeRing('histogram', 900);
    const filtered = lensOf(ring, []);
    const seen = () => [...computeHistogram(filtered.blocks, from, to, columns).counts];
    expect(seen()).toEqual(naive(rows, from, to, columns));
    expect(seen()).toEqual(naive(rows, from, to, columns));
    filtered.setFilters([includes('timeout')]);
    filtered.judge(() => false);
    const shown = rows.filter((_, row) => filtered.passes(ring.first + row));
    expect(shown.length).toBeLessThan(rows.length);
    expect(seen()).toEqual(naive(shown, from, to, columns));
  });

  test('follows time, column by column', () => {
    const { ring, rows } = madeRing('follow', 900);
    const filtered = lensOf(ring, []);
    for (let from = 0; from < 3000; from += 100)
      expect([...computeHistogram(filtered.blocks, from, from + 1000, 10).counts]).toEqual(
        naive(rows, from, from + 1000, 10),
      );
  });

  test('a clock jump of years does not increase memory use', () => {
    const ring = new LogRing();
    const rows = [0, 1e12, 5, 1e12 + 5].map((time) => ({
      text: '',
      at: time,
      level: 1,
      stream: 0,
      kind: rowKind.line,
    }));
    for (const row of rows) ring.appendText(row.text, row);
    const { blocks } = lensOf(ring, []);
    expect([...computeHistogram(blocks, 0, 10, 10).counts]).toEqual(naive(rows, 0, 10, 10));
  });

  test('spans the existing rows', () => {
    const { ring, rows } = madeRing('span', 500);
    const times = rows.map(({ at }) => at);
    expect(ringTimeSpan(ring)).toEqual({ from: Math.min(...times), to: Math.max(...times) });
    expect(ringTimeSpan(new LogRing())).toBeUndefined();
  });
});

describe('columns of round times', () => {
  test.each([
    [1_000_000, 1_000_000, 10, 1],
    [0, 59_000, 60, 1000],
    [500, 60_400, 60, 2000],
    [0, 400 * 86_400_000, 100, 5 * 86_400_000],
  ])('%i to %i in %i columns: %i ms each', (from, to, columns, width) => {
    const axis = histogramAxis(from, to, columns);
    expect((axis.to - axis.from) / columns).toBe(width);
    expect(Math.abs(axis.from % width)).toBe(0);
    expect(axis.from <= from && axis.to > to).toBe(true);
  });
});

/** The start of a histogram of rows at these times, in their order. */
const startOf = (times: readonly number[], to: number): number =>
  histogramStart(
    {
      first: 7,
      end: 7 + times.length,
      atTime: (time) => {
        const index = times.findIndex((at) => at >= time);
        return 7 + (index < 0 ? times.length : index);
      },
      timeOf: (id) => times[id - 7],
    },
    times[0] ?? 0,
    to,
  );

const each = (count: number, from: number, gap: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index * gap);

describe('the start of a histogram', () => {
  const day = 86_400_000;
  const recent = each(60, 3 * day, 1000);
  const now = 3 * day + 60_000;
  test.each<[string, readonly number[], number]>([
    ['rows that are spread over the range', each(60, 0, day / 20), 0],
    ['one row of days ago', [0, ...recent], 3 * day],
    ['a few rows at several times before', [0, 1, day, 3 * day - 3_600_000, ...recent], 3 * day],
    ['as many rows before as a tenth', [...each(6, 0, 1000), ...recent], 3 * day],
    ['more rows before than a tenth', [...each(8, 0, 1000), ...recent], 0],
    ['rows that become more by and by', each(60, 0, 1000).map((time) => time ** 1.3), 0],
    ['a single row', [0], 0],
    ['two rows', [0, now - 1000], 0],
  ])('%s', (_, times, start) => {
    expect(startOf(times, now)).toBe(start);
  });

  test('leaves out a tenth at most, and only for a much shorter range', () => {
    const anyTimes = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 10 * day })), {
        minLength: 1,
        maxLength: 200,
      })
      .map((times) => times.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(anyTimes, fc.integer({ min: 1, max: day }), (times, later) => {
        const to = (times.at(-1) ?? 0) + later;
        const [first = 0] = times;
        const start = startOf(times, to);
        expect(start === first || times.includes(start)).toBe(true);
        expect(times.filter((time) => time < start).length).toBeLessThanOrEqual(times.length / 10);
        if (start !== first) expect((to - start) * 4).toBeLessThanOrEqual(to - first);
      }),
      { numRuns: 300 },
    );
  });
});
