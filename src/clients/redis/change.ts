import type { Transport } from '../../platform/transport.ts';
import { cutOnAbort } from '../session-pool.ts';
import { resolveRedisAddress } from './address.ts';
import type { RedisChange, RedisReply, RedisTarget } from './redis-types.ts';
import { openRedisSession } from './session.ts';

/** Executes one command on its own connection. Throws RedisError, TunnelError. */
export const changeRedis = async (
  transport: Transport,
  target: RedisTarget,
  { command }: RedisChange,
  outerSignal: AbortSignal,
): Promise<RedisReply> => {
  const signal = transport.within(outerSignal);
  const session = await openRedisSession(resolveRedisAddress(target), transport, signal);
  try {
    return await cutOnAbort(session, signal, () => session.ask(command));
  } finally {
    await session.end();
  }
};
