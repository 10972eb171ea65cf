import type { RedisServer } from '../../model/redis/redis-server.ts';

type Section = readonly (readonly [string, string | number])[];

/** The sections of INFO that opsdeck reads, by name, with the fields of Redis 7.0. */
const sectionsOf = (server: RedisServer): Readonly<Record<string, Section>> => {
  const { spec, settings, incident, usedMemory } = server;
  const seconds = Math.floor(server.now / 1000);
  const blocked = [...server.connections.values()].filter(({ flags }) => flags.includes('b')).length;
  const rss = Math.round(usedMemory * (server.purges > 0 ? 1.05 : 1.25));
  return {
    Server: [
      ['redis_version', '7.0.15'],
      ['redis_mode', 'standalone'],
      ['run_id', server.runId],
      ['tcp_port', 6379],
      ['server_time_usec', server.now * 1000],
      ['uptime_in_seconds', Math.floor((server.now - server.startedAt) / 1000)],
    ],
    Clients: [
      ['connected_clients', server.connections.size],
      ['maxclients', settings.get('maxclients') ?? ''],
      ['blocked_clients', blocked],
    ],
    Memory: [
      ['used_memory', usedMemory],
      ['used_memory_rss', rss],
      ['used_memory_peak', Math.max(usedMemory, spec.usedMemoryBytes)],
      ['maxmemory', settings.get('maxmemory') ?? ''],
      ['maxmemory_policy', settings.get('maxmemory-policy') ?? ''],
      ['mem_fragmentation_ratio', (rss / usedMemory).toFixed(2)],
    ],
    Persistence: [
      ['loading', 0],
      ['rdb_changes_since_last_save', 12],
      ['rdb_bgsave_in_progress', 0],
      ['rdb_last_save_time', seconds - 120],
      ['rdb_last_bgsave_status', incident.failedSave === true ? 'err' : 'ok'],
      ['aof_enabled', settings.get('appendonly') === 'yes' ? 1 : 0],
      ['aof_last_bgrewrite_status', 'ok'],
      ['aof_last_write_status', 'ok'],
    ],
    Stats: [
      ['instantaneous_ops_per_sec', 120],
      ['rejected_connections', 0],
      ['expired_keys', 0],
      ['evicted_keys', server.evicted],
      ['keyspace_hits', 900],
      ['keyspace_misses', 100],
    ],
    Replication: [
      ['role', 'master'],
      ['connected_slaves', 0],
      ['master_replid', '8a1f5e3c9b7d2e4f6a8c0b1d3e5f7a9c1b3d5e7f'],
      ['master_repl_offset', 0],
    ],
    Keyspace: server.keys.size === 0 ? [] : [['db0', `keys=${server.keys.size},expires=0,avg_ttl=0`]],
    Commandstats: [
      // Consumers take elements all the time.
      ['cmdstat_blpop', `calls=${seconds},usec=90,usec_per_call=90.00`],
      ...(server.flushes === 0
        ? []
        : [['cmdstat_flushdb', `calls=${server.flushes},usec=80,usec_per_call=80.00`] as const]),
    ],
  };
};

/** The text of INFO, all sections or one. */
export const infoText = (server: RedisServer, section = 'default'): string =>
  Object.entries(sectionsOf(server))
    .filter(
      ([name]) =>
        /^(?:all|everything)$/.test(section) ||
        (section === 'default' && name !== 'Commandstats') ||
        name.toLowerCase() === section,
    )
    .map(([name, fields]) =>
      [`# ${name}`, ...fields.map(([field, value]) => `${field}:${value}`), ''].join('\r\n'),
    )
    .join('\r\n');
