import type { RedisQuery, RedisReply } from '../../clients/redis/redis-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { sum } from '../../domain/base/sums.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { readPart } from '../kit/contract/fingerprint.ts';
import type { RedisClient } from './client.ts';
import type { DatabaseFlushes } from './database-flushes.ts';
import { type InfoFields, infoNumber, parseInfo, parseInfoSection } from './parse.ts';

const commands = [
  ['INFO', 'server'],
  ['INFO', 'replication'],
  ['INFO', 'persistence'],
  ['INFO', 'keyspace'],
  ['INFO', 'commandstats'],
];

/** Commands that remove all keys of a database, or all that the server has counted, as INFO calls them. */
const erasing: Readonly<Record<string, string>> = {
  flushall: 'FLUSHALL',
  flushdb: 'FLUSHDB',
  swapdb: 'SWAPDB',
  'config|resetstat': 'CONFIG RESETSTAT',
  'slowlog|reset': 'SLOWLOG RESET',
};

/** The number of calls of each of them. Empty: the server counts no commands. Source: Redis docs, INFO, commandstats. */
const erasuresOf = (
  stats: RedisReply | undefined,
  ownFlushes: (calls: number) => number,
): Pick<SystemFingerprint, 'erasures'> => {
  if (typeof stats !== 'string' || !stats.includes('cmdstat_')) return {};
  const calls = new Map(
    [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', count]) => [
      name,
      Number(count),
    ]),
  );
  return {
    erasures: Object.fromEntries(
      Object.entries(erasing).map(([name, command]) => {
        const count = calls.get(name) ?? 0;
        return [command, name === 'flushdb' ? ownFlushes(count) : count];
      }),
    ),
  };
};

/** Keys that do not expire, and are written to the append-only file, are there after a restart. */
const dataOf = (persistence: InfoFields, keyspace: InfoFields): Pick<SystemFingerprint, 'kept' | 'lacks'> => {
  const databases = [...keyspace.values()].map((text) => /^keys=(\d+),expires=(\d+)/.exec(text));
  const sumOf = (group: 1 | 2): number => sum(databases.map((found) => Number(found?.[group] ?? 0)));
  if (sumOf(1) === 0) return { lacks: ['keys'] };
  return persistence.get('aof_enabled') === '1' && sumOf(1) > sumOf(2) ? { kept: ['keys'] } : {};
};

const identify = (
  flushes: DatabaseFlushes,
  ask: (query: RedisQuery) => Promise<readonly RedisReply[]>,
): Promise<SystemFingerprint> =>
  readPart('run_id', async () => {
    const replies = await ask({ commands });
    const server = parseInfo(replies[0]);
    const seconds = infoNumber(server, 'uptime_in_seconds');
    const id = server.get('run_id');
    const keyspace = parseInfoSection(replies[3]);
    return {
      ...dataOf(parseInfo(replies[2]), keyspace),
      ...erasuresOf(replies[4], (calls) => flushes.own(id ?? '', calls, keyspace)),
      parts: defined({ run_id: id, role: parseInfo(replies[1]).get('role') }),
      ...(seconds === undefined || id === undefined ? {} : { ages: { run_id: seconds * 1000 } }),
    };
  });

/**
 * Reads which process answers, by its random run ID, and its role. `since`: also over the other connections that have
 * answered since then. Throws RedisError.
 */
export const redisFingerprint = (
  client: RedisClient,
  flushes: DatabaseFlushes,
  signal: AbortSignal,
  since: Millis,
): Promise<SystemFingerprint> => client.serversSince(since, (ask) => identify(flushes, ask), signal);
