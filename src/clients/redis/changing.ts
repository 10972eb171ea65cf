import { declareChanges } from '../../platform/protocol.ts';
import { redisReads } from './reading.ts';
import { type RedisChange, RedisError, type RedisReply, type RedisTarget } from './redis-types.ts';

/** One command on its own connection. Throws RedisError. */
export const redisChanges = declareChanges<RedisTarget, RedisChange, RedisReply>({
  name: 'redis',
  load: async () => (await import('./change.ts')).changeRedis,
  line: ({ command, line }) => line ?? command.join(' '),
  outcome: (reply) => (typeof reply === 'number' ? String(reply) : 'done'),
  // A reply with an error code states that the command was not executed.
  isAnswer: (error) => error instanceof RedisError && error.code !== '',
  asRead: async (open, target, { command }, signal) => {
    const { replies } = await open(redisReads, target).ask({ commands: [command] }, signal);
    return replies[0] ?? null;
  },
});
