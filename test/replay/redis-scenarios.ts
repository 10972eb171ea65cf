import type { Scenario } from './open-through.ts';

/** Hosts of the recorded servers; the recorder maps them to ports. */
export const redisHosts = {
  main: 'redis.example',
  replica: 'replica.example',
  cluster: 'cluster.example',
  sentinel: 'sentinel.example',
} as const;

const urlOf = (host: string): string => `redis://${host}:6379/0`;
const entry = { url: urlOf(redisHosts.main) };
const replica = { url: urlOf(redisHosts.replica) };
const cluster = { url: urlOf(redisHosts.cluster) };
const sentinel = { url: urlOf(redisHosts.sentinel) };

const lag = [
  { id: 'role', read: { info: 'role' } },
  { id: 'link', read: { info: 'master_link_status' } },
  { id: 'seconds', read: { lag: 'seconds' } },
  { id: 'bytes', read: { lag: 'bytes' } },
] as const;

/**
 * A server with a list of three, two texts, a stream and a waiting client; its replica; a cluster node with 101 slots; and
 * a sentinel of the server. None requires a login.
 */
export const redisScenarios: readonly Scenario[] = [
  {
    name: 'health',
    asked: 'PING and INFO, twice, each on a connection of its own',
    entry,
    calls: ['feed health', 'feed health'],
  },
  { name: 'sessions', asked: 'the connections', entry, calls: ['feed sessions'] },
  {
    name: 'pools',
    asked: 'connections, memory, keys and the lag of the replica',
    entry,
    signals: [
      ...lag,
      { id: 'memory', read: { percent: 'memory' } },
      { id: 'keys', read: { keys: 0 } },
      { id: 'empty', read: { keys: 5 } },
      { id: 'policy', read: { info: 'maxmemory_policy' } },
      { id: 'saved', read: { since: 'save' } },
      { id: 'missing', read: { info: 'no_such_field' } },
    ],
    calls: ['feed pools'],
  },
  {
    name: 'keys',
    asked: 'lengths of a list, a text, a stream and a key that does not exist',
    entry,
    signals: ['queue:mail', 'session:1', 'events', 'queue:none'].map((length, nth) => ({
      id: `k${nth}`,
      read: { length },
    })),
    calls: [0, 1, 2, 3].map((nth) => `feed keys:k${nth}` as const),
  },
  {
    name: 'details',
    asked: 'memory, keyspace, replication, persistence, the slow log, latency events and settings',
    entry,
    calls: 'memory keyspace replication persistence slowlog latency settings cluster'
      .split(' ')
      .map((name) => `feed ${name}` as const),
  },
  {
    name: 'plans',
    asked: 'plans of changes; some are not applicable',
    entry,
    calls: [
      { plan: 'setting', params: { name: 'maxmemory', value: '64mb' } },
      { plan: 'setting', params: { name: 'no-such-setting', value: '1' } },
      { plan: 'deleteKeys', params: { pattern: 'session:*', max: 10_000 } },
      { plan: 'deleteKeys', params: { pattern: 'none:*', max: 10_000 } },
      { plan: 'kill', params: { id: 999_999 } },
    ],
  },
  { name: 'doctor', asked: 'the examination', entry, calls: ['doctor'] },
  {
    name: 'refused',
    asked: 'a cluster and a sentinel, which a standalone server is not',
    entry,
    signals: [
      { id: 'state', read: { cluster: 'state' } },
      { id: 'quorum', read: { sentinel: 'quorum', master: 'shop' } },
    ],
    calls: ['feed topology:state', 'feed topology:quorum'],
  },
  {
    name: 'replica',
    asked: 'role, link and lag of a replica',
    entry: replica,
    signals: [...lag],
    calls: ['feed health', 'feed pools', 'feed replication', 'feed sessions'],
  },
  {
    name: 'cluster',
    asked: 'a cluster node with 101 of 16384 slots, and a key of another slot',
    entry: cluster,
    signals: [
      ...['state', 'unservedSlots', 'failedSlots', 'nodes', 'masters'].map((id) => ({
        id: id,
        read: { cluster: id },
      })),
      { id: 'key', read: { length: 'foo' } },
    ],
    calls: [
      'feed health',
      'feed cluster',
      'feed topology:state',
      'feed topology:unservedSlots',
      'feed topology:failedSlots',
      'feed topology:nodes',
      'feed topology:masters',
      'feed keys:key',
      'doctor',
    ],
  },
  {
    name: 'sentinel',
    asked: 'a sentinel with one master, its quorum, and what a sentinel does not have',
    entry: sentinel,
    signals: [
      ...['state', 'address', 'replicas', 'sentinels', 'quorum'].map((id) => ({
        id: id,
        read: { sentinel: id, master: 'shop' },
      })),
      { id: 'none', read: { sentinel: 'state', master: 'none' } },
    ],
    calls: [
      'feed health',
      'feed cluster',
      'feed topology:state',
      'feed topology:address',
      'feed topology:replicas',
      'feed topology:sentinels',
      'feed topology:quorum',
      'feed topology:none',
      'feed slowlog',
      'feed settings',
      'doctor',
    ],
  },
];
