import { describe, expect, test } from 'vitest';
import { CounterRates } from '../../../src/sources/promtext/counter-rates.ts';
import {
  compileMetricRead,
  promtextReadProblem,
  promtextReadSchema,
  requiredSampleNames,
} from '../../../src/sources/promtext/metric-read.ts';
import { PageIndex } from '../../../src/sources/promtext/page-index.ts';
import { readSignal } from '../../../src/sources/promtext/read-signal.ts';
import { scanPage } from '../../../src/sources/promtext/scan/scan.ts';

type Written = Readonly<Record<string, unknown>>;

/** The clock of the machine that reads. */
const wallNow = Date.UTC(2026, 2, 4, 10, 15, 7);

/** The result of a signal for pages scraped one after the other, five seconds apart. */
const rows = (read: Written, ...pages: readonly string[]) => {
  const compiled = compileMetricRead(read);
  const rates = new CounterRates();
  return pages
    .map((page, index) => {
      const catalogue = new PageIndex(scanPage(page, { names: requiredSampleNames([compiled]) }));
      rates.begin(5000 * index);
      const result = readSignal(compiled, catalogue, rates, wallNow);
      rates.end();
      return result;
    })
    .at(-1);
};
/** Value or reason of the only row. */
const only = (read: Written, ...pages: readonly string[]) => {
  const [row, ...more] = rows(read, ...pages) ?? [];
  expect(more).toEqual([]);
  return row?.value ?? row?.why;
};

const memory = `# TYPE mem gauge
mem{area="heap",id="eden"} 10
mem{area="heap",id="old"} 30
mem{area="nonheap",id="meta"} 5
load 0.5
`;

describe('a sample with a time of its own', () => {
  const page = (...ages: readonly number[]): string =>
    ages.map((age, index) => `temp{room="${index}"} ${10 + index} ${wallNow - age}\n`).join('');

  test('is of that time, and no value when it is older than five minutes', () => {
    expect(rows({ metric: 'temp' }, page(20_000, 301_000, -9000))).toEqual([
      { labels: { room: '0' }, value: 10, ageMs: 20_000 },
      {
        labels: { room: '1' },
        ageMs: 301_000,
        why: 'the sample is stale, with timestamp 2026-03-04T10:10:06.000Z',
      },
      { labels: { room: '2' }, value: 12, ageMs: 0 },
    ]);
  });

  test('is left out of an aggregate when it is stale', () => {
    expect(only({ metric: 'temp', fold: 'sum' }, page(1000, 301_000, 299_000))).toBe(22);
    expect(only({ metric: 'temp', fold: 'sum' }, page(301_000))).toMatch(/^the sample is stale/);
  });

  test('is no part of a histogram when it is stale', () => {
    const bucket = (le: string, count: number): string =>
      `lat_bucket{le="${le}"} ${count} ${wallNow - 301_000}\n`;
    const text = `# TYPE lat histogram\n${bucket('1', 5)}${bucket('+Inf', 9)}`;
    expect(only({ metric: 'lat', quantile: 0.5 }, text)).toMatch(/^the sample is stale/);
  });
});

