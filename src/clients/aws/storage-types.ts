import type { Client } from '../../platform/protocol.ts';

/** The state of a DynamoDB table. */
export interface DynamoTable {
  readonly name: string;
  /** ACTIVE, CREATING, UPDATING, DELETING, ARCHIVED … */
  readonly status?: string;
  /** Updated by DynamoDB about every six hours. */
  readonly items?: number;
  readonly indexes: readonly { readonly name: string; readonly status: string }[];
}

/** Reads of DynamoDB: the state of tables, never their items. Every call throws WireError. */
export interface DynamoReader extends Client {
  /** Returns the names of all tables, at most `most` and one page more. */
  tables(most: number, signal: AbortSignal): Promise<readonly string[]>;
  table(name: string, signal: AbortSignal): Promise<DynamoTable>;
}

/** The objects of a bucket under a prefix. Times are ms since the epoch. */
export interface BucketListing {
  readonly count: number;
  readonly bytes: number;
  /** Time of the newest object. Absent: there is none. */
  readonly newestAt?: number;
  /** False: there are more objects than were listed. */
  readonly isComplete: boolean;
}

/** Reads of S3: lists of objects, never their content. Every call throws WireError. */
export interface BucketReader extends Client {
  /** Lists the objects under a prefix, at most `most` and one page more. */
  list(bucket: string, prefix: string, most: number, signal: AbortSignal): Promise<BucketListing>;
}

/** The state of an SNS topic. */
export interface NotificationTopic {
  readonly arn: string;
  readonly confirmed?: number;
  readonly pending?: number;
  readonly isFifo: boolean;
}

/** Reads of SNS. Every call throws WireError. */
export interface TopicReader extends Client {
  /** Returns the ARNs of all topics, at most `most` and one page more. */
  topics(most: number, signal: AbortSignal): Promise<readonly string[]>;
  topic(arn: string, signal: AbortSignal): Promise<NotificationTopic>;
}
