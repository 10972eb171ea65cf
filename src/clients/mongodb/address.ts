import { defined } from '../../domain/base/defined.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { tlsConnectOptions } from '../../platform/network/http-messages.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { MongoTarget } from './mongo-types.ts';

/** A host of a URL. */
export interface MongoHost {
  readonly host: string;
  readonly port: number;
  /** 'host:port' */
  readonly name: string;
}

export interface MongoLogin {
  readonly user: string;
  readonly password: string;
  /** The database that has the user. */
  readonly source: string;
  /** Absent: the strongest one that the user has. */
  readonly mechanism?: 'SCRAM-SHA-1' | 'SCRAM-SHA-256';
}

/** The addresses and the login of a deployment. */
export interface MongoAddress {
  readonly hosts: readonly [MongoHost, ...MongoHost[]];
  /** The database in the path; '' without one. */
  readonly database: string;
  readonly login?: MongoLogin;
  /** Absent: no TLS. */
  readonly tls?: ReturnType<typeof tlsConnectOptions>;
  /** The expected name of the replica set. */
  readonly setName?: string;
}

const defaultPort = 27_017;

/** Options that opsdeck follows. Source: MongoDB docs, Connection String Options. */
const followed: ReadonlySet<string> = new Set([
  'authmechanism',
  'authsource',
  'replicaset',
  'ssl',
  'tls',
  'tlsinsecure',
]);
/** Options of pools, retries and discovery, which a client with one command at a time does not have. */
const irrelevant: ReadonlySet<string> = new Set(
  `appname compressors connecttimeoutms directconnection heartbeatfrequencyms journal localthresholdms maxconnecting
  maxidletimems maxpoolsize maxstalenessseconds minpoolsize readconcernlevel readpreference readpreferencetags
  retryreads retrywrites servermonitoringmode serverselectiontimeoutms sockettimeoutms timeoutms uuidrepresentation w
  waitqueuetimeoutms wtimeoutms zlibcompressionlevel`.split(/\s+/),
);

interface UrlParts {
  readonly login: string | undefined;
  readonly hosts: string;
  readonly database: string;
  readonly options: ReadonlyMap<string, string>;
}

/** Splits a URL: several hosts are not valid in WHATWG URLs. Source: MongoDB docs, Connection Strings. */
const splitUrl = (url: string): UrlParts | undefined => {
  const { login, hosts, database, query } =
    /^mongodb:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^@/?]+)(?:\/(?<database>[^?/]*))?(?:\?(?<query>.*))?$/s.exec(
      url,
    )?.groups ?? {};
  if (hosts === undefined) return undefined;
  const options = [...new URLSearchParams(query ?? '')].map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ]);
  return { login, hosts, database: database ?? '', options: new Map(options) };
};

const parseHost = (text: string): MongoHost | undefined => {
  const {
    v6,
    plain,
    port = String(defaultPort),
  } = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<plain>[^\s:[\]%]+))(?::(?<port>\d{1,5}))?$/i.exec(text)?.groups ?? {};
  const host = v6 ?? plain;
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host, port: Number(port), name: `${v6 === undefined ? host : `[${host}]`}:${port}` };
};

const canDecode = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

const optionProblem = (options: ReadonlyMap<string, string>): string | undefined => {
  for (const [name, value] of options) {
    if (/^tls(?:cafile|certificatekeyfile|crlfile)/.test(name))
      return `${name} is not supported: use tls: { ca, cert, key } of this source`;
    if (name.startsWith('tlsallowinvalid') || name.startsWith('proxy') || name === 'loadbalanced')
      return `${name} is not supported`;
    if (name === 'authmechanism' && !/^SCRAM-SHA-(?:1|256)$/.test(value))
      return 'only authMechanism=SCRAM-SHA-256 and SCRAM-SHA-1 are supported';
    if (!followed.has(name) && !irrelevant.has(name))
      return `unknown option ${name.replaceAll(/[^a-z0-9]/g, '')}`;
  }
  return undefined;
};

/** Returns why a URL is unusable, or undefined. It contains no part of the URL that may contain a password. */
export const mongoUrlProblem = (url: string): string | undefined => {
  if (url.startsWith('mongodb+srv://'))
    return 'mongodb+srv:// is not supported, because DNS lookups do not pass a tunnel: list the hosts as mongodb://HOST1:27017,HOST2:27017/?tls=true (`dig SRV _mongodb._tcp.NAME` shows them)';
  if (!url.startsWith('mongodb://')) return 'the url is not a MongoDB URL. Use mongodb://HOST:PORT/DATABASE';
  const parts = splitUrl(url);
  if (parts === undefined)
    return 'cannot parse the url. Use mongodb://HOST:PORT/DATABASE, and %40 for @ in a password';
  if (parts.hosts.split(',').some((host) => parseHost(host) === undefined))
    return 'a host of the url is invalid. Use mongodb://HOST1:27017,HOST2:27017/DATABASE';
  if (![parts.login ?? '', parts.database].every(canDecode)) return 'invalid % escape in the url. Write %25';
  return optionProblem(parts.options);
};

const loginOf = (
  { user, password, authSource }: MongoTarget,
  { login = '', database, options }: UrlParts,
): MongoLogin | undefined => {
  const colon = login.indexOf(':');
  const [name, word] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  const found = { user: user ?? decodeURIComponent(name), password: password ?? decodeURIComponent(word) };
  if (found.user === '') return undefined;
  for (const secret of [found.password, word]) if (secret !== '') secretMasker.add(secret);
  const mechanism = options.get('authmechanism');
  return {
    ...found,
    source:
      authSource ?? options.get('authsource') ?? (database === '' ? 'admin' : decodeURIComponent(database)),
    ...(mechanism === 'SCRAM-SHA-1' || mechanism === 'SCRAM-SHA-256' ? { mechanism } : {}),
  };
};

/** Resolves the addresses and the login of a target. Throws `unconfigured`. */
export const resolveMongoAddress = (target: MongoTarget): MongoAddress => {
  const problem = mongoUrlProblem(target.url);
  const parts = splitUrl(target.url);
  if (problem !== undefined || parts === undefined)
    throw new WireError('unconfigured', problem ?? 'invalid url');
  const { options, database } = parts;
  const [first, ...others] = parts.hosts.split(',').flatMap((host) => parseHost(host) ?? []);
  if (first === undefined)
    throw new WireError('unconfigured', 'the url has no host. Use mongodb://HOST:PORT/DATABASE');
  const login = loginOf(target, parts);
  const isSecured = (options.get('tls') ?? options.get('ssl')) === 'true' || target.tls !== undefined;
  const setName = options.get('replicaset');
  return {
    hosts: [first, ...others],
    database: decodeURIComponent(database),
    ...defined({ login }),
    ...(isSecured
      ? {
          tls: tlsConnectOptions({
            ...(options.get('tlsinsecure') === 'true' ? { insecure: true } : {}),
            ...target.tls,
          }),
        }
      : {}),
    ...defined({ setName }),
  };
};

/** Replaces the hosts of a URL, each 'host:port'; keeps login, database and options. */
export const withMongoHosts = (url: string, hosts: readonly string[]): string =>
  url.replace(/^(mongodb:\/\/(?:[^@/]*@)?)[^@/?]+/, (_, lead: string) => `${lead}${hosts.join(',')}`);

/** The host names of a URL, without ports. */
export const mongoHostNames = (url: string): readonly string[] =>
  (splitUrl(url)?.hosts ?? '').split(',').flatMap((host) => parseHost(host)?.host ?? []);
