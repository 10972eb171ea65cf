import { describe, expect, test } from 'vitest';
import type { Environment } from '../../../src/simulator/model/environment.ts';
import { MetricHistory } from '../../../src/simulator/monitoring/metric-history.ts';
import { scrapeIntervalMs, TimeSeries } from '../../../src/simulator/promql/time-series.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

describe('a series after two days', () => {
  const series = new TimeSeries({ __name__: 'up' }, (time) => time);
  const last = 48 * hourMs;
  for (let time = 0; time <= last; time += scrapeIntervalMs) series.add(time, time / scrapeIntervalMs);
  const distances = (at: readonly number[]) =>
    new Set(at.slice(1).map((time, index) => time - (at[index] ?? 0)));

  test('has every sample of the last hour', () => {
    const { at, values } = series.between(last - hourMs + 1, last);
    expect(at).toHaveLength(720);
    expect(distances(at)).toEqual(new Set([scrapeIntervalMs]));
    expect(values.at(-1)).toBe(last / scrapeIntervalMs);
  });

  test('has a sample a minute of the day before it, and none from before', () => {
    const { at, values } = series.between(1, last - hourMs);
    expect(at).toHaveLength(24 * 60);
    expect(distances(at)).toEqual(new Set([minuteMs]));
    expect(values).toEqual(at.map((time) => time / scrapeIntervalMs));
    expect(series.latest(10 * hourMs, 300_000)).toBeUndefined();
  });

  test('answers for a time between two samples', () => {
    expect(series.latest(last - 2 * hourMs + 59_000, 300_000)?.at).toBe(last - 2 * hourMs);
    expect(series.latest(last - 1, 300_000)?.at).toBe(last - scrapeIntervalMs);
  });

  test('ends, and has no value then', () => {
    series.end(last + scrapeIntervalMs);
    expect(series.isStale).toBe(true);
    expect(series.latest(last + scrapeIntervalMs, 300_000)).toBeUndefined();
    expect(series.between(last, last + hourMs).at).toEqual([last]);
  });
});

test('calculates the samples before the first one', () => {
  const first = 10 * hourMs;
  const series = new TimeSeries({ __name__: 'up' }, (time) => (time < first - 20_000 ? undefined : time));
  series.add(first, first);
  const expected = [first - 15_000, first - 10_000, first - 5000];
  expect(series.between(first - 17_000, first - 5000)).toEqual({ at: expected, values: expected });
  expect(series.between(0, first - 20_000)).toEqual({ at: [first - 20_000], values: [first - 20_000] });
  expect(series.latest(first - 1, 300_000)).toEqual({ at: first - 5000, value: first - 5000 });
});

test('a query whose ranges overlap calculates each sample before the first one once', () => {
  const calculated: number[] = [];
  const first = 10 * hourMs;
  const series = new TimeSeries({ __name__: 'up' }, (time) => {
    calculated.push(time);
    return time < 4 * hourMs ? undefined : time;
  });
  series.add(first, first);
  const starts = Array.from({ length: 60 }, (_, minute) => 5 * hourMs + minute * minuteMs);
  for (const from of starts) {
    const { at, values } = series.between(from, from + 5 * minuteMs);
    expect(at).toEqual(Array.from({ length: 61 }, (_, index) => from + index * scrapeIntervalMs));
    expect(values).toEqual(at);
  }
  expect(calculated.toSorted()).toEqual([...new Set(calculated)].toSorted());
  expect(calculated).toHaveLength((59 + 5) * 12 + 1);
  // A part of the range that is known, and a range that begins before the process did.
  series.between(6 * hourMs, 6 * hourMs + minuteMs);
  expect(calculated).toHaveLength((59 + 5) * 12 + 1);
  expect(series.between(4 * hourMs - minuteMs, 4 * hourMs).at).toEqual([4 * hourMs]);
});

test('series that ended more than a day ago are removed, and one that returns is found', () => {
  let onInterval = (_: number): void => {};
  const sent = (hour: number) => [
    { query: 'select 1', calls: hour, meanMs: 1 },
    { query: `select ${hour} as hour`, calls: 1, meanMs: 1 },
  ];
  const database = {
    spec: { isExported: true, database: 'shop' },
    isUp: true,
    extensions: new Set(['pg_stat_statements']),
    sentStatements: sent(0),
  };
  const parts = {
    now: 0,
    instances: [],
    parts: { database },
    watch: (_: number, tick: typeof onInterval) => (onInterval = tick),
  };
  // The parts of an environment that are scraped.
  const history = new MetricHistory(parts as unknown as Environment, (time) => time);
  const last = 60 * hourMs;
  for (let now = scrapeIntervalMs; now <= last; now += scrapeIntervalMs) {
    database.sentStatements = sent(Math.floor(now / hourMs));
    onInterval(now);
  }
  const calls = history.named('pg_stat_statements_calls');
  expect(calls.length).toBeGreaterThanOrEqual(25);
  expect(calls.length).toBeLessThanOrEqual(27);
  expect(history.named(undefined)).toHaveLength(2 * calls.length);
  expect(calls.filter((series) => series.latest(last, 300_000) !== undefined)).toHaveLength(2);
  database.sentStatements = sent(0);
  onInterval(last + scrapeIntervalMs);
  const again = history.named('pg_stat_statements_calls');
  expect(
    again.filter((series) => series.latest(last + scrapeIntervalMs, 300_000) !== undefined),
  ).toHaveLength(2);
});
