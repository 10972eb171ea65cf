import { type RedisCommand, RedisError } from '../../clients/redis/redis-types.ts';
import type { Finding } from '../source.ts';
import type { RedisClient } from './client.ts';
import { type InfoFields, infoNumber, parseInfo } from './parse.ts';
import { aclLines, commandPermit } from './permissions.ts';

type UnsourcedFinding = Omit<Finding, 'source'>;

/** The reading commands of the feeds, and what is missing without each. */
const readChecks: readonly (readonly [RedisCommand, string])[] = [
  [['CLIENT', 'LIST'], 'sessions are unavailable'],
  [['SLOWLOG', 'GET', '1'], 'the slow log is unavailable'],
  [['LATENCY', 'LATEST'], 'latency events are unavailable'],
  [['CONFIG', 'GET', 'maxmemory'], 'settings are unavailable'],
];

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
  const [taken, max] = [infoNumber(info, 'connected_clients'), infoNumber(info, 'maxclients')];
  if (taken === undefined || max === undefined)
    return { ok: true, what: 'maxclients is unknown: INFO reports it since Redis 6.2' };
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
    return { ok: false, what: `${loss}: ${message}`, ...(remedy === undefined ? {} : { remedy }) };
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
        what: `${client.user} may not run ${denied.join(', ')}; to allow all: ${aclLines(client.user).changes}`,
      };
};

/** Examines the server: its version and role, the permissions of our user, and free connection slots. */
export const examineRedis = async (client: RedisClient, signal: AbortSignal): Promise<readonly Finding[]> => {
  const { source, user, displayAddress } = client;
  try {
    const info = parseInfo(await client.ask(['INFO'], signal));
    const role = info.get('role') === 'slave' ? 'replica' : (info.get('role') ?? 'role unknown');
    const reads: UnsourcedFinding[] = [];
    for (const [command, loss] of readChecks) {
      const finding = await readFinding(client, command, loss, signal);
      if (finding !== undefined) reads.push(finding);
    }
    const found: readonly UnsourcedFinding[] = [
      {
        ok: true,
        what: `Redis ${info.get('redis_version') ?? 'of unknown version'} at ${displayAddress} as ${user}, ${info.get('redis_mode') ?? 'mode unknown'}, ${role}`,
      },
      ...(reads.length === 0 ? [{ ok: true, what: `${user} may run every reading command` }] : reads),
      ...(reads.length === 0 ? [] : [{ ok: true, what: `least privileges: ${aclLines(user).reads}` }]),
      await changeFinding(client, signal),
      slotFinding(info),
    ];
    return found.map((finding) => ({ source, ...finding }));
  } catch (error) {
    const { message, remedy } = client.fault('doctor', error);
    return [{ source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) }];
  }
};
