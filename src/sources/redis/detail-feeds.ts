import type { RedisReply } from '../../clients/redis/redis-types.ts';
import { isSecretName } from '../../domain/mask/secret-fields.ts';
import { formatBytes, formatCount } from '../../domain/text/format.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { type DetailRow, detailFeed } from '../kit/contract/client-feed.ts';
import type { Feed } from '../kit/contract/source.ts';
import { hiddenValueMark, redactPasswords, secretArgumentIndexes } from '../kit/values/secrets.ts';
import type { RedisClient } from './client.ts';
import {
  type InfoFields,
  infoNumber,
  infoParts,
  listReply,
  parseInfo,
  parsePairs,
  parseSlowLog,
  replicasIn,
  type SlowEntry,
} from './parse.ts';
import { clusterSlots, readCluster, readMasters } from './topology.ts';

const numberText = (info: InfoFields, name: string, format: (value: number) => string): string => {
  const value = infoNumber(info, name);
  return value === undefined ? 'unknown' : format(value);
};

const memoryRows = (info: InfoFields): readonly DetailRow[] => {
  const max = infoNumber(info, 'maxmemory');
  const limit = max === undefined ? 'limit unknown' : max === 0 ? 'no limit' : `of ${formatBytes(max)}`;
  return [
    {
      title: 'used memory',
      text: `${numberText(info, 'used_memory', formatBytes)} ${limit} · ${info.get('maxmemory_policy') ?? 'policy unknown'}`,
    },
    { title: 'peak memory', text: numberText(info, 'used_memory_peak', formatBytes) },
    {
      title: 'resident memory',
      text: `${numberText(info, 'used_memory_rss', formatBytes)} · fragmentation ratio ${info.get('mem_fragmentation_ratio') ?? 'unknown'}`,
    },
    { title: 'evicted keys', text: numberText(info, 'evicted_keys', formatCount) },
    { title: 'rejected connections', text: numberText(info, 'rejected_connections', formatCount) },
    { title: 'blocked clients', text: numberText(info, 'blocked_clients', formatCount) },
    { title: 'commands per second', text: numberText(info, 'instantaneous_ops_per_sec', formatCount) },
  ];
};

const keyspaceRows = (info: InfoFields): readonly DetailRow[] =>
  [...info].flatMap(([name, value]) => {
    if (!/^db\d+$/.test(name)) return [];
    const parts = infoParts(value);
    const keys = Number(parts.get('keys'));
    return [
      {
        title: name,
        text: `${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'} · ${formatCount(Number(parts.get('expires')))} with expiry`,
      },
    ];
  });

const replicationRows = (info: InfoFields): readonly DetailRow[] => {
  if (info.get('role') === 'slave')
    return [
      {
        title: `replica of ${info.get('master_host') ?? '?'}:${info.get('master_port') ?? '?'}`,
        text: `link ${info.get('master_link_status') ?? 'unknown'} · last data ${numberText(info, 'master_last_io_seconds_ago', (seconds) => (seconds < 0 ? 'unknown' : `${seconds} s ago`))}`,
      },
    ];
  const offset = infoNumber(info, 'master_repl_offset');
  return replicasIn(info).map((replica) => {
    const behind =
      offset === undefined || replica.offset === undefined ? 'unknown' : formatBytes(offset - replica.offset);
    const lag = replica.lagSeconds === undefined ? 'unknown' : `${replica.lagSeconds} s`;
    return { title: `replica ${replica.address}`, text: `${replica.state} · lag ${lag} · ${behind} behind` };
  });
};

const persistenceRows = (info: InfoFields): readonly DetailRow[] => [
  {
    title: 'RDB',
    text: [
      `last save ${info.get('rdb_last_bgsave_status') ?? 'unknown'}`,
      `${numberText(info, 'rdb_changes_since_last_save', formatCount)} changes since`,
      ...(info.get('rdb_bgsave_in_progress') === '1' ? ['saving now'] : []),
    ].join(' · '),
  },
  {
    title: 'append-only file',
    text:
      info.get('aof_enabled') === '1'
        ? `last write ${info.get('aof_last_write_status') ?? 'unknown'} · last rewrite ${info.get('aof_last_bgrewrite_status') ?? 'unknown'}`
        : 'off',
  },
];

/** Commands whose arguments contain a password. */
const loginCommand = /^(?:auth|hello|acl|config|migrate)$/i;

