import type { FaultKind } from '../../domain/base/fault.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { type RedisCommand, RedisError } from './redis-types.ts';

interface Meaning {
  readonly kind: FaultKind;
  /** Precedes the server's own message. */
  readonly words?: string;
  readonly remedy?: string;
}

const login: Meaning = {
  kind: 'denied',
  words: 'authentication failed',
  remedy: 'check user: and password: of this source. ACL LIST on the server lists the users',
};

/** Meanings of the first word of an error reply. Source: Redis, src/server.c (shared.*err), src/acl.c, src/cluster.c. */
const meanings: Readonly<Record<string, Meaning>> = {
  WRONGPASS: login,
  NOAUTH: { ...login, words: 'the server requires a login' },
  DENIED: {
    kind: 'denied',
    words: 'protected mode',
    remedy: 'set a password on the server, or connect over its loopback interface (via: { ssh: HOST })',
  },
  LOADING: {
    kind: 'unreachable',
    words: 'the server does not accept commands yet',
    remedy: 'wait: the server is loading the data set. INFO persistence shows loading_eta_seconds',
  },
  BUSY: {
    kind: 'unreachable',
    words: 'a script blocks the server',
    remedy:
      'a script has run for longer than busy-reply-threshold: SCRIPT KILL ends one that has not written',
  },
  MASTERDOWN: {
    kind: 'unreachable',
    words: 'the link to the master is down, and replica-serve-stale-data is no',
    remedy: 'check the master and the network between them. INFO replication shows master_link_status',
  },
  CLUSTERDOWN: {
    kind: 'unreachable',
    words: 'the cluster is down, so no key can be read',
    remedy: 'run CLUSTER INFO to see the slots without a node',
  },
  MOVED: {
    kind: 'missing',
    words: 'this key is on another node of the cluster',
    remedy: 'set the url of the source to the node that the message names',
  },
  ASK: { kind: 'missing', words: 'the slot of this key is moving to another node: try again in a moment' },
  TRYAGAIN: {
    kind: 'unreachable',
    words: 'the slot of this key is moving to another node: try again in a moment',
  },
  READONLY: {
    kind: 'denied',
    words: 'read-only replica',
    remedy: 'set the url of the source to the master that INFO replication names',
  },
  MISCONF: {
    kind: 'unreachable',
    words: 'the server refuses writes, because saving to disk fails',
    remedy: 'check the disk and the log of the server. INFO persistence shows rdb_last_bgsave_status',
  },
  OOM: {
    kind: 'unreachable',
    words: 'maxmemory is reached, and nothing can be evicted',
    remedy: 'delete keys, raise maxmemory, or set a maxmemory-policy that evicts',
  },
  NOREPLICAS: {
    kind: 'unreachable',
    words: 'the server refuses writes, because too few replicas are connected',
  },
  WRONGTYPE: { kind: 'malformed', words: 'the key has a value of another type: check the key' },
};

/** Words of messages with the general code ERR. */
const general: readonly (readonly [RegExp, Meaning])[] = [
  [
    /max number of clients reached/i,
    {
      kind: 'unreachable',
      words: 'maxclients is reached: no connection is left',
      remedy: 'close unused clients, or raise maxclients. opsdeck cannot connect until a connection is free',
    },
  ],
  [/invalid password|without any password configured|Client sent AUTH/i, login],
  [
    /^unknown (?:sub)?command/i,
    {
      kind: 'missing',
      words: 'this server does not support the command, or has renamed the command (rename-command)',
    },
  ],
  [
    /cluster support disabled/i,
    { kind: 'missing', words: 'the server is not a cluster node, so CLUSTER commands do not work' },
  ],
  [
    /DB index is out of range/i,
    { kind: 'missing', remedy: 'set the url of the source to an existing database number' },
  ],
];

/** The permission of a command as ACL rules name it: `client|list`, `info`. Source: Redis docs, ACL, subcommands. */
const permissionOf = ([name = '', sub = '']: RedisCommand): string =>
  /^(?:acl|client|cluster|config|latency|memory|object|sentinel|slowlog|xinfo)$/i.test(name) && sub !== ''
    ? `${name}|${sub}`.toLowerCase()
    : name.toLowerCase();

/** The ACL command that grants what a NOPERM reply misses. */
const grantFor = (message: string, command: RedisCommand, user: string): string => {
  const key = /access (?:one of the keys|a key|the '?(?<key>[^']*)'? key)/i.exec(message);
  if (key !== null) return `run ACL SETUSER ${user} %R~PATTERN for the keys that opsdeck reads`;
  return `ACL SETUSER ${user} +${permissionOf(command)}`;
};

/** Converts an error reply to a command of this user to a RedisError with the server's message. */
export const toRedisError = (reply: string, command: RedisCommand, user = 'default'): RedisError => {
  const text = oneLine(reply, 240);
  const [, code = '', message = text] = /^([A-Z][A-Z0-9]*) (.*)$/s.exec(text) ?? [];
  if (code === 'NOPERM')
    return new RedisError('denied', `not permitted (${message})`, code, grantFor(message, command, user));
  const { kind, words, remedy } = meanings[code] ??
    general.find(([pattern]) => pattern.test(message))?.[1] ?? { kind: 'malformed' };
  return new RedisError(kind, words === undefined ? message : `${words} (${message})`, code, remedy);
};

export const notRedisError = (): RedisError =>
  new RedisError(
    'malformed',
    'the response is not from a Redis server: check the port in url, and whether the server requires TLS (rediss://)',
  );
