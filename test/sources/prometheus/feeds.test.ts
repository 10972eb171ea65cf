import { expect, test } from 'vitest';
import { prometheus } from '../../../src/sources/prometheus/index.ts';
import { longDescribe, longTest } from '../../support/layer.ts';
import { recorded } from '../recorded.ts';
import { openFixture, vector } from './fixture.ts';

const up = { id: 'up', read: { query: 'up' } };

test('a signal of several series has a sample per series, with its labels and without a fault', async () => {
  await using fixture = await openFixture(
    () => ({ body: vector(0, [{ __name__: 'up', job: 'a' }, 1], [{ __name__: 'up', job: 'b' }, 'NaN']) }),
    {},
    [up],
  );
  expect(fixture.feed('query').signals).toEqual(['up']);
  const stamp = { source: 'prom', at: fixture.clock.now(), signal: 'up' };
  expect(await fixture.read('query')).toEqual({
    items: [
      { ...stamp, labels: { __name__: 'up', job: 'a' }, value: 1 },
      {
        ...stamp,
        labels: { __name__: 'up', job: 'b' },
        why: 'the result is NaN, not a number: check the query for a division by 0',
      },
    ],
    faults: [],
  });
});

test('no series is no value and no fault; never 0', async () => {
  await using fixture = await openFixture(() => undefined, {}, [up]);
  const { items, faults } = await fixture.read('query');
  expect(items).toEqual([expect.objectContaining({ labels: {}, why: 'no series matches the query' })]);
  expect(items[0]).not.toHaveProperty('value');
  expect(faults).toEqual([]);
});

test.each([
  [{ warnings: ['remote store: timed out'] }, ['warning: remote store: timed out']],
  [
    { isPartial: true },
    ['warning: isPartial: the answer is incomplete, because some stores of Thanos did not answer'],
  ],
  [{ infos: ['metric might not be a counter'] }, []],
])('values are returned beside the faults of a response with %j', async (more, messages) => {
  await using fixture = await openFixture(() => ({ body: Object.assign({}, vector(0, [{}, 7]), more) }), {}, [
    up,
  ]);
  const { items, faults } = await fixture.read('query');
  expect(items).toEqual([expect.objectContaining({ value: 7 })]);
  expect(faults.map(({ kind, message }) => [kind, message.split('query: ')[1]])).toEqual(
    messages.map((words) => ['malformed', words]),
  );
});

longTest('twenty thousand series are as many samples', async () => {
  const series = Array.from({ length: 20_000 }, (_, i) => [{ pod: `pod-${i}` }, i] as const);
  await using fixture = await openFixture(() => ({ body: vector(0, ...series) }), {}, [up]);
  const { items } = await fixture.read('query');
  expect(items).toHaveLength(20_000);
  expect(items[19_999]).toMatchObject({ labels: { pod: 'pod-19999' }, value: 19_999 });
});

longDescribe('more series than the limit of a signal', () => {
  const series = Array.from({ length: 50_000 }, (_, i) => [{ pod: `pod-${i}` }, i] as const);

  longTest('the first ones are shown, with a note', async () => {
    await using fixture = await openFixture(() => ({ body: vector(0, ...series) }), {}, [up]);
    const { items, faults } = await fixture.read('query');
    expect(items).toHaveLength(20_000);
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'unconfigured',
        message: expect.stringContaining('up returns 50000 series. Only the first 20000 are shown'),
        remedy: expect.stringContaining('fold'),
      }),
    ]);
  });

  longTest('a fold uses all of them', async () => {
    const folded = { id: 'up', read: { query: 'up', fold: 'count' } };
    await using fixture = await openFixture(() => ({ body: vector(0, ...series) }), {}, [folded]);
    const { items, faults } = await fixture.read('query');
    expect([items, faults]).toEqual([[expect.objectContaining({ labels: {}, value: 50_000 })], []]);
  });
});

longTest('an oversized response is rejected as a whole', async () => {
  const long = [{ pod: 'x'.repeat(9 * 1024 * 1024) }, 1] as const;
  await using fixture = await openFixture(() => ({ body: vector(0, long) }), {}, [up]);
  const { items, faults } = await fixture.read('query');
  expect(items).toEqual([]);
  expect(faults).toEqual([
    expect.objectContaining({ kind: 'malformed', message: expect.stringContaining('larger than 8 MiB') }),
  ]);
});

