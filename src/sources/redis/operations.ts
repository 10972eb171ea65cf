import { z } from 'zod';
import { formatBytes } from '../../domain/text/format.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import type { RedisClient, RedisContext } from './client.ts';
import { redisConsoleOperation } from './console-operation.ts';
import { deleteKeysOperation, flushDatabaseOperation } from './keys-operation.ts';
import { killOperation } from './kill-operation.ts';
import { infoNumber, parseInfo } from './parse.ts';
import { commandPermit } from './permissions.ts';
import { sendCommand } from './send-command.ts';
import { redisSettingOperation } from './setting-operation.ts';

const memoryText = async (client: RedisClient, signal: AbortSignal): Promise<string> => {
  const info = parseInfo(await client.ask(['INFO', 'memory'], signal));
  const bytes = infoNumber(info, 'used_memory_rss');
  const ratio = info.get('mem_fragmentation_ratio') ?? 'unknown';
  return `resident memory ${bytes === undefined ? 'unknown' : formatBytes(bytes)}, fragmentation ratio ${ratio}`;
};

/** `purgeMemory`: returns unused pages of the allocator to the system (MEMORY PURGE). Changes no data. */
const purgeMemoryOperation = defineOperation(
  { name: 'purgeMemory', danger: 'safe', params: z.strictObject({}) },
  ({ client }: RedisContext) => ({
    plan: async (_, signal) => ({
      targets: [
        {
          name: client.service,
          uid: `${client.displayAddress} memory`,
          saw: 'running',
          where: client.displayAddress,
          place: client.displayAddress,
        },
      ],
      calls: [{ line: 'MEMORY PURGE', target: 0 }],
      objects: [await readForPlan(client, 'memory', () => memoryText(client, signal))],
    }),
    permits: (_, signal) => commandPermit(client, ['MEMORY', 'PURGE'], 'memory|purge', signal),
    // Throws when the server no longer responds.
    recheck: async (_, signal) => {
      await memoryText(client, signal);
      return undefined;
    },
    act: async function* (_, change, signal) {
      const command = ['MEMORY', 'PURGE'];
      const reply = yield* sendCommand(client, change, { command }, () => ({ status: 'purged' }), signal);
      if (reply !== undefined) yield { is: 'output', text: await memoryText(client, signal) };
    },
  }),
);

/** All operations of this source. */
export const redisOperations = [
  killOperation,
  redisSettingOperation,
  deleteKeysOperation,
  flushDatabaseOperation,
  purgeMemoryOperation,
  redisConsoleOperation,
];
