import type { FaultKind, Millis } from '../../domain/base/fault.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';

/** Name of our connections on the server (CLIENT LIST). */
export const connectionName = 'opsdeck';

/** A Redis server and a login. */
export interface RedisTarget {
  /** redis://host:port/database, or rediss:// for TLS. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
}

/** One command with its arguments: ['CLIENT', 'LIST']. */
export type RedisCommand = readonly string[];

/** A reply: text as sent, with its control characters, an integer, nil, or a list of replies. */
export type RedisReply = string | number | null | readonly RedisReply[];

/** Replies to the commands of one request, in their order. */
export interface RedisReplies {
  readonly replies: readonly RedisReply[];
  readonly latencyMs: Millis;
}

/** Commands that read, sent one after the other on one connection. */
export interface RedisQuery {
  readonly commands: readonly RedisCommand[];
  /** True: uses a new connection and login, as an application would. */
  readonly newConnection?: boolean;
}

/** One command that changes. */
export interface RedisChange {
  readonly command: RedisCommand;
  /** The command for the record of a run, where its arguments are too long or secret. Absent: the command. */
  readonly line?: string;
}

/** An error reply, or an unusable one. */
export class RedisError extends RemediedError {
  /** The first word of the reply: 'NOPERM'; '' if the error is not from the server. */
  readonly code: string;
  constructor(kind: FaultKind, message: string, code = '', remedy?: string) {
    super(kind, message, remedy);
    this.name = 'RedisError';
    this.code = code;
  }
}
