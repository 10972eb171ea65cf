import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { QueueStore } from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import {
  CloudWatchStore,
  type SimulatedAlarm,
  type SimulatedMetric,
} from '../../../src/simulator/servers/aws/cloudwatch.ts';
import { type Handler, serve } from '../../../src/simulator/servers/http/http-server.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();
const minute = 60_000;

const opened = async (
  {
    metrics = [],
    alarms = [],
  }: { readonly metrics?: readonly SimulatedMetric[]; readonly alarms?: readonly SimulatedAlarm[] },
  config: object,
  signals: readonly { readonly id: string; readonly read: Readonly<Record<string, unknown>> }[] = [],
  wrap: (handler: Handler) => Handler = (handler) => handler,
) => {
  const clock = manualClock();
  const store = new QueueStore(clock, [{ name: 'orders', visible: 1 }]);
  const cloudWatch = new CloudWatchStore(metrics, alarms);
  const questions: string[] = [];
  const server = await serve(
    wrap(awsHandler(store, (action) => questions.push(action), { cloudWatch })),
    clock,
  );
  const source = await aws.open(
    {
      ...{ id: 'aws', env: 'test', signals },
      config: aws.config.parse({
        endpoint: server.url,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' },
        ...config,
      }),
    },
    openReadIo(clock),
  );
  const change = openChangeIo(clock);
  const feed = (name: string) => {
    const found = source.feeds.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no feed ${name}`);
    return found;
  };
  return {
    ...{ asked: questions, clock, cloudWatch, source, feed },
    operation: (name: string) => {
      const found = source.operations.find((operation) => operation.name === name);
      if (found === undefined) throw new Error(`no operation ${name}`);
      return found;
    },
    act: async (name: string, params: Readonly<Record<string, unknown>>): Promise<readonly ActEvent[]> => {
      const operation = source.operations.find((candidate) => candidate.name === name);
      const plan = await operation?.plan(params, signal);
      const events: ActEvent[] = [];
      if (operation !== undefined && plan !== undefined)
        for await (const event of operation.act(plan, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

const throughput = (value: SimulatedMetric['value']): SimulatedMetric => ({
  ...{ namespace: 'Shop', metric: 'EventThroughput', dimensions: { Service: 'orders' } },
  value,
});

const read = {
  metric: 'EventThroughput',
  namespace: 'Shop',
  statistic: 'Sum',
  dimensions: { Service: 'orders' },
};

const metricSignals = (more: object = {}) => [{ id: 'throughput', read: { ...read, ...more } }];

longTest(
  'a metric is its newest complete datapoint: the period that has not ended is too small',
  async () => {
    const at1014 = Date.parse('2026-03-04T10:14:00Z');
    await using it = await opened(
      { metrics: [throughput((position) => (position === at1014 ? 600 : position > at1014 ? 7 : 500))] },
      { queues: [] },
      metricSignals(),
    );
    expect((await it.feed('metrics').read(signal)).items).toMatchObject([
      { signal: 'throughput', value: 600, computed: { periodEnd: it.clock.now() - 7000 } },
    ]);
    expect(it.asked).toEqual(['GetMetricData']);
  },
);

test('the age of the newest datapoint shows that a publisher has stopped', async () => {
  const last = Date.parse('2026-03-04T10:03:00Z');
  await using it = await opened(
    { metrics: [throughput((position) => (position <= last ? 1 : undefined))] },
    { queues: [] },
    metricSignals({ read: 'ageSeconds' }),
  );
  expect((await it.feed('metrics').read(signal)).items).toMatchObject([{ value: 727 }]);
});

test('a metric without datapoints, or with another dimension, has no value and says why', async () => {
  await using it = await opened(
    { metrics: [throughput(() => 1)] },
    { queues: [] },
    metricSignals({ dimensions: {} }),
  );
  const { items, faults } = await it.feed('metrics').read(signal);
  expect(faults).toEqual([]);
  expect(items).toMatchObject([
    {
      why: 'CloudWatch has no datapoint of Shop EventThroughput in the last 15m: check the metric and the dimensions',
    },
  ]);
  expect(items[0]).not.toHaveProperty('value');
  expect(await it.source.doctor?.(signal)).toMatchObject([
    { ok: true },
    { ok: false, what: '0 of 1 metric with datapoints' },
    { ok: false, remedy: expect.stringContaining('all dimensions') },
  ]);
});

test('a history keeps the period of the signal, and leaves a gap where there is no datapoint', async () => {
  await using it = await opened(
    { metrics: [throughput((position) => ((position / minute) % 10 === 0 ? undefined : position / minute))] },
    { queues: [] },
    metricSignals(),
  );
  const to = it.clock.now();
  const history = await it
    .feed('metrics')
    .readHistory?.({ from: to - 60 * minute, to, stepMs: 5 * minute }, signal);
  expect(history?.faults).toEqual([]);
  const points = history?.series[0]?.points ?? [];
  expect(points.length).toBeGreaterThanOrEqual(12);
  expect(points.length).toBeLessThanOrEqual(13);
  // Values of single minutes, not sums over five of them.
  expect(points.every(({ at, value }) => value === at / minute)).toBe(true);
});

longTest('600 metrics are two calls', async () => {
  const metrics = Array.from(
    { length: 600 },
    (_, index): SimulatedMetric => ({
      ...{ namespace: 'Shop', metric: `m${index}`, dimensions: {} },
      value: () => index,
    }),
  );
  const signals = metrics.map(({ metric }) => ({
    id: metric,
    read: { metric, namespace: 'Shop', statistic: 'Sum' },
  }));
  await using it = await opened({ metrics }, { queues: [] }, signals);
  const { items, faults } = await it.feed('metrics').read(signal);
  expect(faults).toEqual([]);
  expect(items).toHaveLength(600);
  expect(items[599]).toMatchObject({ signal: 'm599', value: 599 });
  expect(it.asked).toEqual(['GetMetricData', 'GetMetricData']);
});

test('a period is in whole minutes, and a statistic one that CloudWatch has', () => {
  const parses = (more: object) => aws.reads?.safeParse({ ...read, ...more }).success;
  expect(parses({})).toBe(true);
  expect(parses({ period: '5m', statistic: 'p99.9' })).toBe(true);
  expect(parses({ period: '90s' })).toBe(false);
  expect(parses({ statistic: 'Median' })).toBe(false);
});

const queueMetric = (metric: string, value: number | undefined): SimulatedMetric => ({
  ...{ namespace: 'AWS/SQS', metric, dimensions: { QueueName: 'orders' } },
  value: () => value,
});

test('queues get the age of the oldest message and rates, read once a minute', async () => {
  await using it = await opened(
    {
      metrics: [
        queueMetric('ApproximateAgeOfOldestMessage', 90),
        queueMetric('NumberOfMessagesSent', 600),
        queueMetric('NumberOfMessagesDeleted', undefined),
      ],
    },
    { queueMetrics: true },
  );
  const { items } = await it.feed('queues').read(signal);
  expect(items).toMatchObject([{ name: 'orders', oldestSeconds: 90, sentPerSecond: 10 }]);
  expect(items[0]).not.toHaveProperty('deletedPerSecond');
  await it.feed('queues').read(signal);
  expect(it.asked.filter((action) => action === 'GetMetricData')).toHaveLength(1);
  await it.clock.advance(minute);
  await it.feed('queues').read(signal);
  expect(it.asked.filter((action) => action === 'GetMetricData')).toHaveLength(2);
});

test('a role without cloudwatch:GetMetricData still reads the counts', async () => {
  const denying: (handler: Handler) => Handler = (handler) => (ask) =>
    ask.target?.endsWith('GetMetricData') === true
      ? { status: 403, json: { __type: 'x#AccessDeniedException', message: 'no' } }
      : handler(ask);
  await using it = await opened({}, { queueMetrics: true }, [], denying);
  const { items, faults, unavailable } = await it.feed('queues').read(signal);
  expect(items).toMatchObject([{ name: 'orders', depth: 1 }]);
  expect(faults).toEqual([]);
  expect(unavailable).toMatchObject([{ kind: 'denied' }]);
});

const alarm = (name: string, state: string, more: Partial<SimulatedAlarm> = {}): SimulatedAlarm => ({
  ...{ name, state, reason: 'Threshold Crossed', namespace: 'AWS/SQS', metric: 'Age' },
  updatedAt: Date.parse('2026-03-04T10:00:00Z'),
  ...more,
});

test('alarms in ALARM are alerts: severity by the first pattern, disabled actions are silenced', async () => {
  const alarms = [
    alarm('orders-age', 'ALARM'),
    alarm('orders-mute', 'ALARM', { actionsEnabled: false, description: 'Orders\nSecond line' }),
    alarm('orders-new', 'INSUFFICIENT_DATA'),
    alarm('billing-age', 'OK'),
    alarm('other', 'ALARM'),
  ];
  await using it = await opened(
    { alarms },
    {
      queues: [],
      alarms: [{ name: 'orders-age', severity: 'critical' }, 'orders-*', 'gone'],
    },
  );
  const { items, faults } = await it.feed('alerts').read(signal);
  expect(items).toMatchObject([
    { name: 'orders-age', severity: 'critical', state: 'firing', since: alarms[0]?.updatedAt },
    { name: 'orders-mute', severity: '', state: 'silenced', summary: 'Orders' },
  ]);
  expect(faults).toMatchObject([
    {
      kind: 'missing',
      message: expect.stringContaining('CloudWatch has no alarm called gone'),
    },
  ]);
});

test.each([
  ['an evaluation', '{"version":"1.0"}', undefined],
  [
    'a person',
    undefined,
    'has a state that a person set by hand, and that the next evaluation of the alarm replaces',
  ],
])('the rule of an alarm whose state is that of %s', async (_, reasonData, problem) => {
  const others = [alarm('other', 'ALARM', { reasonData: '{"version":"1.0"}' })];
  const judged = alarm('orders-age', 'OK', reasonData === undefined ? {} : { reasonData });
  await using it = await opened({ alarms: [judged, ...others] }, { queues: [], alarms: ['*'] });
  const { alertRules } = await it.feed('alerts').read(signal);
  expect(alertRules?.rules.find(({ name }) => name === 'orders-age')?.problem).toBe(problem);
});

test('an alarm of a server that tells no evaluations is taken as it is', async () => {
  await using it = await opened({ alarms: [alarm('orders-age', 'OK')] }, { queues: [], alarms: ['*'] });
  const { alertRules } = await it.feed('alerts').read(signal);
  expect(alertRules?.rules).toMatchObject([{ name: 'orders-age', active: [] }]);
  expect(alertRules?.rules[0]).not.toHaveProperty('problem');
});

test('doctor names alarms that send no notification', async () => {
  const alarms = [alarm('loud', 'OK'), alarm('mute', 'OK', { actions: 0 })];
  await using it = await opened({ alarms }, { queues: [], alarms: ['*'] });
  const findings = (await it.source.doctor?.(signal)) ?? [];
  expect(findings.map(({ ok, what }) => `${ok} ${what}`).slice(1)).toEqual([
    'true 2 alarms: 0 in ALARM, 0 without sufficient data',
    'false alarm mute sends no notification: no action is set',
  ]);
});

test('setAlarmState sets the state with a reason, and its undo sets it back', async () => {
  await using it = await opened({ alarms: [alarm('orders-age', 'ALARM')] }, { alarms: ['*'] });
  const plan = await it.operation('setAlarmState').plan({ alarm: 'orders-age', state: 'OK' }, signal);
  expect(plan.objects).toEqual(['alarm orders-age changes from ALARM to OK until the next evaluation']);
  expect(it.operation('setAlarmState').undo?.(plan)).toMatchObject({
    with: { alarm: 'orders-age', state: 'ALARM' },
    pins: 'nothing',
  });
  const events = await it.act('setAlarmState', { alarm: 'orders-age', state: 'OK' });
  expect(events.at(-1)).toMatchObject({ ok: true });
  expect(it.cloudWatch.alarms[0]).toMatchObject({ state: 'OK', reason: 'set by an opsdeck run' });
  const [, , found] = await it.act('alarmState', { alarm: 'orders-age' });
  expect(found).toMatchObject({ found: { json: { state: 'OK', reason: 'set by an opsdeck run' } } });
  expect(await it.operation('setAlarmState').recheck(plan, signal)).toMatchObject({ found: 'OK' });
  await expect(
    it.operation('setAlarmState').plan({ alarm: 'orders-age', state: 'OK' }, signal),
  ).rejects.toThrow('is already OK');
  await expect(it.operation('setAlarmState').plan({ alarm: 'gone', state: 'OK' }, signal)).rejects.toThrow(
    'CloudWatch has no alarm called gone',
  );
});
