import { expect } from 'vitest';
import {
  QueueStore,
  simulatedAccount,
  simulatedRegion,
} from '../../../src/simulator/model/spec/queue-store.ts';
import { awsHandler } from '../../../src/simulator/servers/aws/api.ts';
import { CloudWatchStore } from '../../../src/simulator/servers/aws/cloudwatch.ts';
import { FunctionStore } from '../../../src/simulator/servers/aws/lambda.ts';
import { LogGroupStore } from '../../../src/simulator/servers/aws/logs.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { breakages, failureModes, type RequestFailureMode } from '../../../src/testing/failure-modes.ts';
import { healthy, openFront } from '../../../src/testing/front.ts';
import { manualClock, withoutDelays } from '../../../src/testing/manual-clock.ts';
import {
  failureModeNamed,
  type Stage,
  type TimelessFact,
  type Wire,
} from '../../../src/testing/source-rig.ts';

const source = 'aws';

/** Actions that change nothing. Source: AWS, Service Authorization Reference. */
const reads = /^(?:List|Get|Describe|Filter|GET )/;

const row = (name: string, more: TimelessFact): TimelessFact => ({
  source,
  name,
  kind: 'sqs',
  deadLettersOf: [],
  inFlight: 0,
  delayed: 0,
  retentionSeconds: 345_600,
  visibilitySeconds: 30,
  isFifo: false,
  created: expect.stringMatching(/^\d{10}$/),
  ...more,
});

const stores = () => {
  const store = new QueueStore(withoutDelays(manualClock()), [
    { name: 'orders', visible: 3, inFlight: 2, delayed: 1, dlq: { name: 'orders-dlq', maxReceives: 5 } },
    { name: 'orders-dlq', visible: 2 },
    { name: 'billing', dlq: { name: 'moving-dlq', maxReceives: 3 } },
    { name: 'moving-dlq', visible: 4 },
    { name: 'idle' },
  ]);
  // The clock of the store stands still, so that this redrive never ends.
  const moving = store.queue('moving-dlq');
  if (moving !== undefined) store.redrive(moving, 1);
  return store;
};

/** Before the time of the manual clock. */
const alarmedAt = Date.parse('2026-03-04T09:00:00Z');

const cloudWatch = () =>
  new CloudWatchStore(
    [
      {
        ...{ namespace: 'Shop', metric: 'EventThroughput', dimensions: { Service: 'orders' } },
        value: () => 74,
      },
      {
        ...{ namespace: 'AWS/SQS', metric: 'ApproximateAgeOfOldestMessage' },
        dimensions: { QueueName: 'orders' },
        value: () => 42,
      },
      {
        ...{ namespace: 'AWS/SQS', metric: 'NumberOfMessagesSent', dimensions: { QueueName: 'orders' } },
        value: () => 120,
      },
    ],
    [
      {
        ...{ name: 'orders-age', description: 'Orders wait too long', reason: 'Threshold Crossed' },
        ...{ namespace: 'AWS/SQS', metric: 'ApproximateAgeOfOldestMessage' },
        dimensions: { QueueName: 'orders' },
        ...{ state: 'ALARM', updatedAt: alarmedAt },
      },
      {
        ...{ name: 'orders-cpu', reason: 'Threshold Crossed', namespace: 'AWS/EC2', metric: 'CPU' },
        ...{ state: 'OK', updatedAt: alarmedAt },
      },
    ],
  );

const services = () => {
  const logs = new LogGroupStore();
  logs.add('/aws/lambda/orders');
  return {
    cloudWatch: cloudWatch(),
    logs,
    functions: new FunctionStore([
      { name: 'orders', polls: 'orders', reserved: 10 },
      { name: 'orders-broken', state: 'Failed', stateReason: 'no image' },
    ]),
    tables: [{ name: 'orders', indexes: { byDate: 'CREATING' } }],
    topics: [{ name: 'orders-events', confirmed: 2, pending: 1 }, { name: 'unheard' }],
    buckets: { backups: [{ key: 'db/1', bytes: 2048, at: alarmedAt }] },
  };
};

const health = (service: string, instance: string, more: TimelessFact): TimelessFact => ({
  ...{ source, env: 'test', service, instance, status: 'up', detail: '' },
  ...more,
});

const topic = (name: string, subscriptions: number, pendingSubscriptions: number): TimelessFact => ({
  ...{ source, name, kind: 'topic', deadLettersOf: [], isFifo: false, subscriptions, pendingSubscriptions },
});

