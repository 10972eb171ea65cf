import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import { comparedValues } from '../../src/expressions/compared-values.ts';
import { type EvaluateOptions, evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { breaker, fault, health, lag, noon, pool, snapshotWith } from '../support/made-facts.ts';

const evaluate = (text: string, snapshot: Snapshot, options: Partial<EvaluateOptions> = {}) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, snapshot, { now: noon, ...options });
};

const alert = (name: string, state: Alert['state']): Alert => ({
  source: 'am',
  at: noon,
  name,
  severity: 'page',
  state,
  since: noon - 60_000,
  labels: { team: 'shop' },
  summary: '',
});
const unit = (name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'hosts',
  at: noon,
  kind: 'node',
  namespace: '',
  name,
  owner: '',
  node: 'vm-3',
  status: 'Running',
  ...more,
});

const snapshot = snapshotWith({
  breakers: [breaker('psp', { state: 'open', failureRate: 82 }), breaker('stock', { instance: 'bus-1' })],
  pools: [pool('main', { active: 20, max: 20, pending: 3 }), pool('side', { active: 4, max: 20 })],
  lag: [lag('billing', { lag: 48_210, end: 9_007_199_254_740_993n, committed: 9_007_199_254_740_992n })],
  // Component status in the spelling of Spring Boot.
  health: [
    health('api', { latencyMs: 900, components: [{ name: 'db', status: 'DOWN' }] }),
    health('web', {
      latencyMs: 5,
      components: [
        { name: 'ping', status: 'UP' },
        { name: 'cache', status: 'DOWN' },
        { name: 'disk', status: 'UP' },
      ],
    }),
  ],
  alerts: [alert('Down', 'firing'), alert('Slow', 'silenced')],
  workloads: [unit('vm-3', { startedAt: noon - 1000 })],
  sessions: [],
});

test.each([
  ['any(breakers | state = open)', 'true', 'breakers bus-0 · psp state is open'],
  ['any(breakers | state = half-open)', 'false', 'none of 2 breakers: state = half-open'],
  ['any(breakers[name = stock] | state = open)', 'false', 'breakers bus-1 · stock state is closed'],
  ['any(breakers[name = none] | state = open)', 'false', 'no breakers with name = none'],
  ['all(breakers | state = closed)', 'false', 'breakers bus-0 · psp state is open'],
  ['all(breakers | state in (open, closed))', 'true', 'all 2 breakers: state in (open, closed)'],
  ['all(breakers[name = "stock"] | state = closed)', 'true', 'breakers bus-1 · stock state is closed'],
  ['all(breakers[name = none] | state = closed)', 'unknown', 'no breakers with name = none'],
  ['count(breakers) = 2', 'true', 'count of breakers is 2'],
  ['count(breakers | state = open) > 1', 'false', 'count of breakers, state = open is 1'],
  ['count(breakers[name = none]) = 0', 'true', 'count of breakers with name = none is 0'],
  ['count(sessions) < 1', 'true', 'count of sessions is 0'],
  ['any(sessions | durationMs > 0)', 'false', 'no sessions'],
  ['all(sessions | durationMs = 0)', 'unknown', 'no sessions'],
  [
    'any(pools | active = max and pending > 0)',
    'true',
    'pools billing-0 · main active is 20, max is 20, pending is 3',
  ],
  ['any(pools | util >= 1)', 'true', 'pools billing-0 · main util is 1'],
  ['any(lag | lag >= 48210)', 'true', 'lag billing · payments · p0 lag is 48,210'],
  [
    'any(lag | committed = 9007199254740992)',
    'true',
    'lag billing · payments · p0 committed is 9007199254740992',
  ],
  [
    'any(lag | committed < end)',
    'true',
    'lag billing · payments · p0 committed is 9007199254740992, end is 9007199254740993',
  ],
  ['any(breakers | level = crit)', 'true', 'breakers bus-0 · psp level is crit'],
  ['all(breakers | level >= ok)', 'true', 'all 2 breakers: level >= ok'],
  ['any(breakers | level < crit)', 'true', 'breakers bus-1 · stock level is ok'],
  ['any(breakers | name matches /^p.p$/)', 'true', 'breakers bus-0 · psp name is psp'],
  ['any(breakers | not state = closed)', 'true', 'breakers bus-0 · psp state is open'],
  ['any(health | components = "db down")', 'true', 'health api components is db down'],
  [
    'any(health[service = web] | components = "cache down")',
    'true',
    'health web components is cache down and 2 more',
  ],
  [
    'any(health[service = web] | components = "db down")',
    'false',
    expect.stringContaining('components is ping up, cache down, disk up'),
  ],
  ['any(health | instance = "")', 'true', 'health api instance is empty'],
  ['any(health | at > "2026-03-04T10:00:00Z")', 'true', 'health api at is 2026-03-04T10:15:07.000Z'],
  ['any(workloads | kind = node)', 'true', 'workloads vm-3 kind is node'],
  ['any(workloads | name = node)', 'true', 'workloads vm-3 name is vm-3, node is vm-3'],
  ['alert(Down)', 'true', 'alerts Down state is firing'],
  ['alert(Slow)', 'false', 'alerts Slow state is silenced'],
  ['alert("No Such")', 'false', 'no alerts with name = No Such'],
  ['any(alerts[labels.team = shop] | state = firing)', 'true', 'alerts Down state is firing'],
  ['not any(breakers | state = open)', 'false', 'breakers bus-0 · psp state is open'],
  [
    'alert(Down) and any(breakers | state = open)',
    'true',
    'alerts Down state is firing and breakers bus-0 · psp state is open',
  ],
  ['alert(Slow) or alert(Down)', 'true', 'alerts Down state is firing'],
  ['any(breakers | state = open) for 30s', 'true', 'breakers bus-0 · psp state is open'],
])('%s is %s: %s', (text, value, why) => {
  expect(evaluate(text, snapshot)).toMatchObject({ value, why });
});

