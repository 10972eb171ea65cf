import { expect, test } from 'vitest';
import type { RedisClient } from '../../../src/sources/redis/client.ts';
import { keyLength } from '../../../src/sources/redis/key-length.ts';

const lengthWith = (stats: string, type = 'stream') => {
  const replies: Readonly<Record<string, unknown>> = { TYPE: type, INFO: stats, XLEN: 4, STRLEN: 4 };
  const client = { ask: async ([name = '']: readonly string[]) => replies[name] } as unknown as RedisClient;
  return keyLength(client, 'jobs', new AbortController().signal);
};

const calls = (command: string, count: number): string => `cmdstat_${command}:calls=${count},usec=1\r\n`;

test('the calls that take elements are counted, and those that add or read are not', async () => {
  const stats = `# Commandstats\r\n${calls('xdel', 2)}${calls('lpop', 3)}${calls('xadd', 40)}${calls('llen', 9)}`;
  expect(await lengthWith(stats)).toEqual({ value: 4, origin: { taken: 5 } });
});

test('a server that counts no commands, and a text, have no such calls', async () => {
  expect(await lengthWith('# Commandstats\r\n')).toEqual({ value: 4 });
  expect(await lengthWith(calls('xdel', 2), 'string')).toEqual({ value: 4 });
});
