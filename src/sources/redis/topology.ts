import { RedisError, type RedisReply } from '../../clients/redis/redis-types.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { RedisClient } from './client.ts';
import type { TopologyRead } from './config.ts';
import { type InfoFields, infoNumber, infoParts, listReply, parseInfo, parsePairs } from './parse.ts';

type Value = Pick<Sample, 'value' | 'why'>;

/** Slots of a cluster. Source: Redis docs, Cluster specification. */
export const clusterSlots = 16_384;

/** CLUSTER INFO. Throws RedisError, `missing` when the server is not a cluster node. */
export const readCluster = async (client: RedisClient, signal: AbortSignal): Promise<InfoFields> =>
  parseInfo(await client.ask(['CLUSTER', 'INFO'], signal), 'CLUSTER INFO');

/** A master that a sentinel monitors. */
export interface SentinelMaster {
  readonly name: string;
  readonly address: string;
  /** 'ok', 'sdown' (this sentinel cannot reach it) or 'odown' (a quorum of sentinels cannot), as INFO names them. */
  readonly state: string;
  readonly flags: string;
  readonly replicas: number | undefined;
  /** Sentinels that monitor it, this one included. */
  readonly sentinels: number | undefined;
  readonly quorum: number | undefined;
}

const stateOf = (flags: string): string => {
  if (flags === '') return 'unknown';
  const all = flags.split(',');
  return all.includes('o_down') ? 'odown' : all.includes('s_down') ? 'sdown' : 'ok';
};

/** Parses SENTINEL MASTERS. Source: Redis docs, High availability with Redis Sentinel. Throws `malformed`. */
const parseMasters = (reply: RedisReply | undefined): readonly SentinelMaster[] =>
  listReply(reply, 'SENTINEL MASTERS').map((entry) => {
    const master = parsePairs(entry, 'SENTINEL MASTERS');
    const text = (name: string): string => oneLine(master.get(name) ?? '');
    const number = (name: string): number | undefined =>
      /^\d+$/.test(text(name)) ? Number(text(name)) : undefined;
    const others = number('num-other-sentinels');
    return {
      name: text('name'),
      address: `${text('ip') || '?'}:${text('port') || '?'}`,
      state: stateOf(text('flags')),
      flags: text('flags'),
      replicas: number('num-slaves'),
      sentinels: others === undefined ? undefined : others + 1,
      quorum: number('quorum'),
    };
  });

/** The masters of a sentinel. Throws RedisError, `missing` when the server is not a sentinel. */
export const readMasters = async (
  client: RedisClient,
  signal: AbortSignal,
): Promise<readonly SentinelMaster[]> => parseMasters(await client.ask(['SENTINEL', 'MASTERS'], signal));

const known = (value: number | undefined, name: string): Value =>
  value === undefined ? { why: `Redis did not report ${name}` } : { value };

const clusterValue = (
  what: Extract<TopologyRead, { cluster: string }>['cluster'],
  info: InfoFields,
): Value => {
  if (what === 'state') {
    const state = info.get('cluster_state');
    return state === undefined
      ? { why: 'CLUSTER INFO has no cluster_state: check that the server is a cluster node' }
      : { value: state };
  }
  if (what === 'unservedSlots') {
    const served = infoNumber(info, 'cluster_slots_ok');
    return known(served === undefined ? undefined : clusterSlots - served, 'cluster_slots_ok');
  }
  const field = { failedSlots: 'cluster_slots_fail', nodes: 'cluster_known_nodes', masters: 'cluster_size' }[
    what
  ];
  return known(infoNumber(info, field), field);
};

const masterValue = (
  { sentinel, master }: Extract<TopologyRead, { sentinel: string }>,
  masters: readonly SentinelMaster[],
): Value => {
  const found = masters.find(({ name }) => name === master);
  if (found === undefined) return { why: `the sentinel monitors no master ${master}` };
  if (sentinel === 'state' || sentinel === 'address') return { value: found[sentinel] };
  return known(found[sentinel], sentinel);
};

/** The value of a signal about a cluster or a sentinel. Throws RedisError. */
export const topologyValue = async (
  client: RedisClient,
  read: TopologyRead,
  signal: AbortSignal,
): Promise<Value> =>
  'cluster' in read
    ? clusterValue(read.cluster, await readCluster(client, signal))
    : masterValue(read, await readMasters(client, signal));

/** Problems of a cluster as one of its nodes sees it; empty if every slot is served. */
export const clusterProblems = (info: InfoFields): readonly string[] => {
  const state = info.get('cluster_state');
  if (state === undefined || state === 'ok') return [];
  const served = infoNumber(info, 'cluster_slots_ok');
  const slots =
    served === undefined ? '' : `: ${clusterSlots - served} of ${clusterSlots} slots are not served`;
  return [`cluster state ${state}${slots}`];
};

/** Masters that a sentinel cannot reach, from the fields `master0`, `master1` … of its INFO. */
const sentinelProblems = (info: InfoFields): readonly string[] =>
  [...info].flatMap(([name, value]) => {
    if (!/^master\d+$/.test(name)) return [];
    const parts = infoParts(value);
    const status = parts.get('status') ?? 'unknown';
    return status === 'ok'
      ? []
      : [`master ${parts.get('name') ?? '?'} at ${parts.get('address') ?? '?'} is ${status}`];
  });

/** Problems of the cluster or the masters of a server that responds. `note`: why they are unknown. */
export const topologyProblems = async (
  client: RedisClient,
  info: InfoFields,
  signal: AbortSignal,
): Promise<{ readonly problems: readonly string[]; readonly note?: string }> => {
  const mode = info.get('redis_mode');
  if (mode === 'sentinel') return { problems: sentinelProblems(info) };
  if (mode !== 'cluster') return { problems: [] };
  try {
    return { problems: clusterProblems(await readCluster(client, signal)) };
  } catch (error) {
    // The server responds to everything else: its cluster is unknown, not broken.
    if (error instanceof RedisError && error.code !== '')
      return { problems: [], note: `cluster state unknown: ${error.message}` };
    throw error;
  }
};