/** The stage of the source: the services of the simulator behind a proxy. */
export const awsStage: Stage<RequestFailureMode, Wire<RequestFailureMode>> = {
  failureModes: [...failureModes, ...breakages],
  call: /^(?:SQS|STS|SNS|CloudWatch|Lambda|DynamoDB|S3) \w+(?: \S+)? at http:\/\/127\.0\.0\.1:\d+: \S/,
  clock: () => manualClock(),
  open: async () => {
    const seen = new Set<string>();
    const clock = withoutDelays(manualClock());
    const server = await serve(
      awsHandler(stores(), (action) => seen.add(action), services()),
      clock,
    );
    const front = await openFront(server.url);
    const denied = failureModeNamed({ failureModes }, 'denied').treat;
    return {
      ...front,
      set: async (failure) => front.treat(failure.treat),
      heal: async () => front.treat(healthy),
      methods: () => new Set([...seen].map((action) => (reads.test(action) ? 'GET' : action))),
      denyOnly: async (calls) =>
        front.treat((response, request, pass) =>
          (calls.test(String(request.headers['x-amz-target'])) ? denied : healthy)(response, request, pass),
        ),
      turnStranger: async () =>
        front.treat(async (response, _, pass) => {
          const { status, headers, body } = await pass();
          response.writeHead(status, headers).end(body.replaceAll(simulatedAccount, '999999999999'));
        }),
      close: async () => {
        await front.close();
        await server.close();
      },
    };
  },
  rig: {
    type: source,
    config: (endpoint, secretAccessKey) => ({
      endpoint,
      region: simulatedRegion,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey },
      queues: ['orders*', 'billing', 'idle'],
      queueMetrics: true,
      topics: ['*'],
      functions: ['*'],
      tables: ['orders'],
      logs: ['/aws/*'],
      alarms: [{ name: 'orders-age', severity: 'critical' }, 'orders-*'],
      identity: { account: simulatedAccount },
    }),
    signals: [
      { id: 'waiting', read: { depth: 'orders' } },
      {
        id: 'throughput',
        read: {
          ...{ metric: 'EventThroughput', namespace: 'Shop', statistic: 'Sum' },
          dimensions: { Service: 'orders' },
        },
      },
      { id: 'backup', read: { objects: 'backups/db/', read: 'bytes' } },
      { id: 'errors', read: { metric: 'ErrorRate', namespace: 'Shop', statistic: 'Average' } },
    ],
    histories: ['aws/metrics'],
    healthy: {
      'aws/queues': {
        items: [
          row('billing', { depth: 0, dlq: 'moving-dlq', dlqDepth: 4, maxReceives: 3 }),
          row('idle', { depth: 0 }),
          row('moving-dlq', {
            ...{ kind: 'dlq', depth: 4, deadLettersOf: ['billing'] },
            ...{ isRedriving: true, redriveMoved: 0, redriveTotal: 4 },
          }),
          row('orders', {
            depth: 3,
            inFlight: 2,
            delayed: 1,
            dlq: 'orders-dlq',
            dlqDepth: 2,
            maxReceives: 5,
            ...{ oldestSeconds: 42, sentPerSecond: 2, consumers: ['orders'] },
          }),
          row('orders-dlq', { kind: 'dlq', depth: 2, deadLettersOf: ['orders'], isRedriving: false }),
        ],
        samples: [{ source, signal: 'waiting', labels: {}, value: 3 }],
      },
      'aws/topics': { items: [topic('orders-events', 2, 1), topic('unheard', 0, 0)] },
      'aws/alerts': {
        items: [
          {
            ...{ source, name: 'orders-age', severity: 'critical', state: 'firing', since: alarmedAt },
            labels: {
              ...{ namespace: 'AWS/SQS', metric: 'ApproximateAgeOfOldestMessage', QueueName: 'orders' },
            },
            summary: 'Orders wait too long',
          },
        ],
      },
      'aws/functions': {
        items: [
          health('orders', 'lambda', {
            components: [
              { name: 'state', status: 'Active' },
              { name: 'last update', status: 'Successful' },
              { name: 'reserved concurrency', status: '10' },
            ],
          }),
          health('orders-broken', 'lambda', {
            ...{ status: 'down', detail: 'Failed: no image' },
            components: [
              { name: 'state', status: 'Failed' },
              { name: 'last update', status: 'Successful' },
              { name: 'reserved concurrency', status: 'none' },
            ],
          }),
        ],
      },
      'aws/tables': {
        items: [
          health('orders', 'dynamodb', {
            ...{ status: 'degraded', detail: 'index byDate CREATING' },
            components: [
              { name: 'table', status: 'ACTIVE' },
              { name: 'index byDate', status: 'CREATING' },
            ],
          }),
        ],
      },
      'aws/objects:backup': { items: [{ source, signal: 'backup', labels: {}, value: 2048 }] },
      'aws/metrics': {
        items: [
          {
            ...{ source, signal: 'throughput', labels: {}, value: 74 },
            computed: { addsUp: false, targets: {}, periodEnd: expect.any(Number) },
          },
          {
            ...{ source, signal: 'errors', labels: {} },
            why: 'CloudWatch has no datapoint of Shop ErrorRate in the last 15m: check the metric and the dimensions',
          },
        ],
      },
    },
    unknowns: {
      'aws/queues': ({ items }) =>
        items
          .filter((item) => 'name' in item && item.name !== 'orders')
          .map((item) => ('oldestSeconds' in item ? item.oldestSeconds : undefined)),
      'aws/metrics': ({ items }) =>
        items
          .filter((item) => 'signal' in item && item.signal === 'errors')
          .map((item) => ('value' in item ? item.value : undefined)),
    },
    operations: {
      send: { queue: 'orders', body: '{"test":true}' },
      purge: { queue: 'orders-dlq' },
      redrive: { queue: 'orders-dlq' },
      cancelRedrive: { queue: 'moving-dlq' },
      queueCounts: { queue: 'orders' },
      moveTask: { queue: 'moving-dlq' },
      setAlarmState: { alarm: 'orders-age', state: 'OK' },
      alarmState: { alarm: 'orders-age' },
      setConcurrency: { function: 'orders', reserved: 5 },
      functionConcurrency: { function: 'orders' },
    },
  },
};
