import type { Duplex } from 'node:stream';
import { Decoder } from '@redis/client/dist/lib/RESP/decoder.js';
import { toAbortError, toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { openSecuredWire } from '../secured-wire.ts';
import { cutOnAbort } from '../session-pool.ts';
import type { RedisAddress } from './address.ts';
import { notRedisError, toRedisError } from './redis-error.ts';
import { connectionName, type RedisCommand, RedisError, type RedisReply } from './redis-types.ts';

/** Size limit of the replies to one command, in bytes; a larger one is refused before it fills the memory. */
const maxReplyBytes = 16 * 1024 * 1024;

/** A connection with a login. It may end at any time; then every call throws. */
export interface RedisSession {
  readonly isOpen: boolean;
  /** Sends one command. Throws RedisError. */
  ask(command: RedisCommand): Promise<RedisReply>;
  /** Closes the connection; resolves when it is closed. */
  end(): Promise<void>;
  /** Closes the connection at once; the current command fails with this error. */
  cut(why: Error): void;
}

/** A command as a list of texts with their lengths. Source: Redis docs, RESP, sending commands. */
const encoded = (command: RedisCommand): string =>
  `*${command.length}\r\n${command.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`;

interface PendingReply {
  readonly command: RedisCommand;
  resolve(reply: RedisReply): void;
  reject(error: Error): void;
}

/** Converts a decoded reply: the decoder has errors and objects for types that RESP2 does not have. */
const replyOf = (value: unknown): RedisReply => {
  if (value === null || typeof value === 'number' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(replyOf);
  if (value instanceof Error) return value.message;
  throw notRedisError();
};

/** Sends commands one by one over an open connection, and reads their replies. */
const sessionOver = (wire: Duplex, user: string | undefined): RedisSession => {
  const waiting: PendingReply[] = [];
  let lost: Error | undefined;
  let received = 0;
  const cut = (why: Error): void => {
    lost ??= why;
    wire.destroy();
    for (const { reject } of waiting.splice(0)) reject(lost);
  };
  const settle = (use: (pending: PendingReply) => void): void => {
    const pending = waiting.shift();
    // A reply that answers no command: the server speaks another protocol, or replies are out of step.
    if (pending === undefined) return void cut(notRedisError());
    try {
      use(pending);
    } catch {
      // A type that RESP2 does not have. The command no longer waits, so `cut` would not reject it.
      pending.reject(notRedisError());
      cut(notRedisError());
    }
  };
  const decoder = new Decoder({
    onReply: (value: unknown) => settle(({ resolve }) => resolve(replyOf(value))),
    onErrorReply: ({ message }) =>
      settle(({ command, reject }) => reject(toRedisError(message, command, user))),
    onPush: () => cut(notRedisError()),
    getTypeMapping: () => ({}),
  });
  wire.on('data', (chunk: Buffer) => {
    if (lost !== undefined) return;
    received += chunk.length;
    if (received > maxReplyBytes)
      return cut(new RedisError('malformed', 'the response is larger than 16 MiB'));
    try {
      decoder.write(chunk);
    } catch {
      // The decoder throws on an unknown type or an invalid length.
      cut(notRedisError());
    }
  });
  wire.on('error', (error) => cut(toWireError(error) ?? error));
  const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()));
  void closed.then(() => cut(new WireError('unreachable', 'connection closed')));
  wire.once('end', () => cut(new WireError('unreachable', 'connection closed')));
  return {
    get isOpen() {
      return lost === undefined;
    },
    ask: (command) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(lost);
        if (waiting.length === 0) received = 0;
        waiting.push({ command, resolve, reject });
        wire.write(encoded(command));
      }),
    end: async () => {
      cut(new WireError('cancelled', 'this connection is closed: the next reading opens another'));
      await closed;
    },
    cut,
  };
};

/** Names the connection. A user who may not do so is served without a name. */
const setName = async (session: RedisSession): Promise<void> => {
  try {
    await session.ask(['CLIENT', 'SETNAME', connectionName]);
  } catch (error) {
    if (!(error instanceof RedisError) || error.code === '') throw error;
  }
};

/** Connects, logs in and selects the database. Throws RedisError, TunnelError, or the signal's reason on an abort. */
export const openRedisSession = async (
  address: RedisAddress,
  transport: Transport,
  signal: AbortSignal,
): Promise<RedisSession> => {
  const { user, password, database } = address;
  if (signal.aborted) throw toAbortError(signal);
  const session = sessionOver(await openSecuredWire(address, transport, signal), user);
  try {
    await cutOnAbort(session, signal, async () => {
      if (password !== undefined)
        await session.ask(['AUTH', ...(user === undefined ? [] : [user]), password]);
      await setName(session);
      if (database !== 0) await session.ask(['SELECT', String(database)]);
    });
    return session;
  } catch (error) {
    await session.end();
    throw error;
  }
};
