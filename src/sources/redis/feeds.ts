import { connectionName } from '../../clients/redis/redis-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Health, HealthStatus } from '../../kinds/health/fact.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { clientFeed, loginHealthFeed } from '../kit/contract/client-feed.ts';
import type { Feed } from '../kit/contract/source.ts';
import type { RedisClient } from './client.ts';
import { type ClientRow, type InfoFields, infoNumber, parseClients, parseInfo } from './parse.ts';
import { topologyProblems } from './topology.ts';

/** Results of saving to disk, of those kinds that the server has enabled. */
const failedSaves = (info: InfoFields): readonly string[] => [
  ...(info.get('rdb_last_bgsave_status') === 'err' ? ['the last RDB save failed'] : []),
  ...(info.get('aof_enabled') === '1' && info.get('aof_last_write_status') === 'err'
    ? ['the last write to the append-only file failed']
    : []),
];

/** Describes the state of a server that responds. `topology`: problems of its cluster or of its masters. */
const serverState = (
  info: InfoFields,
  topology: Awaited<ReturnType<typeof topologyProblems>>,
): Pick<Health, 'status' | 'detail'> => {
  const isReplica = info.get('role') === 'slave';
  const master = `${info.get('master_host') ?? '?'}:${info.get('master_port') ?? '?'}`;
  const isLinked = info.get('master_link_status') === 'up';
  const downSeconds = infoNumber(info, 'master_link_down_since_seconds');
  const sinceText = downSeconds === undefined || downSeconds < 0 ? '' : ` for ${downSeconds} s`;
  const problems = [
    ...(isReplica && !isLinked
      ? [
          info.get('master_sync_in_progress') === '1'
            ? `copying the data of the master ${master}`
            : `the link to the master ${master} is down${sinceText}`,
        ]
      : []),
    ...topology.problems,
    ...failedSaves(info),
  ];
  const status: HealthStatus = problems.length === 0 ? 'up' : 'degraded';
  const notes = [
    ...(problems[0] === undefined && isReplica ? [`replica of ${master}`] : []),
    ...(topology.note === undefined ? [] : [topology.note]),
  ];
  return { status, detail: [...problems, ...notes].join('; ') };
};

/**
 * Logs in as an application would, and sends PING and INFO. The row is down when the server does not respond or is
 * loading its data set, degraded when a replica has lost its master, saving to disk fails, its cluster does not serve
 * every slot or a sentinel cannot reach a master, and unknown when our login is rejected.
 */
export const redisHealthFeed = (client: RedisClient): Feed =>
  loginHealthFeed(client, async (signal) => {
    const commands = [['PING'], ['INFO']];
    const { replies, latencyMs } = await client.askAll({ commands, newConnection: true }, signal);
    const info = parseInfo(replies[1]);
    return { ...serverState(info, await topologyProblems(client, info, signal)), latencyMs };
  });

/** Reads every connection except those of opsdeck, in the order of their ids. Throws RedisError. */
export const readClients = async (
  client: RedisClient,
  signal: AbortSignal,
): Promise<readonly ClientRow[]> => {
  const clients = parseClients(await client.ask(['CLIENT', 'LIST'], signal));
  return clients.filter(({ name }) => name !== connectionName);
};

/** The state of a connection by its flags. Source: Redis docs, CLIENT LIST. */
export const clientState = ({ flags, idleSeconds = 0 }: ClientRow): string => {
  if (flags.includes('S')) return 'replica';
  if (flags.includes('M')) return 'master';
  if (flags.includes('b')) return 'waiting';
  if (flags.includes('x')) return 'in transaction';
  if (flags.includes('P')) return 'subscribed';
  return idleSeconds > 0 ? 'idle' : 'active';
};

/** Connections of the server as sessions. */
export const clientsFeed = (client: RedisClient): Feed =>
  clientFeed(client, {
    name: 'sessions',
    kind: 'sessions',
    read: async (signal) => {
      const rows = await readClients(client, signal);
      const stamp = { source: client.source, at: client.now() };
      const items = rows.map((row): DbSession => {
        const state = clientState(row);
        return {
          ...stamp,
          database: row.database === undefined ? '' : `db${row.database}`,
          pid: row.id,
          user: row.user,
          state,
          waiting: state === 'waiting' ? row.command : '',
          blockedBy: [],
          query: row.command,
          client: row.address,
          ...(row.name === '' ? {} : { application: row.name }),
          ...(row.idleSeconds === undefined ? {} : { durationMs: row.idleSeconds * 1000 }),
        };
      });
      return { items };
    },
  });

/** The connection slots of the server as a pool. It has no queue: a full server rejects connections. */
export const connectionPool = (client: RedisClient, info: InfoFields): Pool => {
  const taken = infoNumber(info, 'connected_clients');
  const max = infoNumber(info, 'maxclients');
  return {
    source: client.source,
    at: client.now(),
    service: client.service,
    instance: '',
    name: 'connections',
    kind: 'redis',
    ...defined({ max, taken }),
  };
};