const withUnknowns = snapshotWith({
  breakers: [breaker('psp', { state: 'unknown' }), breaker('stock')],
  alerts: [alert('Down', 'pending')],
});

test.each([
  ['any(breakers | failureRate > 50)', 'unknown', 'breakers bus-0 · psp failureRate is unknown'],
  [
    'any(breakers | failureRate > 50 or name = stock)',
    'true',
    'breakers bus-0 · stock failureRate is unknown, name is stock',
  ],
  [
    'all(breakers | failureRate > 50 and name = none)',
    'false',
    'breakers bus-0 · psp failureRate is unknown, name is psp',
  ],
  ['any(breakers | state = open)', 'unknown', 'breakers bus-0 · psp state is unknown'],
  ['all(breakers | state != open)', 'unknown', 'breakers bus-0 · psp state is unknown'],
  ['all(breakers | state = closed)', 'unknown', 'breakers bus-0 · psp state is unknown'],
  ['any(breakers | state = unknown)', 'true', 'breakers bus-0 · psp state is unknown'],
  ['any(breakers | state in (open, unknown))', 'true', 'breakers bus-0 · psp state is unknown'],
  ['any(breakers | level >= warn)', 'unknown', 'breakers bus-0 · psp level is unknown'],
  ['any(breakers | level = unknown)', 'true', 'breakers bus-0 · psp level is unknown'],
  [
    'all(breakers[state = closed] | name = stock)',
    'unknown',
    'breakers bus-0 · psp name is psp, state is unknown',
  ],
  [
    'count(breakers | state = closed) >= 1',
    'true',
    'count of breakers, state = closed is at least 1: 1 breakers have an unknown state',
  ],
  [
    'count(breakers | state = closed) = 1',
    'unknown',
    'count of breakers, state = closed is at least 1: 1 breakers have an unknown state',
  ],
  [
    'count(breakers | state = closed) > 2',
    'false',
    'count of breakers, state = closed is at least 1: 1 breakers have an unknown state',
  ],
  [
    'count(breakers | state = closed) != 5',
    'true',
    'count of breakers, state = closed is at least 1: 1 breakers have an unknown state',
  ],
  ['any(pools | pending > 0)', 'unknown', 'no source provides pools'],
  ['count(pools) = 0', 'unknown', 'count of pools is at least 0: no source provides pools'],
  ['all(pools | pending = 0)', 'unknown', 'no source provides pools'],
  ['not any(pools | pending > 0)', 'unknown', 'no source provides pools'],
  ['any(pools | pending > 0) or alert(Down)', 'unknown', 'no source provides pools'],
  ['any(pools | pending > 0) and alert(Down)', 'false', 'alerts Down state is pending'],
])('with unknown values, %s is %s', (text, value, why) => {
  expect(evaluate(text, withUnknowns)).toEqual({ value, why });
});

