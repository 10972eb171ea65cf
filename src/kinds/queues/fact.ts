import type { Fact } from '../../domain/facts/facts.ts';

/** A message queue. A number that the system does not report is absent. */
export interface Queue extends Fact {
  readonly name: string;
  /** `dlq`: another queue names it as its dead-letter queue. Otherwise the type of the system: 'sqs', 'topic'. */
  readonly kind: string;
  /** Messages that can be received. Approximate in SQS. */
  readonly depth?: number;
  /** Messages that a consumer has received and not yet deleted. */
  readonly inFlight?: number;
  /** Messages that cannot be received yet. */
  readonly delayed?: number;
  /** Age of the oldest message. */
  readonly oldestSeconds?: number;
  /** Sent and deleted messages per second. Deleted ones are those that consumers have processed. */
  readonly sentPerSecond?: number;
  readonly deletedPerSecond?: number;
  /** Functions that poll it, with their state unless it is enabled. Absent: unknown, or other consumers. */
  readonly consumers?: readonly string[];
  /** Subscriptions of a topic, and those that nothing has confirmed yet. */
  readonly subscriptions?: number;
  readonly pendingSubscriptions?: number;
  /** Its dead-letter queue. */
  readonly dlq?: string;
  readonly dlqDepth?: number;
  /** Receives of a message before it moves to the dead-letter queue. */
  readonly maxReceives?: number;
  /** True: messages are being moved from it back to their queues. Absent: unknown, or not a dead-letter queue. */
  readonly isRedriving?: boolean;
  /** Messages moved by the running redrive, and messages when it started. */
  readonly redriveMoved?: number;
  readonly redriveTotal?: number;
  /** Queues that name it as their dead-letter queue. */
  readonly deadLettersOf: readonly string[];
  readonly retentionSeconds?: number;
  readonly visibilitySeconds?: number;
  readonly isFifo?: boolean;
  /** Identity in the system: an ARN. */
  readonly uid?: string;
  /** The time of its creation as the system writes it: a queue that was created again has the same identity. */
  readonly created?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly queues: Queue;
  }
}