describe('series', () => {
  test('are rows, labeled by what the read does not fix', () => {
    expect(rows({ metric: 'mem', labels: { area: 'heap' } }, memory)).toEqual([
      { labels: { id: 'eden' }, value: 10 },
      { labels: { id: 'old' }, value: 30 },
    ]);
    expect(rows({ metric: 'load' }, memory)).toEqual([{ labels: {}, value: 0.5 }]);
    expect(rows({ metric: 'mem', labels: { id: '~e.*|m.*' } }, memory)).toEqual([
      { labels: { area: 'heap', id: 'eden' }, value: 10 },
      { labels: { area: 'nonheap', id: 'meta' }, value: 5 },
    ]);
  });

  test.each<[string, Written, number | string]>([
    ['a value', { area: 'heap' }, 40],
    ['a pattern matches the whole value', { id: '~e' }, 'mem has 3 series, but none with {id=~"e"}'],
    ['a pattern', { id: '~(e|m).+' }, 15],
    ['not a value', { area: '!heap' }, 5],
    ['not a pattern', { id: '!~e.*' }, 35],
    ['no such label', { pool: '' }, 45],
    ['a missing label', { pool: 'x' }, 'mem has 3 series, but none with {pool="x"}'],
    ['all of several', { area: 'heap', id: 'old' }, 30],
  ])('labels: %s', (_, labels, expected) => {
    expect(only({ metric: 'mem', labels, fold: 'sum' }, memory)).toBe(expected);
  });

  test('a number or a boolean in labels is a text in the page', () => {
    expect(
      only(
        { metric: 'a', labels: { code: 200, ok: true } },
        'a{code="200",ok="true"} 1\na{code="500",ok="true"} 2\n',
      ),
    ).toBe(1);
  });

  test('of several names the first one on the page is read, and the row names it', () => {
    expect(rows({ metric: ['none', 'load', 'mem'] }, memory)).toEqual([
      { labels: { metric: 'load' }, value: 0.5 },
    ]);
    expect(only({ metric: ['none', 'nor_this'] }, memory)).toBe(
      'none of the metrics found: none, nor_this. Look up the names on the page',
    );
    expect(only({ metric: ['mem', 'load'], labels: { area: 'x' } }, memory)).toBe(
      'mem has 3 series, but none with {area="x"}',
    );
  });

  test('a missing series has no value, with a reason', () => {
    expect(rows({ metric: 'none', fold: 'sum' }, memory)).toEqual([
      { labels: {}, why: 'metric none not found: look up the name on the page' },
    ]);
    expect(only({ metric: 'none', fold: 'count' }, memory)).toBe(
      'metric none not found: look up the name on the page',
    );
    expect(only({ metric: 'later' }, '# TYPE later counter\na 1\n')).toBe(
      'later is declared on the page, but has no series yet: wait for the first use',
    );
    expect(only({ metric: 'h' }, '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n')).toBe(
      'h is a histogram: read h_count or h_sum, or set quantile',
    );
  });

  test('an OpenMetrics counter is found by its own name', () => {
    expect(only({ metric: 'requests' }, '# TYPE requests counter\nrequests_total 7\n# EOF\n')).toBe(7);
  });

  test('a duplicate series counts once, whatever the order of its labels: the last one', () => {
    const page = 'a{b="1",c="2"} 1\na{c="2",b="1",d=""} 5\na{b="2"} 3\n';
    expect(rows({ metric: 'a' }, page)?.map(({ value }) => value)).toEqual([5, 3]);
    const catalogue = new PageIndex(scanPage(page));
    expect(catalogue.series('a')).toHaveLength(2);
    expect(catalogue.duplicates.first).toEqual([
      { line: 2, what: 'duplicate sample: a with the same labels is also on line 1. The last one is used' },
    ]);
  });

  test('NaN is not a value; infinity is', () => {
    expect(only({ metric: 'a' }, 'a NaN\n')).toBe('the value on the page is NaN, not a number');
    expect(only({ metric: 'a' }, 'a +Inf\n')).toBe(Number.POSITIVE_INFINITY);
  });

  test('labels are shown on one line', () => {
    expect(rows({ metric: 'a' }, 'a{b="c\\nd"} 1\n')).toEqual([{ labels: { b: 'c d' }, value: 1 }]);
  });
});

describe('folds', () => {
  test.each<[string, number, number | string]>([
    ['sum', 6, 'the value on the page is NaN, not a number'],
    ['min', 1, 1],
    ['max', 3, 3],
    ['avg', 2, 'the value on the page is NaN, not a number'],
    ['count', 3, 4],
  ])('%s', (fold, plain, withNaN) => {
    const page = 'a{b="1"} 1\na{b="2"} 2\na{b="3"} 3\n';
    expect(rows({ metric: 'a', fold }, page)).toEqual([{ labels: {}, value: plain }]);
    expect(only({ metric: 'a', fold }, `${page}a{b="4"} NaN\n`)).toBe(withNaN);
    expect(only({ metric: 'a', fold }, 'a NaN\n')).toBe(
      fold === 'count' ? 1 : 'the value on the page is NaN, not a number',
    );
  });
});

