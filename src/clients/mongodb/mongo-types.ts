import type { FaultKind, Millis } from '../../domain/base/fault.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';

/** Name of our connections on the server (`appName` of $currentOp). */
export const mongoAppName = 'opsdeck';

/** A MongoDB deployment and a login. */
export interface MongoTarget {
  /** mongodb://host:port,host:port/database?options */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** The database that has the user. Absent: `authSource` of the url, its database, or admin. */
  readonly authSource?: string;
  readonly tls?: TlsOptions;
}

/**
 * A document as relaxed Extended JSON: text, numbers, and objects such as { $date: '2026-03-04T10:15:00Z' } and
 * { $oid: … } for other types. Its first key is the name of a command.
 */
export type MongoDocument = Readonly<Record<string, unknown>>;

/** A command that reads. */
export interface MongoCommand {
  readonly database: string;
  readonly command: MongoDocument;
  /** True: an error reply of the server is returned as the reply, with `ok: 0`. */
  readonly mayFail?: true;
}

/** Commands that read, sent one after the other on one connection. */
export interface MongoQuery {
  readonly commands: readonly MongoCommand[];
  /** Time limit of each command on the server. Absent: none. */
  readonly timeoutMs?: Millis;
  /** Limit of documents of a cursor. Default: 1,000. */
  readonly maxDocuments?: number;
  /** True: uses a new connection and login, as an application would. */
  readonly newConnection?: boolean;
}

type MemberRole = 'primary' | 'secondary' | 'standalone' | 'mongos' | 'arbiter' | 'other';

/** The server of a connection, as its `hello` reply describes it. */
export interface MongoMember {
  /** 'host:port' of the url. */
  readonly address: string;
  readonly role: MemberRole;
  readonly setName?: string;
  /** The primary that it knows: 'host:port' of the configuration of the replica set. */
  readonly primary?: string;
}

/** Replies to the commands of one request, in their order. A cursor is read to its end, into `cursor.firstBatch`. */
export interface MongoReplies {
  readonly replies: readonly MongoDocument[];
  readonly member: MongoMember;
  readonly latencyMs: Millis;
}

/** One command that changes. */
export interface MongoChange {
  readonly database: string;
  readonly command: MongoDocument;
  /** The member to change: 'host:port' of the url. Absent: the primary. */
  readonly member?: string;
  /** The command for the record of a run, without secrets. */
  readonly line: string;
}

/** An error reply, or an unusable one. */
export class MongoError extends RemediedError {
  /** The code of the reply; 0 if the error is not from the server. */
  readonly code: number;
  constructor(kind: FaultKind, message: string, code = 0, remedy?: string) {
    super(kind, message, remedy);
    this.name = 'MongoError';
    this.code = code;
  }
}
