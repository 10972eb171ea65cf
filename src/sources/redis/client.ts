import { resolveRedisAddress } from '../../clients/redis/address.ts';
import type { RedisReader } from '../../clients/redis/reader.ts';
import { redisReads } from '../../clients/redis/reading.ts';
import type {
  RedisCommand,
  RedisQuery,
  RedisReplies,
  RedisReply,
  RedisTarget,
} from '../../clients/redis/redis-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { RedisConfig } from './config.ts';

/** Read-only client for a Redis server. */
export interface RedisClient {
  readonly source: string;
  readonly env: string;
  readonly config: RedisConfig;
  readonly target: RedisTarget;
  /** The name of its rows, which an operator types to confirm. */
  readonly service: string;
  /** The user of the access control list. */
  readonly user: string;
  /** Number of the logical database. */
  readonly database: number;
  /** 'redis://host:6379/0', without the user. */
  readonly displayAddress: string;
  /** Sends one reading command. Throws RedisError. */
  ask(command: RedisCommand, signal: AbortSignal): Promise<RedisReply>;
  /** Sends reading commands on one connection. Throws RedisError. */
  askAll(query: RedisQuery, signal: AbortSignal): Promise<RedisReplies>;
  /**
   * Returns the server that answers now, and those that have answered over other connections since a time. Throws what
   * `identify` throws.
   */
  readonly serversSince: RedisReader['serversSince'];
  now(): Millis;
  /** Converts the machine's wall clock to our monotonic clock. */
  toClock(wallMs: number): Millis;
  /** Converts a failed read of `what` ('sessions') to a fault of this source. */
  fault(what: string, error: unknown): Fault;
}

/** The shared parts of this source's operations. */
export interface RedisContext {
  readonly source: string;
  readonly client: RedisClient;
  readonly findProgram: ReadIo['findProgram'];
}

export const openRedisClient = (
  { id: source, env, config }: { readonly id: string; readonly env: string; readonly config: RedisConfig },
  io: ReadIo,
): RedisClient => {
  const { url, user, password, tls } = config;
  const target: RedisTarget = {
    url,
    ...defined({ user, password, tls }),
  };
  const reader = io.open(redisReads, target);
  const address = resolveRedisAddress(target);
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const where = secretMasker.mask(`redis://${host}:${address.port}/${address.database}`);
  return {
    source,
    env,
    config,
    target,
    service: config.service ?? source,
    user: address.user ?? 'default',
    database: address.database,
    displayAddress: where,
    ask: async (command, signal) => (await reader.ask({ commands: [command] }, signal)).replies[0] ?? null,
    askAll: (query, signal) => reader.ask(query, signal),
    serversSince: reader.serversSince,
    now: () => io.clock.now(),
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
    fault: (what, error) => toFault(source, `${where} ${what}`, error, io.clock.now()),
  };
};
