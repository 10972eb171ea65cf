import { expect, test } from 'vitest';
import { CounterRates } from '../../../src/sources/promtext/counter-rates.ts';

interface Read {
  readonly at: number;
  readonly value: number;
  readonly stampMs?: number;
}

const scraped = <T>(rates: CounterRates, position: number, read: () => T): T => {
  rates.begin(position);
  const result = read();
  rates.end();
  return result;
};

/** The increase at each reading of one counter. */
const growths = (reads: readonly Read[]) => {
  const rates = new CounterRates();
  return reads.map(({ at, value, stampMs }) => {
    const series = { name: 'a', labels: [], value, stampMs, exemplar: undefined, line: 1 };
    const growth = scraped(rates, at, () => rates.growth({ key: 'a', series }));
    return growth && [growth.by, growth.overMs];
  });
};
const hour = 3_600_000;

test.each<[string, readonly Read[], readonly (readonly number[] | undefined)[]]>([
  [
    'a growing counter',
    [
      { at: 0, value: 5 },
      { at: 5000, value: 8 },
      { at: 10_000, value: 8 },
    ],
    [undefined, [3, 5000], [0, 5000]],
  ],
  [
    'a decreased counter restarted from 0',
    [
      { at: 0, value: 500 },
      { at: 5000, value: 3 },
      { at: 10_000, value: 4 },
    ],
    [undefined, [3, 5000], [1, 5000]],
  ],
  [
    'a counter that decreased to 0',
    [
      { at: 0, value: 500 },
      { at: 5000, value: 0 },
    ],
    [undefined, [0, 5000]],
  ],
  [
    'a late scrape uses its actual time',
    [
      { at: 0, value: 0 },
      { at: 12_345, value: 10 },
    ],
    [undefined, [10, 12_345]],
  ],
  [
    'scrapes at the same time are one',
    [
      { at: 0, value: 1 },
      { at: 0, value: 1 },
      { at: 0, value: 1 },
    ],
    [undefined, undefined, undefined],
  ],
  [
    'scrapes too close together use an earlier one',
    [
      { at: 0, value: 0 },
      { at: 300, value: 1 },
      { at: 1000, value: 4 },
      { at: 1300, value: 6 },
      { at: 2100, value: 9 },
    ],
    [undefined, undefined, [4, 1000], [6, 1300], [5, 1100]],
  ],
  [
    "the exporter's own timestamps count, whatever its clock",
    [
      { at: 0, value: 0, stampMs: hour },
      { at: 5000, value: 10, stampMs: hour + 4000 },
    ],
    [undefined, [10, 4000]],
  ],
  [
    'a repeated reading is not a second one',
    [
      { at: 0, value: 0, stampMs: 100 },
      { at: 5000, value: 0, stampMs: 100 },
      { at: 10_000, value: 9, stampMs: 9100 },
      { at: 15_000, value: 9, stampMs: 9100 },
    ],
    [undefined, undefined, [9, 9000], [9, 9000]],
  ],
  [
    'a clock set back by an hour yields no negative rate',
    [
      { at: 0, value: 0, stampMs: hour },
      { at: 5000, value: 10, stampMs: 5000 },
    ],
    [undefined, [10, 5000]],
  ],
  [
    'a clock set forward by an hour yields no small rate',
    [
      { at: 0, value: 0, stampMs: 0 },
      { at: 5000, value: 10, stampMs: hour + 5000 },
    ],
    [undefined, [10, 5000]],
  ],
  [
    'a decreasing local clock, which cannot happen',
    [
      { at: 5000, value: 0 },
      { at: 0, value: 10 },
    ],
    [undefined, undefined],
  ],
  [
    'NaN is not an increase',
    [
      { at: 0, value: Number.NaN },
      { at: 5000, value: 10 },
    ],
    [undefined, [Number.NaN, 5000]],
  ],
])('%s', (_, reads, expected) => {
  expect(growths(reads)).toEqual(expected);
});

test('a series that was missing in a scrape restarts, and unused series are removed', () => {
  const rates = new CounterRates();
  const known = (key: string, value: number) => ({
    key,
    series: { name: key, labels: [], value, stampMs: undefined, exemplar: undefined, line: 1 },
  });
  scraped(rates, 0, () => [rates.growth(known('a', 1)), rates.growth(known('b', 1))]);
  scraped(rates, 5000, () => rates.growth(known('b', 2)));
  const [a, b, twice] = scraped(rates, 10_000, () => [
    rates.growth(known('a', 9)),
    rates.growth(known('b', 4)),
    rates.growth(known('b', 4)),
  ]);
  expect(a).toBeUndefined();
  expect(b).toEqual({ by: 2, overMs: 5000 });
  expect(twice).toEqual(b);
});
