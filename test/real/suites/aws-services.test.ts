import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { aws } from '../../../src/sources/aws/index.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { oneStep, openActing } from '../acting.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const endpoint = `http://127.0.0.1:${server.port}`;
// A region of its own: the queues of another suite are in eu-central-1.
const region = 'eu-west-1';
const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' };
const client = { endpoint, region, credentials: { ...keys } };
const { signal } = new AbortController();
const metric = { MetricName: 'EventThroughput', Dimensions: [{ Name: 'Service', Value: 'orders' }] };
const minute = 60_000;

beforeAll(async () => {
  const cloudWatch = new CloudWatchClient(client);
  for (const [ago, value] of [
    [4, 300],
    [3, 500],
  ] as const)
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [{ ...metric, Value: value, Timestamp: new Date(Date.now() - ago * minute) }],
      }),
    );
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: 'orders-slow', Namespace: 'Shop', ...metric, Statistic: 'Sum', Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
      AlarmDescription: 'Too few orders',
    }),
  );
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: 'orders-slow', StateValue: 'ALARM', StateReason: 'a test' }),
  );
  const logs = new CloudWatchLogsClient(client);
  const logGroupName = '/aws/lambda/orders';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's-1' }));
  await logs.send(
    new PutLogEventsCommand({
      ...{ logGroupName, logStreamName: 's-1' },
      logEvents: ['one', 'two', 'three'].map((message, index) => ({
        ...{ message, timestamp: Date.now() - 30_000 + index },
      })),
    }),
  );
  await new DynamoDBClient(client).send(
    new CreateTableCommand({
      ...{ TableName: 'orders', BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({ Bucket: 'backups', CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  for (const Key of ['db/1', 'db/2', 'other'])
    await s3.send(new PutObjectCommand({ Bucket: 'backups', Key, Body: 'x'.repeat(10) }));
  const sns = new SNSClient(client);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'orders-events' }));
  await sns.send(new CreateTopicCommand({ Name: 'unheard' }));
  await sns.send(
    new SubscribeCommand({
      ...{ TopicArn, Protocol: 'sqs' },
      Endpoint: `arn:aws:sqs:${region}:123456789012:orders`,
    }),
  );
}, 60_000);

const withSource = async <T>(
  config: object,
  reads: readonly object[],
  use: (source: Source) => Promise<T>,
): Promise<T> => {
  const source = await aws.open(
    {
      ...{ id: 'aws', env: 'test' },
      signals: reads.map((read, index) => ({ id: `s${index}`, read: { ...read } })),
      config: aws.config.parse({ endpoint, region, credentials: { ...keys }, queues: [], ...config }),
    },
    openReadIo(systemClock()),
  );
  try {
    return await use(source);
  } finally {
    await source.close();
  }
};

const readFeed = async (source: Source, name: string) => {
  const reading = await source.feeds.find((feed) => feed.name === name)?.read(signal);
  if (reading === undefined) throw new Error(`no feed ${name}`);
  return reading;
};

const throughput = {
  ...{ metric: 'EventThroughput', namespace: 'Shop', statistic: 'Sum' },
  dimensions: { Service: 'orders' },
};

test('metrics: the newest complete datapoint, its age, its history, and one without datapoints', async () => {
  await withSource(
    {},
    [throughput, { ...throughput, read: 'ageSeconds' }, { ...throughput, metric: 'Gone' }],
    async (source) => {
      const { items, faults } = await readFeed(source, 'metrics');
      expect(faults).toEqual([]);
      expect(items).toMatchObject([
        { signal: 's0', value: 500 },
        { signal: 's1', value: expect.any(Number) },
        { signal: 's2', why: expect.stringContaining('no datapoint') },
      ]);
      const [feed] = source.feeds;
      const to = Date.now();
      const history = await feed?.readHistory?.({ from: to - 60 * minute, to, stepMs: minute }, signal);
      expect(history?.faults).toEqual([]);
      expect(history?.series[0]?.points.map(({ value }) => value)).toEqual([300, 500]);
    },
  );
});

test('alarms are alerts. The state of one is set and verified through the executor', async () => {
  await withSource({ alarms: [{ name: 'orders-*', severity: 'critical' }] }, [], async (source) => {
    const { items, faults } = await readFeed(source, 'alerts');
    expect(faults).toEqual([]);
    expect(items).toMatchObject([
      { name: 'orders-slow', severity: 'critical', state: 'firing', summary: 'Too few orders' },
    ]);
  });
  await using acting = await openActing('aws', 'aws', {
    endpoint,
    region,
    credentials: { ...keys },
    queues: [],
  });
  const { ended } = await acting.run(
    oneStep('aws.setAlarmState', { alarm: 'orders-slow', state: 'OK' }, [
      {
        ...{ id: 'v1', title: 'The alarm is OK', use: 'aws.alarmState', with: { alarm: 'orders-slow' } },
        ...{ expect: { json: { state: 'OK' } }, withinMs: 15_000, forMs: 0 },
      },
    ]),
  );
  expect(ended).toMatchObject({ ending: 'recovered' });
});

test('a purge is verified by the counts of the server', async () => {
  const sqs = new SQSClient(client);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'to-purge' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await using acting = await openActing('aws', 'aws', { endpoint, region, credentials: { ...keys } });
  const { ended } = await acting.run(
    oneStep('aws.purge', { queue: 'to-purge' }, [
      {
        ...{ id: 'v1', title: 'No messages', use: 'aws.queueCounts', with: { queue: 'to-purge' } },
        ...{ expect: { json: { total: 0 } }, withinMs: 15_000, forMs: 0 },
      },
    ]),
  );
  expect(ended).toMatchObject({ ending: 'recovered' });
});

test('a log group is a stream: its last lines, and those after a mark', async () => {
  await withSource({ logs: ['/aws/*'] }, [], async (source) => {
    const [tail] = (await source.tails?.('orders', signal)) ?? [];
    const lines: string[] = [];
    let mark: string | undefined;
    for await (const event of tail?.open({ lines: 2, follow: false }, signal) ?? []) {
      if (event.is !== 'line') throw new Error(JSON.stringify(event));
      lines.push(event.text);
      mark ??= event.mark;
    }
    expect(lines).toEqual(['two', 'three']);
    const later: string[] = [];
    for await (const event of tail?.open({ after: mark ?? '', follow: false }, signal) ?? [])
      if (event.is === 'line') later.push(event.text);
    expect(later).toEqual(['three']);
  });
});

test('tables, topics and objects', async () => {
  await withSource(
    { tables: ['orders'], topics: ['*'] },
    [
      { objects: 'backups/db/', read: 'count' },
      { objects: 'backups/db/', read: 'ageSeconds' },
      { objects: 'gone-bucket/', read: 'count' },
    ],
    async (source) => {
      expect((await readFeed(source, 'tables')).items).toMatchObject([{ service: 'orders', status: 'up' }]);
      expect((await readFeed(source, 'topics')).items).toMatchObject([
        // moto does not count subscriptions.
        { name: 'orders-events', kind: 'topic', subscriptions: expect.any(Number) },
        { name: 'unheard', subscriptions: 0 },
      ]);
      const objects = await Promise.all(
        source.feeds.filter(({ name }) => name === 'objects').map((feed) => feed.read(signal)),
      );
      expect(objects[0]?.items).toMatchObject([{ value: 2 }]);
      const [age] = objects[1]?.items ?? [];
      expect(age !== undefined && 'value' in age ? Number(age.value) : Number.NaN).toBeLessThan(120);
      expect(objects[2]?.faults).toMatchObject([{ kind: 'missing' }]);
    },
  );
});

test('a function that does not exist is missing', async () => {
  await withSource({ functions: ['gone'] }, [], async (source) => {
    expect((await readFeed(source, 'functions')).faults).toMatchObject([{ kind: 'missing' }]);
  });
});
