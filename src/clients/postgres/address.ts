import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { defined } from '../../domain/base/defined.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { tlsConnectOptions } from '../../platform/network/http-messages.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { decodeUrlPart } from '../url-part.ts';
import type { SqlTarget } from './sql-types.ts';

/** The address and login of a PostgreSQL server, with libpq's defaults. */
export interface PostgresAddress {
  /** A host name, an IP address, or the directory of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
  /** Absent: no TLS. */
  readonly tls?: TlsSettings;
}

/** The values of sslmode: those of libpq, and `no-verify` of node-postgres. */
export const sslModes = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'no-verify',
] as const;
type SslMode = (typeof sslModes)[number];

export const isSslMode = (text: string): text is SslMode => sslModes.some((mode) => mode === text);

type TlsSettings = ReturnType<typeof tlsConnectOptions> & {
  readonly checkServerIdentity?: () => undefined;
};

/**
 * Parses a URL. Those without a host (`postgres:///db`, `postgres://user@/db`) are valid for libpq, but not for the
 * URL parser.
 */
const parsed = (url: string): { readonly url: URL; readonly hasHost: boolean } => {
  const [, scheme, userinfo = '', rest = ''] = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?(.*)$/s.exec(url) ?? [];
  if (scheme === undefined)
    throw new WireError(
      'unconfigured',
      'the url does not start with postgres://. Use postgres://USER@HOST:PORT/DATABASE',
    );
  const hasHost = rest !== '' && !/^[/?#:]/.test(rest);
  const whole = hasHost ? url : `${scheme}${userinfo}localhost${rest}`;
  if (!URL.canParse(whole))
    throw new WireError('unconfigured', 'cannot parse the url. Use postgres://USER@HOST:PORT/DATABASE');
  return { url: new URL(whole), hasHost };
};

const filled = (...candidates: readonly (string | null | undefined)[]): string | undefined =>
  candidates.find((candidate) => candidate !== undefined && candidate !== null && candidate !== '') ??
  undefined;

/**
 * Resolves the address of a target. Missing parts of its URL come from PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD
 * and PGSSLMODE, then from libpq's defaults, except that the host is localhost. Query parameters (`?host=…&dbname=…`)
 * override the rest of the URL. Throws `unconfigured`.
 */
export const resolvePostgresAddress = (
  target: SqlTarget,
  env: NodeJS.ProcessEnv = process.env,
): PostgresAddress => {
  const { url, hasHost } = parsed(target.url);
  const query = url.searchParams;
  const named = hasHost ? decodeUrlPart(url.hostname).replace(/^\[(.+)\]$/, '$1') : undefined;
  const user = filled(query.get('user'), decodeUrlPart(url.username), env.PGUSER) ?? userInfo().username;
  const password = filled(
    target.password,
    query.get('password'),
    decodeUrlPart(url.password),
    env.PGPASSWORD,
  );
  if (password !== undefined) secretMasker.add(password);
  const port = Number(filled(query.get('port'), url.port, env.PGPORT) ?? 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new WireError('unconfigured', 'the port in the url is invalid. Write a number from 1 to 65535');
  const tls = tlsOf(target, filled(query.get('sslmode'), env.PGSSLMODE), query.get('sslrootcert'));
  return {
    host: filled(query.get('host'), named, env.PGHOST) ?? 'localhost',
    port,
    user,
    database: filled(query.get('dbname'), decodeUrlPart(url.pathname.slice(1)), env.PGDATABASE) ?? user,
    ...defined({ password, tls }),
  };
};

/**
 * The TLS settings. `tls:` of the source enables TLS with all checks that it does not disable. `sslmode` has libpq's
 * meaning, except that `allow` and `prefer`, which guarantee nothing, use no TLS. Source: PostgreSQL docs, SSL
 * Support, table of modes.
 */
const tlsOf = (
  { tls }: SqlTarget,
  mode: string | undefined,
  rootFile: string | null,
): TlsSettings | undefined => {
  const tlsOptions = tlsConnectOptions(tls);
  const own = rootFile === null || rootFile === '' ? tlsOptions : { ca: caOf(rootFile), ...tlsOptions };
  if (mode !== undefined && !isSslMode(mode))
    throw new WireError('unconfigured', `unknown sslmode "${mode}"`);
  switch (mode) {
    case undefined:
    case 'allow':
    case 'prefer':
      return tls === undefined ? undefined : own;
    case 'disable':
      return undefined;
    case 'require':
      if (own.ca === undefined)
        return { ...own, ...(tls === undefined ? { rejectUnauthorized: false } : {}) };
      return { ...own, checkServerIdentity: () => undefined };
    case 'verify-ca':
      return { ...own, checkServerIdentity: () => undefined };
    case 'verify-full':
      return own;
    case 'no-verify':
      return { ...own, rejectUnauthorized: false };
  }
};

const caOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new WireError('unconfigured', `sslrootcert: cannot read ${path}`);
  }
};