describe('rates', () => {
  test('need two scrapes, and use the time unit of the read', () => {
    const read = { metric: 'a_total', per: '1m' };
    expect(only(read, 'a_total 100\n')).toBe('no data yet: a rate needs two scrapes');
    expect(only(read, 'a_total 100\n', 'a_total 110\n')).toBe(120);
    expect(only({ ...read, per: '1s' }, 'a_total 100\n', 'a_total 110\n')).toBe(2);
    expect(only(read, 'a_total 100\n', 'a_total 10\n')).toBe(120);
    expect(only(read, 'a_total 100\n', 'b 1\n')).toBe(
      'metric a_total not found: look up the name on the page',
    );
    expect(only(read, 'a_total 100\n', 'b 1\n', 'a_total 110\n')).toBe(
      'no data yet: a rate needs two scrapes',
    );
    expect(only(read, 'a_total NaN\n', 'a_total 110\n')).toBe('the value on the page is NaN, not a number');
  });

  test('a fold omits a new series, as in Prometheus', () => {
    const read = { metric: 'a', per: '1s', fold: 'sum' };
    expect(only(read, 'a{b="1"} 0\n', 'a{b="1"} 5\na{b="2"} 99\n')).toBe(1);
    expect(only(read, 'a{b="1"} 0\n', 'a{b="1"} 5\na{b="2"} 99\n', 'a{b="1"} 10\na{b="2"} 104\n')).toBe(2);
  });

  test('one series restarts and the others continue', () => {
    expect(
      only(
        { metric: 'a', per: '1s', fold: 'sum' },
        'a{b="1"} 50\na{b="2"} 10\n',
        'a{b="1"} 5\na{b="2"} 15\n',
      ),
    ).toBe(2);
  });
});

const histogram = (...counts: readonly number[]): string =>
  ['0.1', '0.5', '+Inf'].map((le, index) => `h_bucket{uri="/a",le="${le}"} ${counts[index]}\n`).join('');
const other = (...counts: readonly number[]): string => histogram(...counts).replaceAll('/a', '/b');

describe('quantiles', () => {
  test.each(['h', 'h_bucket'])('of a histogram, by the name %s, since its start', (metric) => {
    expect(rows({ metric, quantile: 0.5 }, histogram(10, 20, 20) + other(0, 10, 10))).toEqual([
      { labels: { uri: '/a' }, value: 0.1 },
      { labels: { uri: '/b' }, value: expect.closeTo(0.3, 12) },
    ]);
  });

  test('a sum of histograms has its own quantile; other folds use the quantiles', () => {
    const page = histogram(10, 20, 20) + other(0, 20, 20);
    expect(only({ metric: 'h', quantile: 0.5, fold: 'sum' }, page)).toBeCloseTo(0.1 + 0.4 * (10 / 30), 12);
    expect(only({ metric: 'h', quantile: 0.5, fold: 'max' }, page)).toBeCloseTo(0.3, 12);
    expect(only({ metric: 'h', quantile: 0.5, fold: 'count' }, page)).toBe(2);
  });

  test('with per only the increase between two scrapes counts', () => {
    const read = { metric: 'h', quantile: 0.5, per: '1m', fold: 'sum' };
    expect(only(read, histogram(1000, 1000, 1000))).toBe('no data yet: a rate needs two scrapes');
    expect(only(read, histogram(1000, 1000, 1000), histogram(1000, 1010, 1010))).toBeCloseTo(0.3, 12);
    expect(only(read, histogram(1000, 1000, 1000), histogram(1000, 1000, 1000))).toBe(
      'the histogram has no new observations since the previous scrape',
    );
    expect(only(read, histogram(1000, 1000, 1000), histogram(0, 10, 10))).toBeCloseTo(0.3, 12);
  });

  test('in seconds or in ms, NaN or without buckets: no value where it cannot be computed', () => {
    expect(only({ metric: 'h', quantile: 0.5 }, histogram(0, 0, 0))).toBe(
      'the histogram has no observations yet',
    );
    expect(only({ metric: 'h', quantile: 0.5 }, 'h_bucket{le="1"} 5\nh_bucket{le="2"} 6\n')).toBe(
      'the histogram has incomplete buckets, so there is no quantile',
    );
    expect(only({ metric: 'h', quantile: 0.5 }, '# TYPE h gauge\nh 5\n')).toBe(
      'h is gauge without buckets and has no quantiles: remove quantile',
    );
    expect(
      only({ metric: 'h', quantile: 0.5 }, 'h_bucket{le="+Inf"} 6\nh_bucket{le="x"} 6\nh_bucket 6\n'),
    ).toBe('the histogram has incomplete buckets, so there is no quantile');
  });

  test('a summary has its own quantiles', () => {
    const page = '# TYPE s summary\ns{uri="/a",quantile="0.5"} 3\ns{uri="/a",quantile="0.95"} 7\ns_sum 1\n';
    expect(rows({ metric: 's', quantile: 0.95 }, page)).toEqual([{ labels: { uri: '/a' }, value: 7 }]);
    expect(only({ metric: 's', quantile: 0.9 }, page)).toBe(
      'the summary s has no quantile 0.9: see the quantiles on the page',
    );
    expect(only({ metric: 's', quantile: 0.95, per: '1m' }, page, page)).toBe(
      'opsdeck cannot compute the rate of a summary quantile: use a histogram',
    );
  });
});

