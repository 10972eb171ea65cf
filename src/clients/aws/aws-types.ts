import type { TlsOptions } from '../../platform/network/http-messages.ts';
import type { Client } from '../../platform/protocol.ts';

/** Keys from the profile. Absent in a target: the credential chain of the AWS SDK. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An account and region of AWS, or a server that speaks its protocols. */
export interface AwsTarget {
  /** Absent: AWS_REGION, or the region of the profile in ~/.aws/config. */
  readonly region?: string;
  /** http(s)://HOST:PORT of every service. Absent: the public endpoints of the region. */
  readonly endpoint?: string;
  /** A profile of ~/.aws/config. Absent: AWS_PROFILE, otherwise `default`. */
  readonly profile?: string;
  readonly keys?: AwsKeys;
  readonly tls?: TlsOptions;
}

/** The principal of the credentials. */
export interface CallerIdentity {
  readonly account: string;
  /** 'arn:aws:sts::123456789012:assumed-role/ops/ana' */
  readonly arn: string;
}

/** A redrive: messages that move from a dead-letter queue. Only the latest ones are known. */
export interface MoveTask {
  /** Absent unless it is running. */
  readonly handle?: string;
  /** RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED. */
  readonly status: string;
  readonly sourceArn: string;
  /** Absent: each message returns to its own source queue. */
  readonly destinationArn?: string;
  /** Approximate number of moved messages. */
  readonly moved?: number;
  /** Approximate number of messages when it started. Absent: not reported. */
  readonly toMove?: number;
  /** Start time of SQS in ms since the epoch: distinguishes two tasks of a queue. */
  readonly startedAt?: number;
  readonly failure?: string;
}

/** Reads of SQS and STS. Every call throws WireError. */
export interface AwsReader extends Client {
  /** Returns the URLs of the queues whose names begin with `prefix` ('' for all), at most `most` and one more. */
  queueUrls(prefix: string, most: number, signal: AbortSignal): Promise<readonly string[]>;
  /** `account`: the owner of the queue; absent: the account of the credentials. */
  queueUrl(name: string, account: string | undefined, signal: AbortSignal): Promise<string>;
  /** Returns all attributes of a queue, as SQS writes them. */
  attributes(url: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  moveTasks(sourceArn: string, signal: AbortSignal): Promise<readonly MoveTask[]>;
  identity(signal: AbortSignal): Promise<CallerIdentity>;
}

/** A change to a queue. */
export type SqsChange =
  | {
      readonly is: 'send';
      readonly url: string;
      readonly body: string;
      /** FIFO queues require both. */
      readonly group?: string;
      readonly deduplication?: string;
    }
  | { readonly is: 'purge'; readonly url: string }
  /** `from`: the ARN of the dead-letter queue. */
  | { readonly is: 'redrive'; readonly from: string; readonly perSecond?: number }
  /** `from`: the dead-letter queue, for display. `handle`: of its running task. */
  | { readonly is: 'cancelRedrive'; readonly from: string; readonly handle: string };

/** The response to a change. */
export interface SqsChangeResult {
  /** Id of a sent message. */
  readonly messageId?: string;
  /** Messages that a canceled redrive has moved. */
  readonly moved?: number;
}
