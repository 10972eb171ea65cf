import { defined } from '../../domain/base/defined.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { tlsConnectOptions } from '../../platform/network/http-messages.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { decodeUrlPart } from '../url-part.ts';
import type { RedisTarget } from './redis-types.ts';

/** The address and login of a Redis server. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** Number of the logical database. */
  readonly database: number;
  /** Absent: the user `default`. */
  readonly user?: string;
  readonly password?: string;
  /** Absent: no TLS. */
  readonly tls?: ReturnType<typeof tlsConnectOptions>;
}

const defaultPort = 6379;

/** Returns why a URL is unusable, or undefined. It contains no part of the URL, which may contain a password. */
export const redisUrlProblem = (url: string): string | undefined => {
  if (!/^rediss?:\/\//.test(url))
    return 'the url is not a Redis URL. Use redis://HOST:PORT/DATABASE, or rediss:// for TLS';
  if (!URL.canParse(url) || new URL(url).hostname === '')
    return 'cannot parse the url. Use redis://HOST:PORT/DATABASE';
  const { pathname } = new URL(url);
  return /^\/?\d{0,5}$/.test(pathname)
    ? undefined
    : 'the path of the url is not a database number. Write a number, such as /0';
};

/**
 * Resolves the address of a target. A URL with one word before the `@` contains a password, as for redis-cli; the user
 * is `default` then. Source: Redis docs, redis-cli, and REDISCLI_AUTH for the default of the password. Throws
 * `unconfigured`.
 */
export const resolveRedisAddress = (
  target: RedisTarget,
  env: NodeJS.ProcessEnv = process.env,
): RedisAddress => {
  const problem = redisUrlProblem(target.url);
  if (problem !== undefined) throw new WireError('unconfigured', problem);
  const url = new URL(target.url);
  const alone = url.password === '' && url.username !== '';
  const user = target.user ?? (alone ? '' : decodeUrlPart(url.username));
  const password = [
    target.password,
    decodeUrlPart(alone ? url.username : url.password),
    env.REDISCLI_AUTH,
  ].find((text) => text !== undefined && text !== '');
  if (password !== undefined) secretMasker.add(password);
  const tls =
    url.protocol === 'rediss:' || target.tls !== undefined ? tlsConnectOptions(target.tls) : undefined;
  return {
    host: url.hostname.replace(/^\[(.+)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    database: Number(url.pathname.slice(1)),
    ...(user === '' ? {} : { user }),
    ...defined({ password, tls }),
  };
};
