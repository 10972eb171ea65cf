import { declareReads, lazyClient } from '../../platform/protocol.ts';
import type { AwsReader, AwsTarget } from './aws-types.ts';
import type { CloudWatchReader } from './cloudwatch-types.ts';

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
