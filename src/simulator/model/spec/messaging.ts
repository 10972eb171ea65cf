import type { Millis } from '../../../domain/base/fault.ts';

/** A topic and its producer. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Replication factor; default: all brokers, at most 3. */
  readonly replication?: number;
  /** The service whose requests produce messages; absent: none. */
  readonly from?: string;
  /** Messages per request. */
  readonly each?: number;
}

/** A consumer group; its members are the running instances of a service. */
export interface GroupSpec {
  readonly name: string;
  readonly topic: string;
  /** Absent: no members. */
  readonly service?: string;
  /** Maximum throughput of one member in messages per second. */
  readonly perSecond: number;
  /** Consumers of one instance; default 1. SPRING_KAFKA_LISTENER_CONCURRENCY of its container overrides it. */
  readonly concurrency?: number;
  /** Upper bound of the processed messages of a partition that are not committed yet; default 0. */
  readonly batch?: number;
  /** Commit interval in ms; default 500. */
  readonly commitEveryMs?: Millis;
}

/** A Kafka cluster in a system's data. */
export interface MessagingSpec {
  /** Cluster ID. */
  readonly name: string;
  /** Dependency that is its only broker: while it is down, the cluster is. Absent: independent of dependencies. */
  readonly dependency?: string;
  /** Number of brokers; default 3. */
  readonly brokers?: number;
  readonly topics: readonly TopicSpec[];
  readonly groups: readonly GroupSpec[];
}

/** Effects of an incident on the cluster. */
export interface MessagingIncidentSpec {
  /** Group → reduced throughput of a member in messages per second. */
  readonly slow?: Readonly<Record<string, number>>;
  /** Topic → messages produced at once. */
  readonly burst?: Readonly<Record<string, number>>;
  /** Groups whose members process nothing until their process restarts. */
  readonly stalled?: readonly string[];
  /** IDs of brokers that are down until everything is fixed. */
  readonly brokersDown?: readonly number[];
}
