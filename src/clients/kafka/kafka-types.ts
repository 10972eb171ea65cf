import type { Millis } from '../../domain/fault.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import type { WireError } from '../../platform/wire-error.ts';

/** A login with a password. */
interface KafkaPasswordLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly user: string;
  readonly password: string;
}

/** A login with a token of an OAuth server: written down, or in a file that is read again for each connection. */
export interface KafkaTokenLogin {
  readonly mechanism: 'oauthbearer';
  readonly token?: string;
  readonly tokenFile?: string;
  /** KIP-342: names and values that go along with the token. */
  readonly extensions?: Readonly<Record<string, string>>;
}

export type KafkaLogin = KafkaPasswordLogin | KafkaTokenLogin;

/** A Kafka cluster: some of its brokers, and how to log in. */
export interface KafkaTarget {
  /** 'HOST:PORT', or HOST with Kafka's port 9092. */
  readonly brokers: readonly string[];
  readonly tls?: TlsOptions;
  readonly sasl?: KafkaLogin;
  /** How long one broker may take while others answer; default 1 s. */
  readonly patienceMs?: Millis;
}

export interface KafkaBroker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface KafkaCluster {
  readonly clusterId: string;
  /** In KRaft mode any broker that passes on to the controller. */
  readonly controller?: number;
  readonly brokers: readonly KafkaBroker[];
}

export interface KafkaPartition {
  readonly partition: number;
  /** -1: offline. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface KafkaTopic {
  readonly name: string;
  /** One of Kafka's own: offsets, transactions. */
  readonly internal: boolean;
  readonly partitions: readonly KafkaPartition[];
}

/** 'classic', 'consumer' (KIP-848), 'share', 'streams'; absent from brokers older than 3.8. */
type KafkaGroupType = string;

export interface KafkaGroupListing {
  readonly group: string;
  readonly state: string;
  readonly type?: KafkaGroupType;
}

export interface KafkaMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly host: string;
  /** Topic → partitions. */
  readonly assigned: ReadonlyMap<string, readonly number[]>;
}

export interface KafkaGroup {
  readonly group: string;
  /** 'Stable', 'Empty', 'PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling', 'Dead' … as the broker says it. */
  readonly state: string;
  /** Absent: the broker does not tell the members of a group of this type. */
  readonly members?: readonly KafkaMember[];
}

/** An offset of one partition; absent: there is none (nothing is committed, nothing is as young). */
export interface KafkaOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset?: bigint;
}

/** What a group has committed. */
export interface KafkaGroupOffsets {
  readonly group: string;
  readonly offsets: readonly KafkaOffset[];
}

export interface KafkaTopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * One look at a cluster. What some broker could not tell is among `problems`, once, and that broker is not asked again
 * during the look; a call throws only when nobody in the cluster answers.
 */
export interface KafkaSession {
  readonly problems: readonly WireError[];
  cluster(): Promise<KafkaCluster>;
  /** Every topic when none are named; an unknown one is a problem. */
  topics(names?: readonly string[]): Promise<readonly KafkaTopic[]>;
  groups(): Promise<readonly KafkaGroupListing[]>;
  /** Groups that nobody has ever seen are described as 'Dead', without members. */
  describe(groups: readonly KafkaGroupListing[]): Promise<readonly KafkaGroup[]>;
  /** For every topic that a group has committed in; a group that has committed nothing has no offsets. */
  committed(groups: readonly string[]): Promise<readonly KafkaGroupOffsets[]>;
  /** Where partitions begin or end, or their first offset at or after a moment of the wall clock. */
  offsets(
    places: readonly KafkaTopicPartition[],
    at: 'earliest' | 'latest' | Millis,
  ): Promise<readonly KafkaOffset[]>;
  /** Asks one broker what it speaks; `lacks`: calls of ours that it does not know in our version. Throws WireError. */
  probe(broker: KafkaBroker): Promise<{ readonly latencyMs: Millis; readonly lacks: readonly string[] }>;
  /** Has the controller check a change without making it. Throws WireError. */
  validateOnly(change: KafkaChange): Promise<void>;
}

/** The reading half of a cluster. */
export interface KafkaReader {
  /** Whatever `look` does ends with the signal, at once; then this throws WireError. */
  withSession<T>(signal: AbortSignal, look: (look: KafkaSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type KafkaChange =
  | {
      readonly is: 'create-topic';
      readonly topic: string;
      readonly partitions: number;
      readonly replication: number;
    }
  | { readonly is: 'add-partitions'; readonly topic: string; readonly count: number }
  | {
      readonly is: 'set-offsets';
      readonly group: string;
      readonly topic: string;
      /** An absent offset is left as it is. */
      readonly offsets: readonly KafkaOffset[];
    };
