import { describe, expect, test } from 'vitest';
import type { AlertRuleFact } from '../../../src/domain/facts/alert-rules.ts';
import type { RuleVerdict } from '../../../src/domain/facts/facts.ts';
import { judgeByRules, judgeThreshold } from '../../../src/domain/facts/threshold.ts';
import { ruleVerdicts } from '../../../src/sources/prometheus/rule-levels.ts';
import { openFixture, vector } from './fixture.ts';

const now = 1_000_000;

type Active = AlertRuleFact['active'][number];

const alert = (state: Active['state'], labels: Active['labels'], since = 1000): Active => ({
  state,
  labels,
  since,
});
const rule = (name: string, ...active: readonly Active[]): AlertRuleFact => ({
  name,
  active,
  evaluatedAt: now,
});
const [api, web] = [
  { __name__: 'latency', job: 'api' },
  { __name__: 'latency', job: 'web' },
];
const names = { warn: 'Slow', crit: 'VerySlow' };
const both = [rule('Slow'), rule('VerySlow')] as const;

describe('the level of a series', () => {
  test.each<[string, readonly AlertRuleFact[], unknown]>([
    ['no alert', both, [{ level: 'ok' }, { level: 'ok' }]],
    [
      'a firing alert of one series, with the labels of its rule',
      [rule('Slow', alert('firing', { job: 'web', severity: 'warning' })), both[1]],
      [{ level: 'ok' }, { level: 'warn', since: 1000, rule: 'Slow' }],
    ],
    [
      'a pending alert raises nothing',
      [both[0], rule('VerySlow', alert('pending', { job: 'api' }))],
      [{ level: 'ok', pending: { level: 'crit', since: 1000 }, rule: 'VerySlow' }, { level: 'ok' }],
    ],
    [
      'a warning that fires while the critical one is pending',
      [
        rule('Slow', alert('firing', { job: 'api' }, 500)),
        rule('VerySlow', alert('pending', { job: 'api' })),
      ],
      [{ level: 'warn', since: 500, rule: 'Slow', pending: { level: 'crit', since: 1000 } }, { level: 'ok' }],
    ],
    [
      'both fire',
      [rule('Slow', alert('firing', { job: 'api' })), rule('VerySlow', alert('firing', { job: 'api' }, 7))],
      [{ level: 'crit', since: 7, rule: 'VerySlow' }, { level: 'ok' }],
    ],
  ])('%s', (_, rules, verdicts) => expect(ruleVerdicts(rules, names, [api, web], now)).toEqual(verdicts));

  test.each<[string, readonly AlertRuleFact[]]>([
    ['a rule is not loaded', [both[0]]],
    ['two rules have one name', [...both, rule('Slow')]],
    ['a rule was not evaluated for six minutes', [both[0], { ...both[1], evaluatedAt: now - 360_000 }]],
    ['a rule was never evaluated', [both[0], { name: 'VerySlow', active: [] }]],
    ['a rule cannot be evaluated', [both[0], { ...both[1], problem: 'cannot be evaluated: many-to-many' }]],
    [
      'an alert is of none of these series, whose labels its rule replaces',
      [rule('Slow', alert('firing', { job: 'all' })), both[1]],
    ],
  ])('the limits decide where %s', (_, rules) =>
    expect(ruleVerdicts(rules, names, [api, web], now)).toBeUndefined(),
  );
});

const rulesBody = (...rules: readonly object[]) => ({
  status: 'success',
  data: { groups: [{ name: 'g', file: 'f', rules }] },
});
const slow = {
  ...{ type: 'alerting', name: 'Slow', query: 'latency > 1', duration: 3600, health: 'ok', labels: {} },
  lastEvaluation: '2026-03-04T10:00:00Z',
  alerts: [
    {
      labels: { alertname: 'Slow', job: 'api' },
      state: 'pending',
      activeAt: '2026-03-04T10:00:00Z',
      value: '7',
    },
  ],
};
const signal = { id: 'latency', read: { query: 'latency', rules: { crit: 'Slow' } } };

test('a signal is read with the state of its rule; a server without rules has values alone', async () => {
  let status = 200;
  await using fixture = await openFixture(
    (path, query) =>
      path === '/api/v1/rules'
        ? { status, body: rulesBody(slow) }
        : query === 'latency'
          ? { body: vector(0, [{ job: 'api' }, 7]) }
          : undefined,
    {},
    [signal],
  );
  const { items } = await fixture.read('query');
  expect(items).toMatchObject([{ value: 7, byRules: { level: 'ok', pending: { level: 'crit' } } }]);
  status = 404;
  await fixture.clock.advance(60_000);
  const alone = await fixture.read('query');
  expect(alone.items).toMatchObject([{ value: 7 }]);
  expect(alone.items[0]).not.toHaveProperty('byRules');
  expect(alone.faults).toEqual([]);
  expect(fixture.feed('query').isUnshared).toBe(true);
});

test('a rule that cannot be evaluated is a fault beside the alerts', async () => {
  const failed = { ...slow, name: 'Broken', health: 'err', lastError: 'many-to-many matching', alerts: [] };
  await using fixture = await openFixture((path) =>
    path === '/api/v1/rules'
      ? { body: rulesBody(slow, failed) }
      : path === '/api/v1/alerts'
        ? { body: { status: 'success', data: { alerts: [] } } }
        : undefined,
  );
  const { items, faults } = await fixture.read('alerts');
  expect(items).toEqual([]);
  expect(faults).toMatchObject([
    {
      kind: 'malformed',
      message: expect.stringContaining('alert rule Broken cannot be evaluated: many-to-many matching'),
      remedy: 'correct the expression of the rule: until then the alert cannot fire',
    },
  ]);
});

test('a firing rule that is pending after a gap in its scrapes leaves the level raised while the value is beyond its limit', () => {
  const threshold = { crit: { op: '>', value: 5 } } as const;
  const judge = (was: Parameters<typeof judgeByRules>[0], value: number, verdict: RuleVerdict) =>
    judgeByRules(was, value, verdict, threshold, 10);
  const pending: RuleVerdict = { level: 'ok', pending: { level: 'crit', since: 9 } };
  const fired = judge(undefined, 7, { level: 'crit' });
  const gone = judgeThreshold(fired, undefined, { ...threshold, noData: 'ok' }, 10);
  for (const was of [fired, gone]) {
    expect(judge(was, 7, pending)).toMatchObject({ level: 'crit' });
    expect(judge(was, 7, pending)).not.toHaveProperty('pending');
    expect(judge(was, 7, { level: 'ok' }).level).toBe('crit');
    expect(judge(was, 3, { level: 'ok' }).level).toBe('ok');
  }
  expect(judge(undefined, 7, pending)).toMatchObject({ level: 'ok', pending: { level: 'crit' } });
});

describe('the reason of a level by rules', () => {
  const threshold = { crit: { op: '>', value: 5 }, forMs: 3_600_000 } as const;
  const pending = { level: 'crit', since: 0 } as const;
  test.each([
    [{ level: 'ok' } as const, 3, '3, within limits'],
    [{ level: 'ok' } as const, 7, '7, limit > 5, but the alert rule does not fire'],
    [{ level: 'ok', pending } as const, 7, '7, limit > 5, crit after 10m of 1h'],
    [{ level: 'crit' } as const, 7, '7, limit > 5'],
    [{ level: 'crit' } as const, 3, '3, within limits, but the alert rule fires'],
  ])('%j with the value %d', (verdict, value, why) =>
    expect(judgeByRules(undefined, value, verdict, threshold, 600_000)).toMatchObject({
      level: verdict.level,
      why,
    }),
  );
});
