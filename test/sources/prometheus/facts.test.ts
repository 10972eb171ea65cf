import { expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { recorded } from '../recorded.ts';
import { openFixture, type Reply, vector } from './fixture.ts';

const files: Readonly<Record<string, string>> = {
  resilience4j_circuitbreaker_state: 'breaker-state',
  resilience4j_circuitbreaker_failure_rate: 'breaker-failure_rate',
  resilience4j_circuitbreaker_slow_call_rate: 'breaker-slow_call_rate',
  resilience4j_circuitbreaker_buffered_calls: 'breaker-buffered_calls',
  resilience4j_circuitbreaker_slow_calls: 'breaker-slow_calls',
  resilience4j_circuitbreaker_not_permitted_calls_total: 'breaker-not_permitted_calls_total',
  hikaricp_connections_active: 'pool-active',
  hikaricp_connections_idle: 'pool-idle',
  hikaricp_connections_max: 'pool-max',
  hikaricp_connections_pending: 'pool-pending',
  kafka_consumergroup_lag: 'lag',
  kafka_consumergroup_current_offset: 'lag-committed',
  kafka_topic_partition_current_offset: 'lag-end',
  kafka_consumergroup_members: 'lag-members',
  'deriv(kafka_consumergroup_lag[5m])': 'lag-growth',
  'rate(kafka_consumergroup_current_offset[5m])': 'lag-consumed',
};

/** Responses of a real Prometheus to these queries. */
const real = (_: string, query: string): Reply | undefined => {
  const file = files[query];
  return file === undefined ? undefined : { body: recorded(`prometheus-2.42/source-${file}.json`) };
};
const who = { source: 'prom', service: 'shop', instance: '127.0.0.1:19810' };

longTest('breakers: the state with value 1, rates only with enough calls, calls of all kinds', async () => {
  await using fixture = await openFixture(real, { facts: { breakers: 'resilience4j' } });
  const { items, faults } = await fixture.read('breakers');
  expect(faults).toEqual([]);
  expect(items).toEqual([
    {
      ...who,
      at: fixture.clock.now(),
      name: 'broker',
      state: 'open',
      failureRate: 62.5,
      slowCallRate: 12.5,
      bufferedCalls: 8,
      failedCalls: 5,
      slowCalls: 1,
      notPermittedCalls: 41,
    },
    {
      ...who,
      at: fixture.clock.now(),
      name: 'ledger',
      state: 'closed',
      bufferedCalls: 3,
      failedCalls: 0,
      slowCalls: 1,
      notPermittedCalls: 0,
    },
  ]);
  expect(fixture.queries).toHaveLength(6);
  expect(fixture.feed('breakers').requests).toBe(6);
});

const state = (labels: Record<string, string>, value: number) => [{ name: 'b', ...labels }, value] as const;
test.each([
  ['no state is 1', [state({ state: 'open' }, 0), state({ state: 'closed' }, 0)], 'unknown'],
  ['two states are 1', [state({ state: 'open' }, 1), state({ state: 'closed' }, 1)], 'unknown'],
  ['an unknown state', [state({ state: 'ajar' }, 1)], 'unknown'],
  ['half open', [state({ state: 'half_open' }, 1)], 'half-open'],
  ['forced open', [state({ state: 'FORCED_OPEN' }, 1)], 'forced-open'],
  ['metrics only', [state({ state: 'metrics_only' }, 1)], 'metrics-only'],
])('a breaker: %s is %s', async (_, series, expected) => {
  await using fixture = await openFixture(
    (_path, query) => (query.endsWith('_state') ? { body: vector(0, ...series) } : undefined),
    { facts: { breakers: 'resilience4j' } },
  );
  const { items } = await fixture.read('breakers');
  expect(items).toEqual([expect.objectContaining({ name: 'b', state: expected })]);
});

test('pools: missing values are absent, and a failed query hides no other', async () => {
  await using fixture = await openFixture(
    (path, query) => {
      if (query === 'hikaricp_connections_idle') return { body: vector(0) };
      if (query === 'hikaricp_connections_pending')
        return { status: 422, body: { status: 'error', errorType: 'execution', error: 'too many samples' } };
      return real(path, query);
    },
    { facts: { pools: 'hikaricp' } },
  );
  const { items, faults } = await fixture.read('pools');
  expect(items).toEqual([
    { ...who, at: fixture.clock.now(), name: 'HikariPool-1', kind: 'hikari', active: 10, max: 10 },
  ]);
  expect(faults).toEqual([
    expect.objectContaining({
      kind: 'malformed',
      message: expect.stringContaining('execution of "hikaricp_connections_pending": too many samples'),
    }),
  ]);
});

test('lag: offsets as integers, -1 as no commit, motion from Prometheus history', async () => {
  await using fixture = await openFixture(real, { facts: { lag: 'kafka_exporter' } });
  const { items, faults } = await fixture.read('lag');
  expect(faults).toEqual([]);
  const stamp = { source: 'prom', at: fixture.clock.now(), cluster: '', partition: 0 };
  expect(items).toEqual([
    {
      ...stamp,
      group: 'billing-events',
      topic: 'payments.settled',
      lag: expect.any(Number),
      committed: expect.any(BigInt),
      end: expect.any(BigInt),
      members: 3,
      rate: 40,
      motion: 'falling-behind',
    },
    { ...stamp, group: 'fresh', topic: 'mails', end: 400n, members: 0, motion: 'unknown' },
    {
      ...stamp,
      group: 'notify-mail',
      topic: 'mails',
      lag: 312,
      committed: 88n,
      end: 400n,
      members: 1,
      rate: 0,
      motion: 'stalled',
    },
  ]);
});

test('an offset that a double cannot represent exactly is unknown', async () => {
  const labels = { consumergroup: 'g', topic: 't', partition: '3' };
  await using fixture = await openFixture(
    (_, query) => {
      if (query === 'kafka_consumergroup_lag') return { body: vector(0, [labels, 5]) };
      if (query === 'kafka_consumergroup_current_offset')
        return { body: vector(0, [labels, '9007199254740993']) };
      return undefined;
    },
    { facts: { lag: 'kafka_exporter' } },
  );
  const { items } = await fixture.read('lag');
  expect(items).toEqual([expect.objectContaining({ partition: 3, lag: 5, motion: 'unknown' })]);
  expect(items[0]).not.toHaveProperty('committed');
});

test('renamed metrics and label filters are in every query', async () => {
  await using fixture = await openFixture(
    (_, query) =>
      query.startsWith('my_pool_active')
        ? { body: vector(0, [{ app: 'shop', pod: 'shop-0', instance: 'x', pool: 'p' }, 2]) }
        : undefined,
    {
      facts: {
        pools: {
          metrics: { active: 'my_pool_active' },
          labels: { service: 'app', instance: ['pod', 'instance'] },
          where: { namespace: 'prod', app: '~shop|cart', tier: '!test' },
        },
      },
    },
  );
  expect((await fixture.read('pools')).items).toEqual([
    expect.objectContaining({ service: 'shop', instance: 'shop-0', name: 'p', active: 2 }),
  ]);
  const where = '{namespace="prod",app=~"shop|cart",tier!="test"}';
  expect([...fixture.queries].sort()).toEqual(
    [
      'hikaricp_connections_idle',
      'hikaricp_connections_max',
      'hikaricp_connections_pending',
      'my_pool_active',
    ].map((metric) => `${metric}${where}`),
  );
});

test('missing series are a fault with a remedy, never an empty list that looks healthy', async () => {
  await using fixture = await openFixture(() => undefined, { facts: { breakers: 'resilience4j' } });
  expect(await fixture.read('breakers')).toEqual({
    items: [],
    faults: [
      expect.objectContaining({
        kind: 'missing',
        message: expect.stringContaining('no series match resilience4j_circuitbreaker_state'),
        remedy: expect.stringContaining('facts: { breakers: { metrics'),
      }),
    ],
  });
});

test('two series for one value are ambiguous: the first is shown, and the row is reported', async () => {
  const labels = { job: 'shop', instance: 'i', pool: 'p' };
  await using fixture = await openFixture(
    (_, query) =>
      query === 'hikaricp_connections_active'
        ? { body: vector(0, [{ ...labels, replica: 'a' }, 1], [{ ...labels, replica: 'b' }, 9]) }
        : undefined,
    { facts: { pools: 'hikaricp' } },
  );
  const { items, faults } = await fixture.read('pools');
  expect(items).toEqual([expect.objectContaining({ name: 'p', active: 1 })]);
  expect(faults).toEqual([
    expect.objectContaining({
      kind: 'malformed',
      message: expect.stringContaining('active of shop · i · p'),
    }),
  ]);
});

test('a source without permission reports it once', async () => {
  await using fixture = await openFixture(() => ({ status: 403, body: 'no' }), {
    facts: { lag: 'kafka_exporter' },
  });
  const { items, faults } = await fixture.read('lag');
  expect(items).toEqual([]);
  expect(faults.map(({ kind }) => kind)).toEqual(['denied']);
  expect(fixture.queries).toHaveLength(7);
});
