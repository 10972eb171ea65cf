import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePromql } from '../../../src/simulator/promql/parser.ts';
import { TimeSeries } from '../../../src/simulator/promql/time-series.ts';
import { answerInstant, answerRange } from '../../../src/simulator/servers/prometheus/query.ts';
import { valueAt } from '../ask.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(`test/recordings/prometheus-2.42/${name}.json`, 'utf8'));
const listIn = (value: unknown, key: string): readonly unknown[] => {
  const list = valueAt(value, key);
  if (!Array.isArray(list)) throw new Error(`no ${key} in the recording`);
  return list;
};

const recorded = read('evaluations');
const all = listIn(recorded, 'series').map((body) => {
  const metric = Object.entries(Object(valueAt(body, 'metric'))).map(([k, v]) => [k, String(v)] as const);
  const series = new TimeSeries(Object.fromEntries(metric.sort()));
  for (const point of listIn(body, 'points')) {
    const [at, value] = [point].flat(2);
    series.add(Number(at) * 1000, Number(value));
  }
  return series;
});
const storage = {
  named: (name: string | undefined) =>
    name === undefined ? all : all.filter(({ metric }) => metric.__name__ === name),
};
const same = (time: number): number => time;

/** Rounds numbers to nine digits: the last ones depend on the order of summation. */
const comparable = (value: unknown): unknown => {
  if (typeof value === 'string' && /^-?\d+\.?\d*(?:e[+-]\d+)?$/.test(value))
    return Number(value).toPrecision(9);
  if (Array.isArray(value)) {
    const each = value.map(comparable);
    const isRows = each.every(
      (element) => typeof element === 'object' && element !== null && 'metric' in element,
    );
    return isRows ? each.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : each;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
};

interface Case {
  readonly query: string;
  readonly time: number;
  readonly answer: unknown;
}
const instants = listIn(recorded, 'instant').map(
  (body): Case => ({
    query: String(valueAt(body, 'query')),
    time: Number(valueAt(body, 'time')),
    answer: valueAt(body, 'answer'),
  }),
);

describe('evaluates like Prometheus 2.42', () => {
  test.each(instants)('$query at $time', ({ query, time, answer }) => {
    const { json } = answerInstant(query, time * 1000, { storage, toClock: same, toModel: same });
    expect(comparable(json)).toEqual(comparable(answer));
  });

  test.each(listIn(recorded, 'range').map((body) => ({ query: String(valueAt(body, 'query')), one: body })))(
    '$query over a range',
    ({ query, one }) => {
      const [start, end] = ['start', 'end'].map((key) => Number(valueAt(one, key)) * 1000);
      const steps = { start: start ?? 0, end: end ?? 0, step: Number(valueAt(one, 'step')) * 1000 };
      const { json } = answerRange(query, steps, { storage, toClock: same, toModel: same });
      expect(comparable(json)).toEqual(comparable(valueAt(one, 'answer')));
    },
  );
});

/** PromQL that the simulator refuses, and the error of each. No profile uses it. */
const leftOut: Readonly<Record<string, string>> = {
  'up[5m:1m]': '1:6: parse error: a subquery is not supported by the simulator',
  'up * on(job) group_left up': '1:14: parse error: group_left is not supported by the simulator',
  'up @ 5': '1:4: parse error: the @ modifier is not supported by the simulator',
  'count_values("v", up)': '1:1: parse error: count_values is not supported by the simulator',
  'quantile(0.5, up)': '1:1: parse error: quantile is not supported by the simulator',
  'label_replace(up,"a","b","c","d")': '1:1: parse error: unknown function with name "label_replace"',
};

const queries = [read('query-errors')].flat().map((row) => {
  const [query, error] = [row].flat();
  return { query: String(query), error: error === null ? undefined : String(error) };
});

test.each(queries)('parses, or rejects with the same message: $query', ({ query, error }) => {
  const mine = (): string | undefined => {
    try {
      parsePromql(query);
      return undefined;
    } catch (problem) {
      return problem instanceof Error ? problem.message : String(problem);
    }
  };
  expect(mine()).toBe(leftOut[query] ?? error?.replace('invalid parameter "query": ', ''));
});