const partial = snapshotWith(
  { breakers: [breaker('psp', { state: 'open' })] },
  { faults: [fault('timeout', 'bus-1 did not answer in 3s')] },
);
const unavailable = 'some breakers unavailable: bus-1 did not answer in 3s';

test.each([
  ['any(breakers | state = open)', 'true', 'breakers bus-0 · psp state is open'],
  ['any(breakers | state = disabled)', 'unknown', unavailable],
  ['all(breakers | state = closed)', 'false', 'breakers bus-0 · psp state is open'],
  ['all(breakers | state = open)', 'unknown', unavailable],
  ['count(breakers) >= 1', 'true', `count of breakers is at least 1: ${unavailable}`],
  ['count(breakers) < 1', 'false', `count of breakers is at least 1: ${unavailable}`],
  ['count(breakers) < 5', 'unknown', `count of breakers is at least 1: ${unavailable}`],
  ['count(breakers) = 1', 'unknown', `count of breakers is at least 1: ${unavailable}`],
])('with a partial reading, %s is %s', (text, value, why) => {
  expect(evaluate(text, partial)).toEqual({ value, why });
});

const unset = { ...fault('missing', '${env:STRIPE_URL} has no value'), source: 'stripe' };
const complete = snapshotWith({ breakers: [breaker('psp', { state: 'open' })] });
const elsewhere = {
  ...complete,
  kinds: { ...complete.kinds, breakers: { ...complete.kinds.breakers, faults: [unset] } },
};
const disabled = 'some breakers unavailable: ${env:STRIPE_URL} has no value';

test.each([
  ['all(breakers[source = bus] | state = open)', 'true', 'breakers bus-0 · psp state is open'],
  ['all(breakers[source = bus and name = psp] | state = open)', 'true', 'breakers bus-0 · psp state is open'],
  ['any(breakers[source in (bus, prom)] | state = closed)', 'false', 'breakers bus-0 · psp state is open'],
  ['count(breakers[source = bus]) = 1', 'true', 'count of breakers with source = bus is 1'],
  ['all(breakers[source in (bus, stripe)] | state = open)', 'unknown', disabled],
  ['all(breakers[source != prom] | state = open)', 'unknown', disabled],
  ['all(breakers[source = bus or name = psp] | state = open)', 'unknown', disabled],
  ['all(breakers[name = psp] | state = open)', 'unknown', disabled],
])('with a fault of a source that the filter may exclude, %s is %s', (text, value, why) => {
  expect(evaluate(text, elsewhere)).toEqual({ value, why });
});

test('a fault hides rows of the source whose feed has it, whatever source it names', () => {
  const named = snapshotWith({ breakers: [breaker('psp', { state: 'open' })] }, { faults: [unset] });
  const text = 'all(breakers[source = bus] | state = open)';
  expect(evaluate(text, named)).toEqual({ value: 'unknown', why: disabled });
  const nameless = {
    ...elsewhere,
    kinds: {
      ...elsewhere.kinds,
      breakers: { ...elsewhere.kinds.breakers, faults: [{ ...unset, source: '' }] },
    },
  };
  expect(evaluate(text, nameless).value).toBe('unknown');
});

test('a kind without a reading is unknown', () => {
  const starting = snapshotWith({}, { waiting: ['breakers'] });
  const why = 'breakers have not been read yet';
  expect(evaluate('any(breakers | state = open)', starting)).toEqual({ value: 'unknown', why });
  expect(evaluate('count(breakers) = 0', starting).value).toBe('unknown');
});

test('before one instance is read, the others can make `any` true and `all` false', () => {
  const half = snapshotWith({ breakers: [breaker('psp', { state: 'open' })] }, { waiting: ['breakers'] });
  expect(evaluate('any(breakers | state = open)', half).value).toBe('true');
  expect(evaluate('all(breakers | state = closed)', half).value).toBe('false');
  expect(evaluate('all(breakers | state = open)', half)).toEqual({
    value: 'unknown',
    why: 'some breakers have not been read yet',
  });
});

test('a kind whose only source failed is unknown', () => {
  const blind = snapshotWith({ breakers: [] }, { faults: [fault('denied', 'bus requires a login (401)')] });
  expect(evaluate('any(breakers | state = open)', blind)).toEqual({
    value: 'unknown',
    why: 'breakers unavailable: bus requires a login (401)',
  });
});

