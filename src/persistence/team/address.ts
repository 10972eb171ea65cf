import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { type PostgresAddress, resolvePostgresAddress } from '../../clients/postgres/address.ts';

/** The login of a state database, as the profile has it. */
export interface StateLogin {
  /** postgres://USER@HOST:PORT/DATABASE, with sslmode as in libpq. */
  readonly url: string;
  readonly password?: string;
}

/** The address of a state database. */
export interface StateAddress extends PostgresAddress {
  /** Without credentials: HOST:PORT/DATABASE. */
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

/**
 * Resolves the address. Without an sslmode, a connection that leaves this machine uses TLS with every check
 * (verify-full): the database decides who may act. Throws `unconfigured`.
 */
export const stateAddress = (login: StateLogin, env: NodeJS.ProcessEnv = process.env): StateAddress => {
  const plain = resolvePostgresAddress(login, env);
  const isSecured = plain.tls === undefined && !isLocalHost(plain.host) && !names(login.url, env);
  const address = isSecured ? resolvePostgresAddress({ ...login, tls: {} }, env) : plain;
  const shown = `${address.host}:${address.port}/${address.database}`;
  const id = createHash('sha256').update(shown).digest('hex').slice(0, 16);
  return { ...address, shown, id };
};

/** Why the connection to an address is not protected; undefined if it is, or does not leave this machine. */
export const insecureAddress = ({ host, tls }: PostgresAddress): string | undefined => {
  if (isLocalHost(host)) return undefined;
  if (tls === undefined) return 'the connection is not encrypted';
  if ('rejectUnauthorized' in tls && tls.rejectUnauthorized === false)
    return 'the certificate of the server is not verified';
  return tls.checkServerIdentity === undefined ? undefined : 'the name in the certificate is not verified';
};
