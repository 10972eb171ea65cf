import { describe, expect, test } from 'vitest';
import { followRules, parseRecordingRules } from '../../../src/sources/prometheus/recorded.ts';
import { openFixture, type Reply, vector } from './fixture.ts';

const evaluated = '2026-03-04T10:00:00Z';
const evaluatedMs = Date.parse(evaluated);

interface Written {
  readonly labels?: Readonly<Record<string, string>>;
  readonly at?: string;
  readonly error?: string;
}

const rule = (name: string, query: string, { labels = {}, at = evaluated, error }: Written = {}) => ({
  ...{ type: 'recording', name, query, labels, lastEvaluation: at },
  ...(error === undefined ? { health: 'ok' } : { health: 'err', lastError: error }),
});

const rulesOf = (...rules: readonly object[]) => ({
  groups: [
    { name: 'g', interval: 15, rules: [...rules, { type: 'alerting', name: 'job:errors', query: 'up' }] },
  ],
});

const follow = (query: string, ...rules: readonly object[]) =>
  followRules(query, undefined, parseRecordingRules(rulesOf(...rules)));

/** The queries of a plan, and what it says of them. */
const shown = (plan: ReturnType<typeof follow>) => {
  if ('hidden' in plan) return plan;
  const { queries, evaluations: _, asOf: __, rules: ___, ...rest } = plan;
  return { ...rest, queries: queries.map(({ promql }) => promql) };
};

const perJob = rule('job:errors:rate1m', 'sum by (job) (rate(errors[1m]))');
const ratio = rule('job:errors:ratio', 'job:errors:rate1m / job:requests:rate1m');
const requests = rule('job:requests:rate1m', 'sum by (job) (rate(requests[1m]))');
const errorsPart = '(rate(errors[1m])) and errors';

test.each([
  ['job:errors:rate1m', { queries: [errorsPart], fold: 'sum', addsUp: true, windowMs: 75_000 }],
  ['sum(job:errors:rate1m)', { queries: [errorsPart], fold: 'sum', addsUp: true, windowMs: 75_000 }],
  ['max(job:errors:rate1m)', { queries: [errorsPart], addsUp: false, windowMs: 75_000 }],
  ['100 * job:errors:rate1m', { queries: [errorsPart], addsUp: true, windowMs: 75_000 }],
  ['max_over_time(job:errors:rate1m[5m])', { queries: [errorsPart], addsUp: false, windowMs: 375_000 }],
  [
    'job:errors:ratio',
    { queries: [errorsPart, '(rate(requests[1m])) and requests'], addsUp: true, windowMs: 90_000 },
  ],
  ['job:errors:rate1m / sum(up)', { queries: [errorsPart, 'up'], addsUp: true, windowMs: 75_000 }],
])('%s is computed from the series of its rules', (query, expected) => {
  expect(shown(follow(query, perJob, ratio, requests))).toEqual(expected);
});

test.each([
  ['sum(job:other)', 'job:other, which no rule of this server records'],
  ['job:errors:ratio', 'job:requests:rate1m, which no rule of this server records'],
  ['job:loop', 'more than 5 recording rules in a row'],
  ['job:past', 'a recording rule without series of now: sum(errors offset 1h)'],
])('%s cannot be followed', (query, hidden) => {
  const loop = rule('job:loop', 'sum(job:loop)');
  const past = rule('job:past', 'sum(errors offset 1h)');
  expect(follow(query, perJob, ratio, loop, past)).toEqual({ hidden });
});

test('a rule that fails records nothing of now', () => {
  const failing = rule('job:x', 'sum(x)', { error: 'many-to-many matching not allowed' });
  expect(() => follow('job:x', failing)).toThrow(
    'the recording rule job:x cannot be evaluated: many-to-many matching not allowed',
  );
});

test('the value shows the scrapes before the evaluations of its rules', () => {
  const early = rule('job:errors:rate1m', 'sum by (job) (rate(errors[1m]))', { at: '2026-03-04T10:00:08Z' });
  expect(follow('job:errors:ratio', early, ratio, requests)).toMatchObject({
    // It may have used the one before its last evaluation, 15 s ago.
    asOf: evaluatedMs - 15_000,
    evaluations: new Map([
      ['job:errors:ratio', evaluatedMs],
      ['job:errors:rate1m', evaluatedMs - 15_000],
      ['job:requests:rate1m', evaluatedMs],
    ]),
    rules: expect.objectContaining({ 'job:errors:rate1m': 'sum by (job) (rate(errors[1m]))' }),
  });
});

describe('a part of a recorded series', () => {
  const labelsOf = (query: string, labels: Readonly<Record<string, string>>) => {
    const tagged = rule('job:errors', 'sum by (job) (errors)', { labels: { team: 'shop' } });
    const plan = follow(query, tagged);
    if ('hidden' in plan) throw new Error(plan.hidden);
    return plan.queries[0]?.labelsOf?.(labels);
  };
  const own = { job: 'orders', instance: 'a' };

  test.each([
    ['job:errors', true],
    ['job:errors{job="orders"}', true],
    ['job:errors{job="billing"}', false],
    ['job:errors{job=~"orders|billing",team!="bank"}', true],
    ['job:errors{job=~"order"}', false],
    ["job:errors{team='bank'}", false],
    // Labels that it does not have may come from elsewhere, and patterns of Go may be unknown here.
    ['job:errors{region="eu"}', true],
    ['job:errors{job=~"(?i)orders"}', true],
  ])('%s: %s', (query, isSelected) => {
    expect(labelsOf(query, own)).toEqual(isSelected ? { ...own, team: 'shop' } : undefined);
  });

  test('keeps its own value of a label that the rule sets', () => {
    expect(labelsOf('job:errors', { ...own, team: 'x' })).toEqual({
      ...own,
      exported_team: 'x',
      team: 'shop',
    });
  });
});

describe('the feed of the parts', () => {
  const signal = { id: 'errors', read: { query: 'job:errors' } };
  const orders = (instance: string) => ({ job: 'orders', instance });
  const open = (rules: () => Reply) =>
    openFixture(
      (path, query) => {
        if (path === '/api/v1/rules') return rules();
        if (query === `time() - timestamp(up @ ${(evaluatedMs / 1000).toFixed(3)})`)
          return { body: vector(0, [orders('a'), 9]) };
        return query === 'errors' ? { body: vector(0, [orders('a'), 40], [orders('b'), 2]) } : undefined;
      },
      {},
      [signal],
    );

  test('reads the series behind the rules that the server lists', async () => {
    const data = rulesOf(rule('job:errors', 'sum by (job) (errors)'));
    await using fixture = await open(() => ({ body: { status: 'success', data } }));
    const now = fixture.clock.now();
    const { parts, faults } = await fixture.read('parts');
    expect(faults).toEqual([]);
    expect(parts).toMatchObject({
      values: { [JSON.stringify(orders('a'))]: 40, [JSON.stringify(orders('b'))]: 2 },
      fold: 'sum',
      scrapedAt: { 'orders a': now - 9000 },
      evaluations: { 'job:errors': expect.any(Number) },
    });
  });

  test.each([
    [404, 'the recording rules, which cannot be read'],
    [200, 'job:errors, which no rule of this server records'],
  ])('says what hides them: %i', async (status, why) => {
    const body = status === 200 ? { status: 'success', data: { groups: [] } } : 'not here';
    await using fixture = await open(() => ({ status, body }));
    expect(await fixture.read('parts')).toMatchObject({
      partsHiddenBy: expect.stringContaining(why),
      faults: [],
    });
  });
});
