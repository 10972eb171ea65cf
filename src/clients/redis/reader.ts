import type { Millis } from '../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { startStopwatch } from '../../platform/runtime/stopwatch.ts';
import { toAbortError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { createAnsweringServers } from '../answering-servers.ts';
import { cutOnAbort, openSessionPool, withLiveSession } from '../session-pool.ts';
import { resolveRedisAddress } from './address.ts';
import { assertReadCommand } from './read-check.ts';
import type { RedisQuery, RedisReplies, RedisReply, RedisTarget } from './redis-types.ts';
import { openRedisSession, type RedisSession } from './session.ts';

/** A Redis server for reads. */
export interface RedisReader {
  /** Sends reading commands, in a pooled session. Throws RedisError, TunnelError. */
  ask(query: RedisQuery, signal: AbortSignal): Promise<RedisReplies>;
  /**
   * Returns the server that answers now, and those of all connections that have answered reads since a time (`others`).
   * `identify` asks a server over one connection. Throws what it throws.
   */
  serversSince(
    began: Millis,
    identify: (ask: (query: RedisQuery) => Promise<readonly RedisReply[]>) => Promise<SystemFingerprint>,
    signal: AbortSignal,
  ): Promise<SystemFingerprint>;
  close(): Promise<void>;
}

/** Opens a reader; the first query logs in. */
export const openRedisReader = (target: RedisTarget, transport: Transport): RedisReader => {
  const { clock } = transport;
  const open = (signal: AbortSignal): Promise<RedisSession> =>
    openRedisSession(resolveRedisAddress(target), transport, signal);
  const sessions = openSessionPool(open);
  const servers = createAnsweringServers<RedisSession>(clock);

  const askOn = (
    session: RedisSession,
    { commands }: RedisQuery,
    signal: AbortSignal,
  ): Promise<readonly RedisReply[]> =>
    cutOnAbort(session, signal, async () => {
      const replies: RedisReply[] = [];
      for (const command of commands) replies.push(await session.ask(command));
      return replies;
    });

  const askOnce = async (query: RedisQuery, signal: AbortSignal): Promise<RedisReplies> => {
    const elapsed = startStopwatch(clock);
    const session = await open(signal);
    try {
      return await servers.noted(session, signal, async () => {
        const replies = await askOn(session, query, signal);
        return { replies, latencyMs: elapsed() };
      });
    } finally {
      await session.end();
    }
  };

  return {
    ask: async (query, outerSignal) => {
      const signal = transport.within(outerSignal);
      for (const command of query.commands) assertReadCommand(command);
      if (signal.aborted) throw toAbortError(signal);
      if (query.newConnection === true) return askOnce(query, signal);
      const elapsed = startStopwatch(clock);
      const replies = await withLiveSession(sessions, signal, (session) =>
        servers.noted(session, signal, () => askOn(session, query, signal)),
      );
      return { replies, latencyMs: elapsed() };
    },
    serversSince: (began, identify, outerSignal) =>
      servers.since(
        began,
        sessions,
        (session, signal) =>
          identify((query) => {
            for (const command of query.commands) assertReadCommand(command);
            return askOn(session, query, signal);
          }),
        transport.within(outerSignal),
      ),
    close: sessions.close,
  };
};
