import { defined } from '../../domain/base/defined.ts';
import { expectedServiceHealth } from '../kit/contract/client-feed.ts';
import { urlAtEndpoint } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type RedisConfig, redisConfig, redisReadSchema } from './config.ts';
import { redisOperations } from './operations.ts';
import { redisRowCommand } from './row-command.ts';

/** A Redis server: memory, clients, keys, replication, the slow log, and operations on them. */
export const redis: SourceModule<RedisConfig> = {
  type: 'redis',
  title: 'Redis',
  limitations: [
    'A source reads one server. Configure each node of a cluster and each replica as a separate source. A key of another node is reported as missing.',
    'Redis has no identity that survives a failover, so this source has no `identity:`.',
  ],
  config: redisConfig,
  urlParameters: [],
  reads: redisReadSchema,
  feedNames: [
    'health',
    'sessions',
    'pools',
    'keys',
    'topology',
    'memory',
    'keyspace',
    'replication',
    'persistence',
    'slowlog',
    'latency',
    'settings',
    'cluster',
  ],
  operations: declarationsOf(redisOperations),
  gives: (config) => {
    const expects = expectedServiceHealth(config);
    return { kinds: ['health', 'sessions', 'pools'], ...defined({ expects }) };
  },
  // One server has one address: the first endpoint, since ready ones come first.
  routeConfig: (config, [end], port) => {
    if (end === undefined) return config;
    const { protocol, hostname } = new URL(config.url);
    // A certificate is issued for the profile's address, not for a pod or a container.
    const tls = protocol === 'rediss:' ? { tls: { serverName: hostname, ...config.tls } } : {};
    return { ...config, ...tls, url: urlAtEndpoint(config.url, end, port) };
  },
  rowCommand: redisRowCommand,
  open: async (opening, io) => (await import('./open.ts')).openRedis(opening, io),
};
