import { type RedisCommand, RedisError } from '../../clients/redis/redis-types.ts';
import { defined } from '../../domain/base/defined.ts';
import { type Finding, failedFinding } from '../kit/contract/source.ts';
import type { RedisClient } from './client.ts';
import { type InfoFields, infoNumber, parseInfo } from './parse.ts';
import { aclLines, commandPermit } from './permissions.ts';
import { clusterProblems, readCluster, readMasters } from './topology.ts';

type UnsourcedFinding = Omit<Finding, 'source'>;

type ReadCheck = readonly [RedisCommand, string];

const sessionCheck: ReadCheck = [['CLIENT', 'LIST'], 'sessions are unavailable'];

/** The reading commands of the feeds, and what is missing without each. */
const readChecks: readonly ReadCheck[] = [
  sessionCheck,
  [['SLOWLOG', 'GET', '1'], 'the slow log is unavailable'],
  [['LATENCY', 'LATEST'], 'latency events are unavailable'],
  [['CONFIG', 'GET', 'maxmemory'], 'settings are unavailable'],
];

/** By the mode of the server: a sentinel has no slow log, latency events and settings. */
const checksOf = (mode: string | undefined): readonly ReadCheck[] => {
  if (mode === 'sentinel') return [sessionCheck, [['SENTINEL', 'MASTERS'], 'the masters are unavailable']];
  return mode === 'cluster'
    ? [...readChecks, [['CLUSTER', 'INFO'], 'the cluster state is unavailable']]
    : readChecks;
};

/** The slots of a cluster, or the quorum of each master of a sentinel. Without permission, the read checks have said so. */
const topologyFindings = async (
  client: RedisClient,
  mode: string | undefined,
  signal: AbortSignal,
): Promise<readonly UnsourcedFinding[]> => {
  try {
    if (mode === 'cluster') {
      const info = await readCluster(client, signal);
      const [problem] = clusterProblems(info);
      return [
        problem === undefined
          ? {
              ok: true,
              what: `cluster state ok: ${infoNumber(info, 'cluster_size') ?? 'unknown'} masters serve all slots`,
            }
          : {
              ok: false,
              what: problem,
              remedy: 'redis-cli --cluster check HOST:PORT lists the slots without a node',
            },
      ];
    }
    if (mode !== 'sentinel') return [];
    return (await readMasters(client, signal)).map(({ name, address, state, sentinels, quorum }) => {
      const what = `master ${name} at ${address} is ${state}. Quorum ${quorum ?? 'unknown'} of ${sentinels ?? 'unknown'} sentinels`;
      if (state !== 'ok')
        return { ok: false, what, remedy: `SENTINEL CKQUORUM ${name} shows whether a failover is possible` };
      return quorum !== undefined && sentinels !== undefined && sentinels < quorum
        ? { ok: false, what, remedy: 'start more sentinels: without a quorum no failover is possible' }
        : { ok: true, what };
    });
  } catch (error) {
    if (error instanceof RedisError && error.code !== '') return [];
    throw error;
  }
};

/** The commands of the operations, with their permissions and names. */
const changeChecks: readonly (readonly [RedisCommand, string, string])[] = [
  [['CLIENT', 'KILL', 'ID', '0'], 'client|kill', 'kill'],
  [['CONFIG', 'SET', 'maxmemory', '0'], 'config|set', 'setting'],
  [['UNLINK', 'opsdeck'], 'unlink', 'deleteKeys'],
  [['FLUSHDB', 'ASYNC'], 'flushdb', 'flushDatabase'],
  [['MEMORY', 'PURGE'], 'memory|purge', 'purgeMemory'],
];

/** Above this share of used slots, the next burst of connections may be rejected. */
const slotWarningRatio = 0.9;

const slotFinding = (info: InfoFields): UnsourcedFinding => {
  const taken = infoNumber(info, 'connected_clients');
  const max = infoNumber(info, 'maxclients');
  if (taken === undefined || max === undefined)
    return { ok: true, what: 'maxclients is unknown: reported by INFO since Redis 6.2' };
  const what = `${taken} of ${max} connections used (maxclients)`;
  return taken < slotWarningRatio * max
    ? { ok: true, what }
    : { ok: false, what, remedy: 'kill unused clients, or raise maxclients' };
};

const readFinding = async (
  client: RedisClient,
  command: RedisCommand,
  loss: string,
  signal: AbortSignal,
): Promise<UnsourcedFinding | undefined> => {
  try {
    await client.ask(command, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof RedisError) || error.code === '') throw error;
    const { message, remedy } = error;
    return { ok: false, what: `${loss}: ${message}`, ...defined({ remedy }) };
  }
};

/** The operations that our user may run; a login that only reads is valid. */
const changeFinding = async (client: RedisClient, signal: AbortSignal): Promise<UnsourcedFinding> => {
  const denied: string[] = [];
  for (const [command, rule, operation] of changeChecks) {
    const { allowed, why } = await commandPermit(client, command, rule, signal);
    if (allowed === 'unknown') return { ok: true, what: `permissions of operations are unknown: ${why}` };
    if (!allowed) denied.push(operation);
  }
  return denied.length === 0
    ? { ok: true, what: `${client.user} may run every operation` }
    : {
        ok: true,
        what: `${client.user} may not run ${denied.join(', ')}. To allow all: ${aclLines(client.user).changes}`,
      };
};

/** Examines the server: its version and role, the permissions of our user, and free connection slots. */
export const diagnoseRedis = async (
  client: RedisClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, user, displayAddress } = client;
  try {
    const info = parseInfo(await client.ask(['INFO'], signal));
    const mode = info.get('redis_mode');
    const role = info.get('role') === 'slave' ? 'replica' : (info.get('role') ?? 'role unknown');
    // A sentinel has no role.
    const modeText = mode === 'sentinel' ? mode : `${mode ?? 'mode unknown'}, ${role}`;
    const reads: UnsourcedFinding[] = [];
    for (const [command, loss] of checksOf(mode)) {
      const finding = await readFinding(client, command, loss, signal);
      if (finding !== undefined) reads.push(finding);
    }
    const found: readonly UnsourcedFinding[] = [
      {
        ok: true,
        what: `Redis ${info.get('redis_version') ?? 'of unknown version'} at ${displayAddress} as ${user}, ${modeText}`,
      },
      ...(reads.length === 0 ? [{ ok: true, what: `${user} may run every reading command` }] : reads),
      ...(reads.length === 0 ? [] : [{ ok: true, what: `least privileges: ${aclLines(user, mode).reads}` }]),
      ...(await topologyFindings(client, mode, signal)),
      // No operation acts on a sentinel.
      ...(mode === 'sentinel' ? [] : [await changeFinding(client, signal)]),
      slotFinding(info),
    ];
    return found.map((finding) => ({ source, ...finding }));
  } catch (error) {
    return [failedFinding(client.fault('login', error))];
  }
};
