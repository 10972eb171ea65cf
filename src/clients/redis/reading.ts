import { declareReads, lazyClient } from '../../platform/protocol.ts';
import type { RedisReader } from './reader.ts';
import type { RedisTarget } from './redis-types.ts';

/** A Redis server for reads: a command that is not known to read is refused before it is sent. Calls throw RedisError. */
export const redisReads = declareReads('redis', (transport, target: RedisTarget): RedisReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./reader.ts')).openRedisReader(target, transport),
  );
  return {
    ask: async (query, signal) => (await client()).ask(query, signal),
    serversSince: async (began, identify, signal) => (await client()).serversSince(began, identify, signal),
    close,
  };
});
