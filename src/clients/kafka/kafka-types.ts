import type { Millis } from '../../domain/base/fault.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import type { WireError } from '../../platform/runtime/wire-error.ts';

/** A login with a password. */
interface KafkaPasswordLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly user: string;
  readonly password: string;
}

/** A login with an OAuth token: inline, or in a file that is read for each connection. */
export interface KafkaTokenLogin {
  readonly mechanism: 'oauthbearer';
  readonly token?: string;
  readonly tokenFile?: string;
  /** SASL extensions that are sent with the token (KIP-342). */
  readonly extensions?: Readonly<Record<string, string>>;
}

export type KafkaLogin = KafkaPasswordLogin | KafkaTokenLogin;

/** A Kafka cluster: bootstrap brokers and login. */
export interface KafkaTarget {
  /** 'HOST:PORT', or HOST with the default port 9092. */
  readonly brokers: readonly string[];
  readonly tls?: TlsOptions;
  readonly sasl?: KafkaLogin;
  /** Time limit for one broker while others respond; default 1 s. */
  readonly patienceMs?: Millis;
}

export interface KafkaBroker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

export interface KafkaCluster {
  readonly clusterId: string;
  /** In KRaft mode: any broker that forwards to the controller. */
  readonly controller?: number;
  readonly brokers: readonly KafkaBroker[];
}

export interface KafkaPartition {
  readonly partition: number;
  /** -1: no leader. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface KafkaTopic {
  readonly name: string;
  /** True for Kafka's internal topics: offsets, transactions. */
  readonly internal: boolean;
  readonly partitions: readonly KafkaPartition[];
}

/** 'classic', 'consumer' (KIP-848), 'share', 'streams'; absent on brokers older than 3.8. */
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
  /**
   * 'Stable', 'Empty', 'PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling', 'Dead' …, as reported
   * by the broker.
   */
  readonly state: string;
  /** Absent: the broker does not report the members of this group type. */
  readonly members?: readonly KafkaMember[];
}

/** An offset of one partition; absent: none exists (no commit, or no record that recent). */
export interface KafkaOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset?: bigint;
}

/** The committed offsets of a group. */
export interface KafkaGroupOffsets {
  readonly group: string;
  readonly offsets: readonly KafkaOffset[];
}

export interface KafkaTopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * One read session of a cluster. The failure of a broker is added to `problems` once, and that broker is not asked
 * again in this session. A call throws only when no broker responds.
 */
export interface KafkaSession {
  readonly problems: readonly WireError[];
  cluster(): Promise<KafkaCluster>;
  /** The number of the controller's term, which only grows. Undefined: the cluster does not tell it, or has no controller now. */
  controllerEpoch(): Promise<number | undefined>;
  /** All topics if none are named; an unknown one is a problem. */
  topics(names?: readonly string[]): Promise<readonly KafkaTopic[]>;
  groups(): Promise<readonly KafkaGroupListing[]>;
  /** Unknown groups are described as 'Dead', without members. */
  describe(groups: readonly KafkaGroupListing[]): Promise<readonly KafkaGroup[]>;
  /** The offsets of every topic with commits; a group without commits has none. */
  committed(groups: readonly string[]): Promise<readonly KafkaGroupOffsets[]>;
  /** The first or last offsets of partitions, or their first offset at or after a wall-clock time. */
  offsets(
    places: readonly KafkaTopicPartition[],
    at: 'earliest' | 'latest' | Millis,
  ): Promise<readonly KafkaOffset[]>;
  /**
   * Reads the supported calls of one broker; `lacks`: calls that it does not support in our versions. Throws
   * WireError.
   */
  probe(broker: KafkaBroker): Promise<{ readonly latencyMs: Millis; readonly lacks: readonly string[] }>;
  /** Lets the controller validate a change without applying it. Throws WireError. */
  validateOnly(change: KafkaChange): Promise<void>;
}

/** The read-only client of a cluster. */
export interface KafkaReader {
  /** Runs `use` with a session. The signal cancels its calls at once; then this throws WireError. */
  withSession<T>(signal: AbortSignal, use: (session: KafkaSession) => Promise<T>): Promise<T>;
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
      /** Absent offsets stay unchanged. */
      readonly offsets: readonly KafkaOffset[];
    };
