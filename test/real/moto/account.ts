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
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Address } from '../servers/server.ts';

const motoAccount = '123456789012';
export const motoKeys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' };

/** The options of SDK clients for a region of moto. */
const clientOptions = ({ port }: Pick<Address, 'port'>, region: string) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region,
  credentials: { ...motoKeys },
});

/** An archive without files: functions are never called. */
const emptyZip = Uint8Array.from([0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0)]);
const role = 'functions';

/** Creates the role of functions: moto refuses a function without one. The package has no client of IAM. */
const createRole = async ({ port }: Pick<Address, 'port'>): Promise<void> => {
  const body = new URLSearchParams({
    ...{ Action: 'CreateRole', Version: '2010-05-08', RoleName: role, AssumeRolePolicyDocument: '{}' },
  });
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      host: 'iam.amazonaws.com',
      authorization: `AWS4-HMAC-SHA256 Credential=${motoKeys.accessKeyId}/20260101/us-east-1/iam/aws4_request`,
    },
    body,
  });
  // 409: it exists already.
  if (!answer.ok && answer.status !== 409) throw new Error(await answer.text());
};

/** Creates functions with this reserved concurrency, in the state Active. */
export const createFunctions = async (
  server: Pick<Address, 'port'>,
  region: string,
  functions: Readonly<Record<string, number | undefined>>,
): Promise<void> => {
  await createRole(server);
  const lambda = new LambdaClient(clientOptions(server, region));
  for (const [FunctionName, reserved] of Object.entries(functions)) {
    await lambda.send(
      new CreateFunctionCommand({
        ...{ FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler' },
        Role: `arn:aws:iam::${motoAccount}:role/${role}`,
        Code: { ZipFile: emptyZip },
      }),
    );
    if (reserved !== undefined)
      await lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }),
      );
  }
};

/**
 * Fills a region: three queues, of which `orders` has a dead-letter queue with one message; two alarms, a metric with
 * two datapoints before `at`, a topic, a function that polls `billing`, a table with an index, three objects and a log group.
 */
export const fillMoto = async (
  server: Pick<Address, 'port'>,
  region: string,
  position: number,
): Promise<void> => {
  const options = clientOptions(server, region);
  const sqs = new SQSClient(options);
  const create = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const dead = await create('orders-dlq');
  await sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: 'dead' }));
  const deadLetterTargetArn = `arn:aws:sqs:${region}:${motoAccount}:orders-dlq`;
  const QueueUrl = await create('orders', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
  });
  for (const MessageBody of ['1', '2', '3'])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 900 }));
  await create('billing');

  const cloudWatch = new CloudWatchClient(options);
  const metric = { MetricName: 'EventThroughput', Dimensions: [{ Name: 'Service', Value: 'orders' }] };
  for (const [minutes, Value] of [
    [4, 300],
    [3, 500],
  ] as const)
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Shop',
        MetricData: [{ ...metric, Value, Timestamp: new Date(position - minutes * 60_000) }],
      }),
    );
  for (const [AlarmName, StateValue] of [
    ['orders-slow', 'ALARM'],
    ['orders-cpu', 'OK'],
  ] as const) {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName, Namespace: 'Shop', ...metric, Statistic: 'Sum', Period: 60 },
        ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
        AlarmDescription: 'Too few orders',
        AlarmActions: [`arn:aws:sns:${region}:${motoAccount}:ops`],
      }),
    );
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'Threshold Crossed' }),
    );
  }

  await new SNSClient(options).send(new CreateTopicCommand({ Name: 'orders-events' }));
  await createFunctions(server, region, { 'orders-api': 10, 'orders-mail': undefined });
  await new LambdaClient(options).send(
    new CreateEventSourceMappingCommand({
      ...{ FunctionName: 'orders-api', BatchSize: 1 },
      EventSourceArn: `arn:aws:sqs:${region}:${motoAccount}:billing`,
    }),
  );
  await new DynamoDBClient(options).send(
    new CreateTableCommand({
      ...{ TableName: 'orders', BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: ['id', 'day'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          ...{ IndexName: 'byDay', Projection: { ProjectionType: 'ALL' } },
          KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
        },
      ],
    }),
  );
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({
      Bucket: 'recorded-backups',
      CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' }, // an open enumeration
    }),
  );
  for (const Key of ['db/1', 'db/2', 'other'])
    await s3.send(new PutObjectCommand({ Bucket: 'recorded-backups', Key, Body: 'x'.repeat(10) }));
  const logs = new CloudWatchLogsClient(options);
  const group = { logGroupName: '/aws/lambda/orders', logStreamName: 's-1' };
  await logs.send(new CreateLogGroupCommand({ logGroupName: group.logGroupName }));
  await logs.send(new CreateLogStreamCommand(group));
  await logs.send(
    new PutLogEventsCommand({
      ...group,
      logEvents: ['one', 'ERROR two ✓', 'three'].map((message, nth) => ({
        ...{ message, timestamp: position - 30_000 + nth },
      })),
    }),
  );
};
