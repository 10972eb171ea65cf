import { describe, expect, test } from 'vitest';
import { rowKind } from '../../../src/logs/format/parsed-line.ts';
import { computeHistogram, histogramAxis, ringTimeSpan } from '../../../src/logs/ring/histogram.ts';
import { LogRing } from '../../../src/logs/ring/log-ring.ts';
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
