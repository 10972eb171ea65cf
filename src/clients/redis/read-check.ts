import { type RedisCommand, RedisError } from './redis-types.ts';

/**
 * Commands that read, with the subcommands of containers. A command that is not listed is refused before it is sent.
 * Source: Redis docs, Commands, those with the flag `readonly` or without an effect on data and settings.
 */
const readCommands: Readonly<Record<string, readonly string[] | 'all'>> = {
  ACL: ['DRYRUN', 'WHOAMI'],
  CLIENT: ['LIST'],
  CLUSTER: ['INFO'],
  CONFIG: ['GET'],
  DBSIZE: 'all',
  EXISTS: 'all',
  HLEN: 'all',
  INFO: 'all',
  LATENCY: ['LATEST'],
  LLEN: 'all',
  PING: 'all',
  SCAN: 'all',
  SCARD: 'all',
  SENTINEL: ['MASTERS'],
  SLOWLOG: ['GET', 'LEN'],
  STRLEN: 'all',
  TYPE: 'all',
  XLEN: 'all',
  ZCARD: 'all',
};

/** Throws a `denied` RedisError for a command that is not known to read. */
export const assertReadCommand = ([name = '', sub = '']: RedisCommand): void => {
  const allowed = readCommands[name];
  if (allowed === 'all' || allowed?.includes(sub) === true) return;
  throw new RedisError(
    'denied',
    `opsdeck sends only commands that read, not ${[name, sub].join(' ').trim()}`,
  );
};
