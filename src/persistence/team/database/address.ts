import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { type PostgresAddress, resolvePostgresAddress } from '../../../clients/postgres/address.ts';

/** The login of a state database, as the profile has it. */
export interface StateLogin {
  /** postgres://USER@HOST:PORT/DATABASE, with sslmode as in libpq. */
  readonly url: string;
  readonly password?: string;
}

/** The address of a state database; host and port are those of its first server. */
export interface StateAddress extends PostgresAddress {
  /** Its servers, in the order in which they are tried; one that cannot write is passed over. Usually one. */
  readonly servers: readonly PostgresAddress[];
  /** Without credentials: HOST:PORT/DATABASE, of several servers HOST:PORT,HOST:PORT/DATABASE. */
  readonly shown: string;
  /** The name of its directory below `team` in the state directory. */
  readonly id: string;
}

/** True for an address that does not leave this machine. */
const isLocalHost = (host: string): boolean =>
  host.startsWith('/') ||
  host === 'localhost' ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

const names = (url: string, env: NodeJS.ProcessEnv): boolean =>
  /[?&]sslmode=/.test(url) || (env.PGSSLMODE ?? '') !== '';

/** A URL per server: libpq's form of several hosts, postgres://USER@HOST:PORT,HOST:PORT/DATABASE. */
const urlsOf = (url: string): readonly string[] => {
  const [, before = '', hosts = '', after = ''] = /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(url) ?? [];
  return hosts.includes(',') ? hosts.split(',').map((host) => `${before}${host}${after}`) : [url];
};

const hostPort = ({ host, port }: PostgresAddress): string => `${host}:${port}`;

/**
 * Resolves the address. Without an sslmode, a connection that leaves this machine uses TLS with every check
 * (verify-full): the database decides who may act. Throws `unconfigured`.
 */
export const stateAddress = (login: StateLogin, env: NodeJS.ProcessEnv = process.env): StateAddress => {
  const resolved = (url: string): PostgresAddress => {
    const plain = resolvePostgresAddress({ ...login, url }, env);
    const isSecured = plain.tls === undefined && !isLocalHost(plain.host) && !names(url, env);
    return isSecured ? resolvePostgresAddress({ ...login, url, tls: {} }, env) : plain;
  };
  const [firstUrl = login.url, ...others] = urlsOf(login.url);
  const first = resolved(firstUrl);
  const servers = [first, ...others.map(resolved)];
  const shown = `${servers.map(hostPort).join(',')}/${first.database}`;
  const id = createHash('sha256').update(shown).digest('hex').slice(0, 16);
  return { ...first, servers, shown, id };
};

/** Why the connection to an address is not protected; undefined if it is, or does not leave this machine. */
export const insecureAddress = ({ host, tls }: PostgresAddress): string | undefined => {
  if (isLocalHost(host)) return undefined;
  if (tls === undefined)
    return 'the connection to the state database is not encrypted, so others on the network can read the data';
  if ('rejectUnauthorized' in tls && tls.rejectUnauthorized === false)
    return 'the certificate of the state database is not verified, so another server could answer instead';
  return tls.checkServerIdentity === undefined
    ? undefined
    : 'the name in the certificate of the state database is not verified, so another server could answer instead';
};