/** A command for display: arguments that may be secret are hidden, and long ones are cut. */
const commandText = ([name = '', ...args]: readonly string[]): string => {
  const secrets = secretArgumentIndexes(args);
  const shown =
    loginCommand.test(name) && args.length > 1
      ? [args[0] ?? '', hiddenValueMark]
      : args.map((arg, index) => (secrets.has(index) ? hiddenValueMark : redactPasswords(arg)));
  return oneLine([name, ...shown].join(' '), 120);
};

const slowRow = ({ micros, command, client }: SlowEntry): DetailRow => ({
  title: commandText(command),
  text: `${formatCount(micros / 1000)} ms${client === '' ? '' : ` · from ${client}`}`,
});

/** Parses LATENCY LATEST: event, Unix time, latest and maximum latency in ms. Source: Redis docs, LATENCY LATEST. */
const latencyRows = (reply: RedisReply): readonly DetailRow[] =>
  listReply(reply, 'LATENCY LATEST').map((entry) => {
    const [event, , latest, most] = listReply(entry, 'LATENCY LATEST');
    return {
      title: oneLine(String(event)),
      text: `latest ${String(latest)} ms · maximum ${String(most)} ms`,
    };
  });

/** A setting for display. A password shows only that it is set. */
export const settingText = (name: string, value: string): string => {
  if (value === '') return 'empty';
  return isSecretName(name) || /pass|auth|user$/.test(name)
    ? hiddenValueMark
    : oneLine(redactPasswords(value), 200);
};

const countOf = (value: number | undefined): string => (value === undefined ? 'unknown' : formatCount(value));

const clusterRows = async (client: RedisClient, signal: AbortSignal): Promise<readonly DetailRow[]> => {
  const mode = parseInfo(await client.ask(['INFO', 'server'], signal)).get('redis_mode');
  if (mode === 'cluster') {
    const info = await readCluster(client, signal);
    const number = (name: string): string => numberText(info, name, formatCount);
    return [
      { title: 'cluster state', text: info.get('cluster_state') ?? 'unknown' },
      {
        title: 'slots',
        text: `${number('cluster_slots_ok')} of ${formatCount(clusterSlots)} served · ${number('cluster_slots_pfail')} suspected · ${number('cluster_slots_fail')} failed`,
      },
      {
        title: 'nodes',
        text: `${number('cluster_known_nodes')} known · ${number('cluster_size')} masters with slots`,
      },
    ];
  }
  if (mode !== 'sentinel') return [];
  return (await readMasters(client, signal)).map(
    ({ name, address, state, flags, replicas, sentinels, quorum }) => ({
      title: `master ${name} at ${address}`,
      text: `${state === 'ok' ? 'ok' : flags} · ${countOf(replicas)} replicas · quorum ${countOf(quorum)} of ${countOf(sentinels)} sentinels`,
    }),
  );
};

const settingRows = async (client: RedisClient, signal: AbortSignal): Promise<readonly DetailRow[]> => {
  const { settings } = client.config;
  const rows: DetailRow[] = [];
  // One CONFIG GET per setting: several names in one command need Redis 7.
  const commands = settings.map((name) => ['CONFIG', 'GET', name]);
  const { replies } = await client.askAll({ commands }, signal);
  for (const reply of replies)
    for (const [name, value] of parsePairs(reply, 'CONFIG GET'))
      rows.push({ title: oneLine(name), text: settingText(name, value) });
  return rows;
};

const infoTable =
  (section: string, rows: (info: InfoFields) => readonly DetailRow[]) =>
  async (client: RedisClient, signal: AbortSignal): Promise<readonly DetailRow[]> =>
    rows(parseInfo(await client.ask(['INFO', section], signal)));

/** Detail tables by name. The keyspace is read with the other sections, since its own is empty on an empty server. */
const detailTables: Readonly<
  Record<string, (client: RedisClient, signal: AbortSignal) => Promise<readonly DetailRow[]>>
> = {
  memory: infoTable('default', memoryRows),
  keyspace: infoTable('default', keyspaceRows),
  replication: infoTable('replication', replicationRows),
  persistence: infoTable('persistence', persistenceRows),
  slowlog: async (client, signal) =>
    parseSlowLog(await client.ask(['SLOWLOG', 'GET', String(client.config.slow.limit)], signal)).map(slowRow),
  latency: async (client, signal) => latencyRows(await client.ask(['LATENCY', 'LATEST'], signal)),
  settings: settingRows,
  cluster: clusterRows,
};

/** Detail feeds for troubleshooting; read on demand, or every `slow.every`. */
export const detailFeeds = (client: RedisClient): readonly Feed[] =>
  Object.entries(detailTables).map(([name, rowsOf]) =>
    detailFeed(client, name, (signal) => rowsOf(client, signal), name === 'cluster' ? 2 : 1),
  );
