import type { Millis } from '../../../domain/fault.ts';

/** A topic, and where its messages come from. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** On how many brokers each partition is kept; default: on all, at most 3. */
  readonly replication?: number;
  /** The service whose requests write to it; absent: nobody writes. */
  readonly from?: string;
  /** Messages that one request writes. */
  readonly each?: number;
}

/** A consumer group: its members are the running instances of a service. */
export interface GroupSpec {
  readonly name: string;
  readonly topic: string;
  /** Absent: it has no members. */
  readonly service?: string;
  /** Messages that one member handles in a second, at most. */
  readonly perSecond: number;
  /** Default 500 ms. */
  readonly commitEveryMs?: Millis;
}

/** A Kafka cluster as a system's data says it. */
export interface MessagingSpec {
  /** What it is called. */
  readonly name: string;
  /** Default 3. */
  readonly brokers?: number;
  readonly topics: readonly TopicSpec[];
  readonly groups: readonly GroupSpec[];
}

/** What an incident does to it. */
export interface MessagingIncidentSpec {
  /** Group → messages that a member handles in a second from now on: every one has become more work. */
  readonly slow?: Readonly<Record<string, number>>;
  /** Topic → messages that come at once. */
  readonly burst?: Readonly<Record<string, number>>;
  /** Groups whose members are there and handle nothing until their process starts anew. */
  readonly stalled?: readonly string[];
  /** Brokers that are gone, by id, until everything is healed. */
  readonly brokersDown?: readonly number[];
}
