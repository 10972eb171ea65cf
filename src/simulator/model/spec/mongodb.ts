import type { Millis } from '../../../domain/base/fault.ts';

/** A document of a collection: values of JavaScript, dates, and types of BSON. */
export type StoredDocument = Record<string, unknown>;

/** An index of a collection; every collection has the one of `_id`. */
export interface IndexSpec {
  readonly name: string;
  readonly key: Readonly<Record<string, number | string>>;
  readonly unique?: boolean;
  readonly expireAfterSeconds?: number;
  /** Operations that have used it. */
  readonly uses?: number;
}

interface CollectionSpec {
  readonly documents: readonly StoredDocument[];
  readonly indexes?: readonly IndexSpec[];
}

/** A connection of a client, with its operation. */
export interface MongoClientSpec {
  readonly application: string;
  readonly address: string;
  readonly user?: string;
  /** Absent: the connection is idle. */
  readonly operation?: {
    readonly op: string;
    readonly ns: string;
    readonly command: StoredDocument;
    readonly runningMs: Millis;
    readonly isWaiting?: true;
  };
  /** Age of an open transaction without a running operation. */
  readonly transactionMs?: Millis;
}

interface PrivilegeSpec {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly actions: readonly string[];
}

interface MongoUserSpec {
  readonly name: string;
  readonly password: string;
  /** Absent: all. */
  readonly privileges?: readonly PrivilegeSpec[];
}

/** A MongoDB server in a system's data. */
export interface MongoSpec {
  /** Its dependency name. */
  readonly name: string;
  readonly database: string;
  /** Users of the database `admin`; opsdeck logs in as the first one. */
  readonly users: readonly [MongoUserSpec, ...MongoUserSpec[]];
  readonly maxConnections: number;
  /** The ID that its process has chosen at its start, 24 hexadecimal digits. Absent: one per server and start. */
  readonly processId?: string;
  /** Its replica set, with the other members; absent: a standalone server. */
  readonly replicaSet?: {
    readonly name: string;
    readonly others: readonly { readonly name: string; readonly lagSeconds: number }[];
    /** Time between the first and the last entry of the oplog. */
    readonly oplogHours: number;
  };
  readonly collections: Readonly<Record<string, CollectionSpec>>;
  readonly clients: readonly MongoClientSpec[];
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Profiled operations, as documents of system.profile without their time. */
  readonly profiled: readonly StoredDocument[];
  /** Reads of the services per second, and their mean duration; absent: constant counters. */
  readonly load?: { readonly readsPerSecond: number; readonly readMs: Millis };
  /** Duration of an index build; default: 0. */
  readonly indexBuildMs?: Millis;
}

/** A dropped index and its effect. */
export interface MissingMongoIndexSpec {
  readonly collection: string;
  readonly name: string;
  /** Service whose requests need it, and the extra time of each. */
  readonly service: string;
  readonly waitMs: Millis;
  /** Its slow operations, as documents of system.profile without their time. */
  readonly profiled: readonly StoredDocument[];
}

/** A problem of a MongoDB server. */
export interface MongoIncidentSpec {
  /** The server is a secondary, and no member is the primary. */
  readonly noPrimary?: true;
  /** The last member does not respond to the others. */
  readonly lostMember?: true;
  /** An index that was dropped: requests of a service wait until a new one has the same key. */
  readonly missingIndex?: MissingMongoIndexSpec;
}
