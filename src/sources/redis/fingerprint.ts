import { defined } from '../../domain/base/defined.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { readPart } from '../kit/contract/fingerprint.ts';
import type { RedisClient } from './client.ts';
import { infoNumber, parseInfo } from './parse.ts';

/** Reads which process answers, by its random run ID, and its role. Throws RedisError. */
export const redisFingerprint = (client: RedisClient, signal: AbortSignal): Promise<SystemFingerprint> =>
  readPart('run_id', async () => {
    const commands = [
      ['INFO', 'server'],
      ['INFO', 'replication'],
    ];
    const { replies } = await client.askAll({ commands }, signal);
    const server = parseInfo(replies[0]);
    const seconds = infoNumber(server, 'uptime_in_seconds');
    const id = server.get('run_id');
    return {
      parts: defined({ run_id: id, role: parseInfo(replies[1]).get('role') }),
      ...(seconds === undefined || id === undefined ? {} : { ages: { run_id: seconds * 1000 } }),
    };
  });
