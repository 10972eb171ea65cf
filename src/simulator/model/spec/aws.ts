import type { QueueSpec } from './queue-store.ts';

/** A queue, with the services that send and receive its messages. */
export interface QueueFlowSpec extends QueueSpec {
  /** Service whose requests send messages; absent: none. */
  readonly from?: string;
  /** Messages per request. */
  readonly each?: number;
  /** Consumer group whose members also receive these messages; absent: nothing receives them. */
  readonly group?: string;
  /** Messages per second that the initial members can receive. */
  readonly perSecond?: number;
}

/** An SNS topic. */
export interface TopicStateSpec {
  readonly name: string;
  readonly confirmed?: number;
  readonly pending?: number;
}

/** A Lambda function. */
export interface FunctionStateSpec {
  readonly name: string;
  /** Queue that it polls. */
  readonly polls?: string;
  readonly reserved?: number;
}

/** A CloudWatch alarm on the depth of a queue. */
export interface QueueAlarmSpec {
  readonly name: string;
  readonly description: string;
  readonly queue: string;
  /** It fires above this number of messages. */
  readonly above: number;
  /** Number of actions in state ALARM. Absent: one. */
  readonly actions?: number;
}

/** A local emulator of AWS in a system's data. */
export interface AwsSpec {
  /** Its dependency name. */
  readonly name: string;
  /** Namespace of the services' own metrics. */
  readonly namespace: string;
  readonly queues: readonly QueueFlowSpec[];
  readonly topics: readonly TopicStateSpec[];
  readonly functions: readonly FunctionStateSpec[];
  /** Objects by bucket. */
  readonly buckets: Readonly<
    Record<string, readonly { readonly key: string; readonly bytes: number; readonly ageMs: number }[]>
  >;
  readonly alarms: readonly QueueAlarmSpec[];
  /** Exception of a caller while one of its services fails. */
  readonly error: string;
}

/** A problem of the emulator. */
export interface AwsIncidentSpec {
  /** Services in state error, such as 'sqs'; a restart fixes them, and deletes queues and topics. */
  readonly failing?: readonly string[];
  /** A restart has deleted queues and topics; the setup script creates them again. */
  readonly empty?: true;
}
