import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { command, find } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { packageMissing } from '../provision/debian.ts';
import { adminUser, redisCommands, userRules } from '../redis/commands.ts';
import type { RealServer } from './server.ts';

const program = 'redis-server';
const withinMs = 10_000;

/** Redis of the distribution, without saving to disk, with a user for each right. */
export const redis: RealServer = {
  name: 'redis',
  tier: 'fast',
  packages: [{ program, name: 'redis-server' }],
  uses: [],
  have: async ({ provision, signal }) => {
    if ((await find(program)) === undefined) return packageMissing('redis-server', provision);
    const { output } = await command(program, ['--version'], { signal });
    return { is: 'available', version: /v=(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? 'of unknown version' };
  },
  start: async ({ dir, version, machine: { signal } }) => {
    const port = await freePort();
    const users = join(dir, 'users.acl');
    await writeFile(users, `${userRules.join('\n')}\n`, { mode: 0o600 });
    const isReady = async (): Promise<boolean> => {
      const [reply] = await redisCommands({ port }, [['PING']], adminUser).catch(() => []);
      return reply === 'PONG';
    };
    const launched = await launch({
      program,
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--aclfile', users],
        ...['--save', '', '--maxclients', '60', '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
      ],
      dir,
      isReady,
      withinMs,
      signal,
    });
    return { ...launched, address: { name: 'redis', kind: 'redis', version, port } };
  },
};
