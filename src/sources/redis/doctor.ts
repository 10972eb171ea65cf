import { type RedisCommand, RedisError } from '../../clients/redis/redis-types.ts';
import { type CheckResult, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
import type { RedisClient } from './client.ts';
import { type InfoFields, infoNumber, parseInfo } from './parse.ts';
import { aclLines, commandPermit } from './permissions.ts';
import { clusterProblems, readCluster, readMasters, type SentinelMaster } from './topology.ts';

type ReadCheck = readonly [RedisCommand, string];

const sessionCheck: ReadCheck = [['CLIENT', 'LIST'], 'opsdeck cannot show the sessions'];

/** The reading commands of the feeds, and what is missing without each. */
const readChecks: readonly ReadCheck[] = [
  sessionCheck,
  [['SLOWLOG', 'GET', '1'], 'opsdeck cannot show the slow log'],
  [['LATENCY', 'LATEST'], 'opsdeck cannot show the latency events'],
  [['CONFIG', 'GET', 'maxmemory'], 'opsdeck cannot show the settings'],
];

/** By the mode of the server: a sentinel has no slow log, latency events and settings. */
const checksOf = (mode: string | undefined): readonly ReadCheck[] => {
  if (mode === 'sentinel')
    return [sessionCheck, [['SENTINEL', 'MASTERS'], 'opsdeck cannot show the masters']];
  return mode === 'cluster'
    ? [...readChecks, [['CLUSTER', 'INFO'], 'Problems cannot show whether the Redis cluster is complete']]
    : readChecks;
};

/** The slots of a cluster, or the quorum of each master of a sentinel. Without permission, the read checks have said so. */
const topologyResults = async (
  client: RedisClient,
  mode: string | undefined,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  try {
    if (mode === 'cluster') {
      const info = await readCluster(client, signal);
      const [problem] = clusterProblems(info);
      return [
        problem === undefined
          ? `cluster state ok: ${infoNumber(info, 'cluster_size') ?? 'unknown'} masters serve all slots`
          : lacking(problem, 'redis-cli --cluster check HOST:PORT lists the slots without a node'),
      ];
    }
    return mode === 'sentinel' ? (await readMasters(client, signal)).map(masterResult) : [];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
};

const isRefusal = (error: unknown): error is RedisError => error instanceof RedisError && error.code !== '';

const masterResult = ({ name, address, state, sentinels, quorum }: SentinelMaster): CheckResult => {
  const what = `master ${name} at ${address} is ${state}. Quorum ${quorum ?? 'unknown'} of ${sentinels ?? 'unknown'} sentinels`;
  if (state !== 'ok') return lacking(what, `SENTINEL CKQUORUM ${name} shows whether a failover is possible`);
  return quorum !== undefined && sentinels !== undefined && sentinels < quorum
    ? lacking(what, 'start more sentinels: without a quorum no failover is possible')
    : what;
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

const slotResult = (info: InfoFields): CheckResult => {
  const taken = infoNumber(info, 'connected_clients');
  const max = infoNumber(info, 'maxclients');
  if (taken === undefined || max === undefined)
    return 'maxclients is unknown: reported by INFO since Redis 6.2';
  const what = `${taken} of ${max} connections used (maxclients)`;
  return taken < slotWarningRatio * max ? what : lacking(what, 'kill unused clients, or raise maxclients');
};

/** The commands that our user may not run. One after the other, over the connection of the source. */
const readResults = async (
  client: RedisClient,
  mode: string | undefined,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const denied: CheckResult[] = [];
  for (const [command, loss] of checksOf(mode))
    try {
      await client.ask(command, signal);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      denied.push(lacking(`${loss}: ${error.message}`, error.remedy));
    }
  return denied.length === 0
    ? [`${client.user} may run every reading command`]
    : [...denied, `least privileges: ${aclLines(client.user, mode).reads}`];
};

/** The operations that our user may run; a login that only reads is valid. */
const changeResult = async (client: RedisClient, signal: AbortSignal): Promise<CheckResult> => {
  const denied: string[] = [];
  for (const [command, rule, operation] of changeChecks) {
    const { allowed, why } = await commandPermit(client, command, rule, signal);
    if (allowed === 'unknown') return `permissions of operations are unknown: ${why}`;
    if (!allowed) denied.push(operation);
  }
  return denied.length === 0
    ? `${client.user} may run every operation`
    : `${client.user} may not run ${denied.join(', ')}. To allow all: ${aclLines(client.user).changes}`;
};

const serverResults = async (client: RedisClient, signal: AbortSignal): Promise<readonly CheckResult[]> => {
  const info = parseInfo(await client.ask(['INFO'], signal));
  const mode = info.get('redis_mode');
  const role = info.get('role') === 'slave' ? 'replica' : (info.get('role') ?? 'role unknown');
  // A sentinel has no role.
  const modeText = mode === 'sentinel' ? mode : `${mode ?? 'mode unknown'}, ${role}`;
  return [
    `Redis ${info.get('redis_version') ?? 'of unknown version'} at ${client.displayAddress} as ${client.user}, ${modeText}`,
    ...(await readResults(client, mode, signal)),
    ...(await topologyResults(client, mode, signal)),
    // No operation acts on a sentinel.
    ...(mode === 'sentinel' ? [] : [await changeResult(client, signal)]),
    slotResult(info),
  ];
};

/** Examines the server: its version and role, the permissions of our user, and free connection slots. */
export const diagnoseRedis = (client: RedisClient, signal: AbortSignal): Promise<readonly Finding[]> =>
  runChecks(client, [{ call: 'login', run: () => serverResults(client, signal) }], signal);