describe('ratios', () => {
  const page = 'used{pool="a"} 5\nused{pool="b"} 0\nmax{pool="a"} 10\nmax{pool="b"} 0\nall 20\n';
  test('pair series by the labels that neither side fixes', () => {
    expect(rows({ metric: 'used', ratioTo: { metric: 'max' } }, page)).toEqual([
      { labels: { pool: 'a' }, value: 0.5 },
      { labels: { pool: 'b' }, why: '0 divided by 0' },
    ]);
    const states =
      'u{pool="a",state="used"} 5\nu{pool="a",state="free"} 15\nm{pool="a",kind="max"} 20\nm{pool="b",kind="max"} 40\n';
    expect(
      rows(
        { metric: 'u', labels: { state: 'used' }, ratioTo: { metric: 'm', labels: { kind: 'max' } } },
        states,
      ),
    ).toEqual([{ labels: { pool: 'a' }, value: 0.25 }]);
  });

  test('one series divides all', () => {
    expect(rows({ metric: 'used', ratioTo: { metric: 'all' } }, page)?.map(({ value }) => value)).toEqual([
      0.25, 0,
    ]);
  });

  test('both sides are folded', () => {
    expect(only({ metric: 'used', fold: 'sum', ratioTo: { metric: 'max' } }, page)).toBe(0.5);
  });

  test('of rates, with per', () => {
    const read = { metric: 'c', labels: { code: '~5..' }, per: '1m', fold: 'sum', ratioTo: { metric: 'c' } };
    const counted = (good: number, bad: number): string => `c{code="200"} ${good}\nc{code="500"} ${bad}\n`;
    expect(only(read, counted(1000, 1000))).toBe('no data yet: a rate needs two scrapes');
    expect(only(read, counted(1000, 1000), counted(1015, 1005))).toBe(0.25);
    expect(only(read, counted(1000, 1000), counted(1000, 1000))).toBe('0 divided by 0');
    expect(only(read, 'c{code="200"} 5\n', 'c{code="200"} 9\n')).toBe(
      'c has 1 series, but none with {code=~"5.."}',
    );
  });

  test('a division that fails has a reason', () => {
    expect(only({ metric: 'all', ratioTo: { metric: 'zero' } }, `${page}zero 0\n`)).toBe('divided by 0');
    expect(only({ metric: 'all', ratioTo: { metric: 'none' } }, page)).toBe(
      'metric none not found: look up the name on the page',
    );
    expect(
      rows({ metric: 'used', ratioTo: { metric: 'm' } }, 'used{pool="c"} 1\nm{pool="a"} 1\nm{pool="b"} 1\n'),
    ).toEqual([
      {
        labels: { pool: 'c' },
        why: 'ratioTo has no series with the same labels. Set labels or fold under ratioTo',
      },
    ]);
    expect(
      rows(
        { metric: 'u', ratioTo: { metric: 'm', labels: { k: '~.*' } } },
        'u{p="a"} 1\nm{p="a",k=""} 1\nm{p="b"} 1\n',
      )?.[0]?.value,
    ).toBe(1);
  });
});

test.each<[Written, boolean]>([
  [{ metric: 'a' }, true],
  [
    {
      metric: ['a', 'b'],
      labels: { x: 1, y: 'z' },
      fold: 'sum',
      per: '1m',
      quantile: 0.5,
      ratioTo: { metric: 'c' },
    },
    true,
  ],
  [{}, false],
  [{ metric: [] }, false],
  [{ metric: 'a', per: '0s' }, false],
  [{ metric: 'a', per: 'minute' }, false],
  [{ metric: 'a', quantile: 95 }, false],
  [{ metric: 'a', fold: 'median' }, false],
  [{ metric: 'a', lables: {} }, false],
  [{ metric: 'a', ratioTo: { metric: 'b', per: '1m' } }, false],
])('%j is a valid read: %s', (read, isRead) => {
  const checked = promtextReadSchema.safeParse(read);
  expect(checked.success).toBe(isRead);
  if (checked.success) expect(promtextReadSchema.parse(checked.data)).toEqual(checked.data);
});

test('an invalid pattern is reported before any request', () => {
  expect(promtextReadProblem({ metric: 'a', labels: { b: '~(' } })).toContain('the pattern for label b');
  expect(promtextReadProblem({ metric: 'a', ratioTo: { metric: 'c', labels: { d: '!~(x+)+' } } })).toContain(
    'label d',
  );
  expect(promtextReadProblem({ metric: 'a', labels: { b: '~5..' } })).toBeUndefined();
});
