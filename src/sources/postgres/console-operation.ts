import { z } from 'zod';
import { type PostgresAddress, resolvePostgresAddress } from '../../clients/postgres/address.ts';
import { defined } from '../../domain/base/defined.ts';
import { formatArgv } from '../../domain/text/format.ts';
import type { ConsolePlace, ConsoleRequest } from '../../doors/console.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { caFile, consoleAction, defineConsole, tlsFiles } from '../kit/operations/console-operation.ts';
import { type PostgresClient, type PostgresContext, rowsForPlan } from './client.ts';
import { booleanColumn, singleRow, textColumn } from './parse.ts';
import { doctorSql } from './statements.ts';

const consoleParams = z.strictObject({
  writes: z
    .enum(['no', 'yes'])
    .meta({
      description:
        'whether transactions may write. With no, they are read-only unless the session changes that',
    })
    .default('no'),
});

type Writes = z.infer<typeof consoleParams>['writes'];

const readOnlyOption = '-c default_transaction_read_only=on';

/** A value of a connection string. Source: PostgreSQL docs, Connection Strings, Keyword/Value. */
const conninfoValue = (value: string): string =>
  /^[\w./:-]+$/.test(value) ? value : `'${value.replaceAll(/['\\]/g, '\\$&')}'`;

/**
 * The TLS parameters of libpq for the settings of the source. Without TLS, libpq's default `prefer` still encrypts where
 * the server offers it.
 */
const tlsParams = (
  { tls }: PostgresAddress,
  file: ConsolePlace['file'],
): Readonly<Record<string, string>> => {
  if (tls === undefined) return { sslmode: 'prefer' };
  const isChecked = tls.rejectUnauthorized !== false;
  const checked = tls.checkServerIdentity === undefined ? 'verify-full' : 'verify-ca';
  return {
    sslmode: isChecked ? checked : 'require',
    ...(isChecked ? { sslrootcert: file(caFile) } : {}),
    ...(tls.cert === undefined ? {} : { sslcert: file('cert.pem') }),
    ...(tls.key === undefined ? {} : { sslkey: file('key.pem') }),
  };
};

/** The connection string of the same database, without a password. `host` is the checked name, `hostaddr` the address. */
const conninfo = (address: PostgresAddress, user: string, place: ConsolePlace): string => {
  const name = address.tls?.servername ?? address.host;
  return Object.entries({
    host: name,
    ...(name === place.host ? {} : { hostaddr: place.host }),
    port: String(place.port),
    user,
    dbname: address.database,
    ...tlsParams(address, place.file),
  })
    .map(([key, value]) => `${key}=${conninfoValue(value)}`)
    .join(' ');
};

const isIpAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

/** libpq takes the address beside another name of the certificate as a number only. Throws WireError. */
const requireCheckable = ({ tls }: PostgresAddress, { host }: ConsolePlace): void => {
  const name = tls?.servername ?? host;
  if (name !== host && !isIpAddress(host))
    throw new WireError(
      'unconfigured',
      `psql cannot check the certificate of ${name} at ${host}: use the IP address in the url, or no tls.serverName`,
    );
};

interface ConsoleLogin {
  readonly user: string;
  readonly password?: string | undefined;
}

/** The login of the profile's `console:`, with its own password only; else that of the source. */
const loginOf = ({ config }: PostgresClient, address: PostgresAddress): ConsoleLogin =>
  config.console ?? address;

/** The console of a client: its program for any place, its files and its texts. */
export const postgresConsoleRequest = (client: PostgresClient, writes: Writes): ConsoleRequest => {
  const address = resolvePostgresAddress(client.target);
  const { user, password } = loginOf(client, address);
  if (password !== undefined) secretMasker.add(password);
  const { tls, host, port } = address;
  const argvAt = (place: ConsolePlace): readonly string[] => ['psql', conninfo(address, user, place)];
  const options = writes === 'yes' ? {} : { PGOPTIONS: readOnlyOption };
  const typed = formatArgv(argvAt({ host, port, isTunneled: false, file: (name) => name }));
  return {
    to: { host, port },
    ...tlsFiles(tls),
    // psql has no option for a password; its variable is not in the argv, which every user of the machine can read.
    program: (place) => {
      requireCheckable(address, place);
      const env = {
        ...options,
        PGAPPNAME: 'opsdeck console',
        PGCONNECT_TIMEOUT: '10',
        ...defined({ PGPASSWORD: password }),
      };
      return { argv: argvAt(place), env };
    },
    typed: writes === 'yes' ? typed : `PGOPTIONS='${readOnlyOption}' ${typed}`,
    greeting: `psql at ${client.displayAddress} as ${user}, ${writes === 'yes' ? 'can write' : 'read-only by default'}; \\q leaves\r\n`,
  };
};

/** `console`: opens psql on the database of the source, in the terminal of the cockpit. */
export const consoleOperation = defineConsole(
  {
    danger: 'disruptive',
    params: consoleParams,
    actions: [
      consoleAction('postgres', 'Console (psql)', {
        params: [
          {
            name: 'writes',
            type: 'choice',
            of: ['no', 'yes'],
            default: 'no',
            title: 'Transactions may write',
          },
        ],
        with: { writes: '${param.writes}' },
      }),
    ],
  },
  ({ source, client, findProgram }: PostgresContext) => ({
    source,
    name: client.database,
    where: client.displayAddress,
    program: 'psql',
    packages: 'postgresql-client (Debian, Ubuntu), postgresql (Fedora, RHEL) or libpq (Homebrew)',
    findProgram,
    state: async (signal) => {
      const row = singleRow(await rowsForPlan(client, doctorSql, signal));
      const role = booleanColumn(row, 'recovering') ? 'standby' : 'primary';
      return `PostgreSQL ${textColumn(row, 'version')}, ${role}`;
    },
    request: ({ writes }) => postgresConsoleRequest(client, writes),
    objects: ({ writes }) => [
      `as ${loginOf(client, resolvePostgresAddress(client.target)).user}`,
      writes === 'yes'
        ? 'transactions may write, as far as the role may'
        : 'transactions are read-only, unless the session lifts that (SET TRANSACTION READ WRITE). p changes the mode',
    ],
    danger: ({ writes }) => (writes === 'yes' ? 'destructive' : undefined),
  }),
);
