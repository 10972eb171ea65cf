import { declareReads, lazyClient } from '../../platform/protocol.ts';
import type { AwsReader, AwsTarget } from './aws-types.ts';
import type { CloudWatchReader } from './cloudwatch-types.ts';
import type { LambdaReader } from './lambda-types.ts';
import type { CloudWatchLogsReader } from './logs-types.ts';
import type { BucketReader, DynamoReader, TopicReader } from './storage-types.ts';

/** The reads of SQS and STS: actions not known to be reads are refused before they are sent. Calls throw WireError. */
export const awsReads = declareReads('aws', (transport, target: AwsTarget): AwsReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./reader.ts')).openAwsReader(transport, target),
  );
  return {
    queueUrls: async (...args) => (await client()).queueUrls(...args),
    queueUrl: async (...args) => (await client()).queueUrl(...args),
    attributes: async (...args) => (await client()).attributes(...args),
    moveTasks: async (...args) => (await client()).moveTasks(...args),
    identity: async (...args) => (await client()).identity(...args),
    close,
  };
});

/** The reads of CloudWatch. Calls throw WireError. */
export const cloudWatchReads = declareReads(
  'cloudwatch',
  (transport, target: AwsTarget): CloudWatchReader => {
    const { client, close } = lazyClient(async () =>
      (await import('./cloudwatch.ts')).openCloudWatch(transport, target),
    );
    return {
      metricData: async (...args) => (await client()).metricData(...args),
      alarms: async (...args) => (await client()).alarms(...args),
      alarmsNamed: async (...args) => (await client()).alarmsNamed(...args),
      close,
    };
  },
);

/** The reads of CloudWatch Logs. Calls throw WireError. */
export const cloudWatchLogsReads = declareReads(
  'cloudwatch-logs',
  (transport, target: AwsTarget): CloudWatchLogsReader => {
    const { client, close } = lazyClient(async () =>
      (await import('./logs.ts')).openCloudWatchLogs(transport, target),
    );
    return {
      groups: async (...args) => (await client()).groups(...args),
      events: async (...args) => (await client()).events(...args),
      close,
    };
  },
);

/** The reads of Lambda: states of functions, never their code. Calls throw WireError. */
export const lambdaReads = declareReads('lambda', (transport, target: AwsTarget): LambdaReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./lambda.ts')).openLambda(transport, target),
  );
  return {
    names: async (...args) => (await client()).names(...args),
    configuration: async (...args) => (await client()).configuration(...args),
    reserved: async (...args) => (await client()).reserved(...args),
    mappings: async (...args) => (await client()).mappings(...args),
    close,
  };
});

/** The reads of DynamoDB: states of tables, never their items. Calls throw WireError. */
export const dynamoReads = declareReads('dynamodb', (transport, target: AwsTarget): DynamoReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./dynamodb.ts')).openDynamo(transport, target),
  );
  return {
    tables: async (...args) => (await client()).tables(...args),
    table: async (...args) => (await client()).table(...args),
    close,
  };
});

/** The reads of S3: lists of objects, never their content. Calls throw WireError. */
export const bucketReads = declareReads('s3', (transport, target: AwsTarget): BucketReader => {
  const { client, close } = lazyClient(async () => (await import('./s3.ts')).openBuckets(transport, target));
  return {
    list: async (...args) => (await client()).list(...args),
    close,
  };
});

/** The reads of SNS. Calls throw WireError. */
export const topicReads = declareReads('sns', (transport, target: AwsTarget): TopicReader => {
  const { client, close } = lazyClient(async () => (await import('./sns.ts')).openTopics(transport, target));
  return {
    topics: async (...args) => (await client()).topics(...args),
    topic: async (...args) => (await client()).topic(...args),
    close,
  };
});