test('a starting Prometheus is unreachable with that reason', async () => {
  await using fixture = await openFixture(() => ({ status: 503, body: 'Service Unavailable' }), {}, [up]);
  for (const name of ['query', 'alerts', 'targets', 'rules'])
    expect((await fixture.read(name)).faults, name).toEqual([
      expect.objectContaining({
        kind: 'unreachable',
        message: expect.stringContaining('Prometheus is starting'),
      }),
    ]);
});

test('alerts: firing and pending, with severity, start and text', async () => {
  const body = recorded('prometheus-2.42/source-alerts.json');
  await using fixture = await openFixture(() => ({ body }));
  const { items, faults } = await fixture.read('alerts');
  expect(faults).toEqual([]);
  const alerts = items.map((item) => ('state' in item && 'summary' in item ? item : undefined));
  expect(
    alerts.map((alert) => [
      alert?.name,
      alert?.state,
      alert && 'severity' in alert ? alert.severity : '',
      alert?.summary,
    ]),
  ).toEqual([
    ['HighErrorRate', 'firing', 'critical', 'half of all calls fail (0.5)'],
    ['SlowlyPending', 'pending', 'warning', 'pending for long'],
    ['TargetDown', 'firing', 'page', '127.0.0.1:19811 is down'],
    ['BrokenMany', 'firing', 'page', ''],
  ]);
  expect(items[0]).toMatchObject({
    since: Date.parse('2026-11-20T09:18:06.189Z'),
    labels: { service: 'shop', severity: 'critical' },
  });
  expect(items[0]).not.toHaveProperty('labels.alertname');
});

longTest('the start of an alert is converted from a server clock that is an hour ahead', async () => {
  const body = recorded('prometheus-2.42/source-alerts.json');
  const hour = 3_600_000;
  await using fixture = await openFixture(
    (path) => (path.endsWith('/alerts') ? { body } : { body: vector(fixture.clock.now() + hour, [{}, 1]) }),
    {},
    [up],
  );
  await fixture.read('query');
  expect((await fixture.read('alerts')).items[0]).toMatchObject({
    since: Date.parse('2026-11-20T09:18:06.189Z') - hour,
  });
});

test('targets: those that are down first, with the reason', async () => {
  const body = recorded('prometheus-2.42/source-targets.json');
  await using fixture = await openFixture(() => ({ body }));
  expect(fixture.feed('targets').everyMs).toBe(0);
  expect((await fixture.read('targets')).items).toEqual([
    expect.objectContaining({
      title: 'gone 127.0.0.1:19811',
      text: expect.stringMatching(/^down · http:\/\/127\.0\.0\.1:19811\/metrics · Get .*connection refused$/),
    }),
    expect.objectContaining({
      title: 'shop 127.0.0.1:19810',
      text: expect.stringMatching(/^up in \d+ ms · http:\/\/127\.0\.0\.1:19810\/metrics$/),
    }),
  ]);
});

longTest(
  'rules: state, query, duration, severity, and evaluation errors; a missing required rule is reported',
  async () => {
    const body = recorded('prometheus-2.42/source-rules.json');
    await using fixture = await openFixture(() => ({ body }), {
      rules: ['TargetDown', 'Nope', 'shop:ratio'],
    });
    const { items, faults } = await fixture.read('rules');
    expect(items.map((item) => 'text' in item && item.text)).toEqual([
      'firing · shop_errors_ratio > 0.1 · severity critical',
      'pending · shop_errors_ratio > 0.2 · for 1h · severity warning',
      'firing · up == 0 · for 2s · severity page',
      expect.stringMatching(/^inactive · /),
      expect.stringMatching(
        /^firing · up \+ on \(\) up · severity page · cannot be evaluated: found duplicate/,
      ),
      'recorded · shop_errors_ratio * 100',
    ]);
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'missing',
        message: expect.stringContaining('no alerting rule Nope, shop:ratio'),
      }),
    ]);
  },
);

test.each([
  [{ url: 'http://p' }, ['alerts']],
  [{ alerts: false, facts: { lag: 'kafka_exporter', pools: {} } }, ['pools', 'lag']],
  [undefined, ['alerts']],
])('a disabled source would provide, by %j, %j', (config, kinds) => {
  expect(prometheus.gives?.(config)).toEqual({ kinds, alertRules: true });
});

test.each([
  { facts: { breakers: 'hystrix' } },
  { facts: { breakers: { metrics: { sate: 'x' } } } },
  { facts: { queues: 'x' } },
  { alerts: 'yes' },
])('%j is refused', (config) => {
  expect(prometheus.config.safeParse({ url: 'http://p', ...config }).success).toBe(false);
});
