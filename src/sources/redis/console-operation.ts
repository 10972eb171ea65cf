import { z } from 'zod';
import { resolveRedisAddress } from '../../clients/redis/address.ts';
import { formatArgv } from '../../domain/text/format.ts';
import type { ConsolePlace, ConsoleRequest } from '../../doors/console.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { caFile, consoleAction, defineConsole, tlsFiles } from '../kit/operations/console-operation.ts';
import { readForPlan } from '../kit/operations/define-operation.ts';
import type { RedisClient, RedisContext } from './client.ts';
import { parseInfo } from './parse.ts';

interface ConsoleLogin {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** The login of the profile's `console:`, with its own password only; else that of the source. */
const loginOf = ({ config, target }: RedisClient): ConsoleLogin =>
  config.console ?? resolveRedisAddress(target);

/** The console of a client: its program for any place, its files and its texts. */
export const redisConsoleRequest = (client: RedisClient): ConsoleRequest => {
  const { host, port, database, tls } = resolveRedisAddress(client.target);
  const { user, password } = loginOf(client);
  if (password !== undefined) secretMasker.add(password);
  const tlsArgs = ({ file, ...place }: ConsolePlace): readonly string[] => {
    if (tls === undefined) return [];
    const name = tls.servername ?? host;
    return [
      '--tls',
      ...(tls.rejectUnauthorized === false ? ['--insecure'] : ['--cacert', file(caFile)]),
      ...(tls.cert === undefined ? [] : ['--cert', file('cert.pem')]),
      ...(tls.key === undefined ? [] : ['--key', file('key.pem')]),
      ...(name === place.host ? [] : ['--sni', name]),
    ];
  };
  const argvAt = (place: ConsolePlace): readonly string[] => [
    'redis-cli',
    ...['-h', place.host, '-p', String(place.port), '-n', String(database)],
    ...(user === undefined ? [] : ['--user', user]),
    ...tlsArgs(place),
  ];
  return {
    to: { host, port },
    ...tlsFiles(tls),
    // Not `--pass` and not a redis:// URL: every user of the machine can read an argv. Source: Redis docs, redis-cli.
    program: (place) => ({
      argv: argvAt(place),
      env: password === undefined ? {} : { REDISCLI_AUTH: password },
    }),
    typed: formatArgv(argvAt({ host, port, isTunneled: false, file: (name) => name })),
    greeting: `redis-cli at ${client.displayAddress} as ${user ?? 'default'}; exit or ctrl-d leaves\r\n`,
  };
};

/** `console`: opens redis-cli on the server of the source, in the terminal of the cockpit. */
export const redisConsoleOperation = defineConsole(
  {
    // redis-cli has no mode that only reads.
    danger: 'destructive',
    params: z.strictObject({}),
    actions: [consoleAction('redis', 'Console (redis-cli)')],
  },
  ({ source, client, findProgram }: RedisContext) => ({
    source,
    name: client.service,
    where: client.displayAddress,
    program: 'redis-cli',
    packages: 'redis-tools (Debian, Ubuntu) or redis (Fedora, RHEL, Homebrew)',
    findProgram,
    state: (signal) =>
      readForPlan(client, 'console', async () => {
        const info = parseInfo(await client.ask(['INFO', 'replication'], signal));
        return `role ${info.get('role') ?? 'unknown'}`;
      }),
    request: () => redisConsoleRequest(client),
    objects: () => [
      `as ${loginOf(client).user ?? 'default'}`,
      'this console can change and delete everything that the user may. redis-cli has no read-only mode',
    ],
  }),
);