test('a stale row is unknown, except for its identity', () => {
  const stale = snapshotWith({ breakers: [breaker('psp', { state: 'open' })] }, { now: noon + 60_000 });
  const why = 'breakers bus-0 · psp is stale';
  expect(evaluate('any(breakers | state = open)', stale)).toEqual({ value: 'unknown', why });
  expect(evaluate('all(breakers | state = open)', stale)).toEqual({ value: 'unknown', why });
  expect(evaluate('any(breakers | name = psp)', stale)).toEqual({ value: 'unknown', why });
  expect(evaluate('any(breakers[name = stock] | state = open)', stale).value).toBe('false');
});

test.each([
  ['any(breakers[name = "${param.name}"] | state = open)', { name: 'psp' }, 'true'],
  ['any(breakers[name = ${param.name}] | state = open)', { name: 'psp' }, 'true'],
  ['any(breakers[name = "${param.name}"] | state = open)', { name: 'psp" or name = "stock' }, 'false'],
  ['any(breakers[name in (${param.name}, x)] | state = open)', { name: 'psp' }, 'true'],
  ['count(breakers) >= ${param.n}', { n: 2 }, 'true'],
  ['any(breakers | failureRate > ${param.n})', { n: 80 }, 'true'],
  ['any(breakers | failureRate > ${param.n})', { n: 'much' }, 'unknown'],
  ['any(health | latencyMs > ${param.age})', { age: '500ms' }, 'true'],
  ['any(health | latencyMs > ${param.age})', { age: '10m' }, 'false'],
  ['alert("${param.name}")', { name: 'Down' }, 'true'],
  ['any(breakers | state = "${param.name}")', {}, 'unknown'],
  ['any(breakers | state = "${param.toString}")', {}, 'unknown'],
])('a parameter is only a value: %s with %j is %s', (text, params, value) => {
  expect(evaluate(text, snapshot, { params: params as Record<string, string | number> }).value).toBe(value);
});

test.each([
  [
    'any(breakers[name in (${param.names})] | state = closed and name = ${param.name})',
    'breakers bus-0 · psp state is open, name is psp',
  ],
  ['any(pools[name in (${param.names})] | pending = 9)', 'no pools with name in (psp, x)'],
  [
    'any(breakers[name != "${param.none}"] | failureRate > ${param.n})',
    'none of 2 breakers with name != "": failureRate > 99',
  ],
  [
    'all(breakers[name != "${param.none}"] | failureRate < ${param.n})',
    'all 2 breakers with name != "": failureRate < 99',
  ],
  [
    'count(breakers[name in (${param.names})] | failureRate > ${param.n}) > 1',
    'count of breakers with name in (psp, x), failureRate > 99 is 0',
  ],
])('the reason for %s contains the values of its references', (text, why) => {
  const snapshot = snapshotWith({
    breakers: [
      breaker('psp', { state: 'open', failureRate: 82 }),
      breaker('stock', { instance: 'bus-1', failureRate: 1 }),
    ],
    pools: [pool('main')],
  });
  const params = { names: ['psp', 'x'], name: 'psp', none: '', n: 99 };
  expect(evaluate(text, snapshot, { params }).why).toBe(why);
});

test('names a parameter without a value', () => {
  expect(evaluate('any(breakers | state = "${param.to}")', snapshot).why).toBe('parameter to has no value');
});

test('matches the first 4096 characters of a text, and is unknown beyond them', () => {
  const long = snapshotWith({ health: [health('api', { detail: `${'x'.repeat(5000)}end` })] });
  expect(evaluate('any(health | detail matches /x/)', long).value).toBe('true');
  expect(evaluate('any(health | detail matches /end/)', long).value).toBe('unknown');
});

test('a state is named in the words of its pane', () => {
  const behind = snapshotWith({ lag: [lag('billing', { lag: 12, motion: 'falling-behind' })] });
  const { value, why } = evaluate('all(lag | motion in (steady, gaining))', behind);
  expect(value).toBe('false');
  expect(why).toMatch(/^lag billing .* motion is falling behind$/);
  const parsed = parseExpression('all(lag | motion != falling-behind)');
  const pair = { before: behind, after: behind, params: {} };
  expect(parsed.ok && comparedValues(parsed.expression, pair)).toMatchObject([
    { value: 'motion', before: 'falling behind', after: 'falling behind' },
  ]);
});
