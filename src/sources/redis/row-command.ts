import { resolveRedisAddress } from '../../clients/redis/address.ts';
import type { RowCommand } from '../../domain/facts/row-command.ts';
import type { RedisConfig } from './config.ts';

/** redis-cli with the command that shows the row. It takes the password from REDISCLI_AUTH. */
export const redisRowCommand: RowCommand<RedisConfig> = (config, row) => {
  const { host, port, database, tls } = resolveRedisAddress({ url: config.url }, {});
  const cli = (...command: readonly string[]): readonly string[] => [
    'redis-cli',
    ...['-h', host, '-p', String(port), '-n', String(database)],
    ...(tls === undefined ? [] : ['--tls']),
    ...(config.user === undefined ? [] : ['--user', config.user]),
    ...command,
  ];
  if (row.kind === 'sessions') return cli('CLIENT', 'LIST', 'ID', String(Math.trunc(row.fact.pid)));
  if (row.kind === 'pools') return cli('INFO', 'clients');
  if (row.kind === 'health') return cli('PING');
  if (row.kind !== 'signal') return undefined;
  return typeof row.read.length === 'string' ? cli('TYPE', row.read.length) : cli('INFO', 'all');
};
