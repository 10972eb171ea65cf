import { isSslMode, sslModes } from '../../clients/postgres/address.ts';
import { redisUrlProblem } from '../../clients/redis/address.ts';
import type { CommandContext } from '../command/context.ts';
import { type FoundSystem, found, missing, type Search } from './found-system.ts';

type Env = CommandContext['processEnv'];

/** An IPv6 address that a URL can have: without brackets and without a zone. */
const isIpv6Address = (text: string): boolean =>
  /^[\da-f.]*:[\da-f.:]*$/i.test(text) && URL.canParse(`http://[${text}]`);

/** Host names, and the addresses that a URL can have. */
const isHost = (text: string): boolean => /^[\w.-]+$/.test(text) || isIpv6Address(text);

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** A user or database. Text with these characters may be a URL or a connection string, which can hold a password. */
const isPostgresName = (text: string): boolean => !/[:/=\p{Cc}]/u.test(text);

/** The reason for which the variables make no connection. No value is in it: it may be a password in the wrong place. */
const postgresProblem = (env: Env): string | undefined => {
  const { PGHOST = '', PGPORT = '', PGUSER = '', PGDATABASE = '', PGSSLMODE = '' } = env;
  if (PGHOST === '' && PGDATABASE === '') return 'the variables PGHOST and PGDATABASE are not set';
  if (PGHOST.startsWith('/'))
    return 'PGHOST is a socket directory, which opsdeck does not support. Set a host name';
  if (PGHOST !== '' && !isHost(PGHOST))
    return 'PGHOST is not a host name or an IP address. Correct the variable';
  if (PGPORT !== '' && !isPort(PGPORT)) return 'PGPORT is not a port. Set a number from 1 to 65535';
  if (!isPostgresName(PGUSER))
    return 'PGUSER looks like a URL or a connection string. Set only the user name';
  if (!isPostgresName(PGDATABASE))
    return 'PGDATABASE looks like a URL or a connection string. Set only the name of the database';
  if (PGSSLMODE !== '' && !isSslMode(PGSSLMODE))
    return `PGSSLMODE is invalid. Set one of ${sslModes.join(', ')}`;
  return undefined;
};

/** A connection from PG*; the password stays in its variable. Source: PostgreSQL, libpq, environment variables. */
export const findPostgres = ({ context: { processEnv: env } }: Search): FoundSystem => {
  const what = 'PG variables';
  const problem = postgresProblem(env);
  if (problem !== undefined) return missing(what, problem);
  const {
    PGHOST = '',
    PGPORT = '',
    PGUSER: user = '',
    PGDATABASE: database = '',
    PGSSLMODE: mode = '',
  } = env;
  const address = `${isIpv6Address(PGHOST) ? `[${PGHOST}]` : PGHOST || 'localhost'}:${Number(PGPORT || 5432)}`;
  const who = user === '' ? '' : `${encodeURIComponent(user)}@`;
  const query = mode === '' ? '' : `?sslmode=${mode}`;
  return found(what, `database ${database || '(default)'} at ${address}`, {
    id: 'db',
    entry: {
      type: 'postgres',
      url: `postgres://${who}${address}/${encodeURIComponent(database || user || 'postgres')}${query}`,
      password: (env.PGPASSWORD ?? '') === '' ? undefined : { variable: 'PGPASSWORD' },
    },
  });
};

const kafkaVariables = ['KAFKA_BOOTSTRAP_SERVERS', 'KAFKA_BROKERS', 'KAFKA_BOOTSTRAP_SERVER'];

const isBroker = (text: string): boolean => {
  const [, six, host = '', port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return isPort(port) && (six === undefined ? isHost(host) : isIpv6Address(six));
};

export const findKafka = ({ context: { processEnv } }: Search): FoundSystem => {
  const what = 'KAFKA variables';
  const name = kafkaVariables.find((kafkaVariable) => (processEnv[kafkaVariable] ?? '') !== '');
  if (name === undefined) return missing(what, `${kafkaVariables.join(', ')} are not set`);
  const brokers = (processEnv[name] ?? '')
    .split(',')
    .map((part) => part.trim().replace(/^\w+:\/\//, ''))
    .filter((text) => text !== '');
  if (brokers.length === 0 || !brokers.every(isBroker))
    return missing(what, `${name} is not a list of brokers. Write HOST:PORT,HOST:PORT`);
  return found(what, `${name}, ${brokers.join(', ')}`, {
    id: 'kafka',
    entry: { type: 'kafka', brokers },
  });
};

/** The address of a URL without its user, password and path. */
const shownHost = (url: string): string => URL.parse(url)?.host || 'localhost';

const hasPassword = (url: string): boolean => /^\w+:\/\/[^/?#]*@/.test(url) || /[?&]password=/.test(url);

/** A URL as a value: with a login it stays in its variable. */
const urlValue = (url: string, variable: string) => (hasPassword(url) ? { variable } : url);

/** A PostgreSQL server from DATABASE_URL. */
export const findDatabaseUrl = ({ context: { processEnv } }: Search): FoundSystem => {
  const what = 'DATABASE_URL';
  const url = processEnv.DATABASE_URL ?? '';
  if (url === '') return missing(what, 'not set');
  if (!/^postgres(?:ql)?:\/\//.test(url))
    return missing(what, 'the scheme is not supported. Use postgres://USER@HOST:PORT/DATABASE');
  if (!URL.canParse(url)) return missing(what, 'cannot be parsed. Use postgres://USER@HOST:PORT/DATABASE');
  return found(what, `PostgreSQL at ${shownHost(url)}`, {
    id: 'database',
    entry: { type: 'postgres', url: urlValue(url, what) },
  });
};

/** A Redis server from REDIS_URL. */
export const findRedis = ({ context: { processEnv } }: Search): FoundSystem => {
  const what = 'REDIS_URL';
  const url = processEnv.REDIS_URL ?? '';
  if (url === '') return missing(what, 'not set');
  const problem = redisUrlProblem(url);
  if (problem !== undefined) return missing(what, problem);
  return found(what, `Redis at ${shownHost(url)}`, {
    id: 'redis',
    entry: { type: 'redis', url: urlValue(url, what) },
  });
};
