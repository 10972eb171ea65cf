import { toAbortError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { cutOnAbort, openSessionPool, withLiveSession } from '../session-pool.ts';
import { resolveRedisAddress } from './address.ts';
import { assertReadCommand } from './read-check.ts';
import type { RedisQuery, RedisReplies, RedisReply, RedisTarget } from './redis-types.ts';
import { openRedisSession, type RedisSession } from './session.ts';

/** A Redis server for reads. */
export interface RedisReader {
  /** Sends reading commands, in a pooled session. Throws RedisError, TunnelError. */
  ask(query: RedisQuery, signal: AbortSignal): Promise<RedisReplies>;
  close(): Promise<void>;
}

/** Opens a reader; the first query logs in. */
export const openRedisReader = (target: RedisTarget, transport: Transport): RedisReader => {
  const { clock } = transport;
  const open = (signal: AbortSignal): Promise<RedisSession> =>
    openRedisSession(resolveRedisAddress(target), transport, signal);
  const sessions = openSessionPool(open);

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

  const askOnce = async (query: RedisQuery, signal: AbortSignal): Promise<readonly RedisReply[]> => {
    const session = await open(signal);
    try {
      return await askOn(session, query, signal);
    } finally {
      await session.end();
    }
  };

  return {
    ask: async (query, outerSignal) => {
      const signal = transport.within(outerSignal);
      for (const command of query.commands) assertReadCommand(command);
      if (signal.aborted) throw toAbortError(signal);
      const began = clock.now();
      const replies = await (query.newConnection === true
        ? askOnce(query, signal)
        : withLiveSession(sessions, signal, (session) => askOn(session, query, signal)));
      return { replies, latencyMs: clock.now() - began };
    },
    close: sessions.close,
  };
};
