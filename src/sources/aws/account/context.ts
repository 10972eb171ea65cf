import type { AwsReader, AwsTarget } from '../../../clients/aws/aws-types.ts';
import type { CloudWatchReader } from '../../../clients/aws/cloudwatch-types.ts';
import type { LambdaReader } from '../../../clients/aws/lambda-types.ts';
import type { CloudWatchLogsReader } from '../../../clients/aws/logs-types.ts';
import {
  awsReads,
  bucketReads,
  cloudWatchLogsReads,
  cloudWatchReads,
  dynamoReads,
  lambdaReads,
  topicReads,
} from '../../../clients/aws/reading.ts';
import type { BucketReader, DynamoReader, TopicReader } from '../../../clients/aws/storage-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { ReadIo } from '../../../doors/io.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import type { AwsConfig } from './config.ts';

/** The parts that the feeds, the doctor and the operations of one source share. */
export interface AwsContext {
  readonly source: string;
  readonly config: AwsConfig;
  readonly target: AwsTarget;
  /** SQS and STS. */
  readonly reader: AwsReader;
  readonly cloudWatch: CloudWatchReader;
  readonly cloudWatchLogs: CloudWatchLogsReader;
  readonly lambda: LambdaReader;
  readonly dynamo: DynamoReader;
  readonly buckets: BucketReader;
  readonly topics: TopicReader;
  /** 'SQS eu-central-1', or the endpoint: names the place of a call. */
  readonly place: string;
  now(): Millis;
  /** Resolves after `ms`, or as soon as the signal aborts. */
  sleep(ms: Millis, signal: AbortSignal): Promise<void>;
  /** The clock of AWS, which is that of the machine: ms since the epoch. */
  wallNow(): Millis;
  /** Converts a time of AWS to our clock. */
  toClock(wallMs: Millis): Millis;
  /** Converts a failed call, such as 'SQS ListQueues', to a fault of this source. */
  fault(call: string, error: unknown): Fault;
}

/** Opens the client of a config. Contacts nothing yet; its secrets are masked from now on. */
export const awsContext = (source: string, config: AwsConfig, io: ReadIo): AwsContext => {
  const { region, endpoint, profile, credentials, tls } = config;
  if (credentials !== undefined) secretMasker.add(credentials.secretAccessKey);
  if (credentials?.sessionToken !== undefined) secretMasker.add(credentials.sessionToken);
  const target: AwsTarget = {
    ...defined({ region }),
    ...(endpoint === undefined ? {} : { endpoint: endpoint.replace(/\/+$/, '') }),
    ...defined({ profile, keys: credentials, tls }),
  };
  const place = target.endpoint ?? region ?? 'AWS';
  return {
    source,
    config,
    target,
    reader: io.open(awsReads, target),
    cloudWatch: io.open(cloudWatchReads, target),
    cloudWatchLogs: io.open(cloudWatchLogsReads, target),
    lambda: io.open(lambdaReads, target),
    dynamo: io.open(dynamoReads, target),
    buckets: io.open(bucketReads, target),
    topics: io.open(topicReads, target),
    place,
    now: () => io.clock.now(),
    sleep: (ms, signal) => io.clock.sleep(ms, signal),
    wallNow: io.clock.wallNow,
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
    fault: (call, error) => toFault(source, `${call} at ${place}`, error, io.clock.now()),
  };
};
