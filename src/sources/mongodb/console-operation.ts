import { z } from 'zod';
import { type MongoAddress, resolveMongoAddress } from '../../clients/mongodb/address.ts';
import { defined } from '../../domain/base/defined.ts';
import { formatArgv } from '../../domain/text/format.ts';
import type { ConsolePlace, ConsoleRequest } from '../../doors/console.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { caFile, consoleAction, defineConsole, tlsFiles } from '../kit/operations/console-operation.ts';
import { readForPlan } from '../kit/operations/define-operation.ts';
import type { MongoClient, MongoContext } from './client.ts';

/** The variable with the connection string. */
const urlVariable = 'OPSDECK_MONGODB_URL';

interface ConsoleLogin {
  readonly user: string;
  readonly password?: string | undefined;
  /** The database that has the user. */
  readonly source: string;
}

const hasPassword = (
  login: ConsoleLogin | undefined,
): login is ConsoleLogin & { readonly password: string } => (login?.password ?? '') !== '';

/** The login of the profile's `console:`, with its own password only; else that of the source. */
const loginOf = ({ config }: MongoClient, { login }: MongoAddress): ConsoleLogin | undefined =>
  config.console === undefined ? login : { ...config.console, source: login?.source ?? 'admin' };

/**
 * The TLS options of the connection string. The driver of mongosh checks the name that it connects to, and has no option
 * for another one.
 */
const tlsOptions = ({ tls, hosts }: MongoAddress, place: ConsolePlace): Readonly<Record<string, string>> => {
  if (tls === undefined) return {};
  const isChecked = tls.rejectUnauthorized !== false;
  const name = tls.servername ?? (place.isTunneled ? hosts[0].host : undefined);
  if (isChecked && name !== undefined && name !== place.host)
    throw new WireError(
      'unconfigured',
      `mongosh cannot check the certificate of ${name} at ${place.host}: open mongosh from a place that reaches ${name} directly`,
    );
  return {
    tls: 'true',
    ...(isChecked
      ? { tlsCAFile: place.file(caFile) }
      : { tlsAllowInvalidCertificates: 'true', tlsAllowInvalidHostnames: 'true' }),
    ...(tls.cert === undefined && tls.key === undefined
      ? {}
      : { tlsCertificateKeyFile: place.file('cert-and-key.pem') }),
    ...defined({ tlsCertificateKeyFilePassword: tls.passphrase }),
  };
};

/** The connection string of the same deployment and database, with the password. */
const connectionString = (
  client: MongoClient,
  address: MongoAddress,
  login: ConsoleLogin | undefined,
  place: ConsolePlace,
): string => {
  const { hosts, setName } = address;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  // Through a tunnel the other members, which the replica set names, are out of reach.
  const options = {
    appName: 'opsdeck console',
    ...defined({ authSource: login?.source }),
    ...(place.isTunneled ? { directConnection: 'true' } : {}),
    ...(setName === undefined || place.isTunneled ? {} : { replicaSet: setName }),
    ...tlsOptions(address, place),
  };
  const query = Object.entries(options).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  const secret = hasPassword(login) ? `:${encodeURIComponent(login.password)}` : '';
  const user = login === undefined ? '' : `${encodeURIComponent(login.user)}${secret}@`;
  const names = place.isTunneled ? `${host}:${place.port}` : hosts.map(({ name }) => name).join(',');
  return `mongodb://${user}${names}/${encodeURIComponent(client.database)}?${query.join('&')}`;
};

/** The command line that a person would type; mongosh asks for the password. */
const typedCommand = (client: MongoClient, { tls }: MongoAddress, login: ConsoleLogin | undefined): string =>
  formatArgv([
    'mongosh',
    client.displayAddress,
    ...(tls === undefined ? [] : ['--tls']),
    ...(login === undefined ? [] : ['--username', login.user, '--authenticationDatabase', login.source]),
  ]);

/** The files of TLS options; mongosh takes certificate and key in one. */
const filesOf = ({ tls }: MongoAddress): Pick<ConsoleRequest, 'files' | 'defaultCaFile'> => {
  const { files, ...more } = tlsFiles(tls);
  const { 'cert.pem': cert, 'key.pem': key, ...others } = files;
  const both = [cert, key].filter((text) => text !== undefined);
  return {
    files: both.length === 0 ? others : { ...others, 'cert-and-key.pem': `${both.join('\n')}\n` },
    ...more,
  };
};

const variable = `process.env.${urlVariable}`;

/** The script that connects. Without a password, mongosh asks for it; the first `@` ends the user. */
const connectScript = (login: ConsoleLogin | undefined): string =>
  login === undefined || hasPassword(login)
    ? `db = connect(${variable})`
    : `db = connect(${variable}.replace("@", ":" + encodeURIComponent(passwordPrompt()) + "@"))`;

/** The console of a client: its program for any place, its files and its texts. */
export const mongoConsoleRequest = (client: MongoClient): ConsoleRequest => {
  const address = resolveMongoAddress(client.target);
  const login = loginOf(client, address);
  if (hasPassword(login)) secretMasker.add(login.password);
  const [{ host, port }] = address.hosts;
  return {
    to: { host, port },
    ...filesOf(address),
    // mongosh has no variable for a password, and `--password` or a URL is visible in the argv. Its script can read the
    // environment of its process, which only the same user can; a file would stay behind after a crash.
    program: (place) => ({
      argv: ['mongosh', '--nodb', '--shell', '--eval', connectScript(login)],
      env: { [urlVariable]: connectionString(client, address, login, place) },
    }),
    typed: typedCommand(client, address, login),
    greeting: `mongosh at ${client.displayAddress} as ${login?.user ?? 'no user'}; exit or ctrl-d leaves\r\n`,
  };
};

/** `console`: opens mongosh on the database of the source, in the terminal of the cockpit. */
export const mongoConsoleOperation = defineConsole(
  {
    // mongosh has no mode that only reads.
    danger: 'destructive',
    params: z.strictObject({}),
    actions: [consoleAction('mongodb', 'Console (mongosh)')],
  },
  ({ source, client, findProgram }: MongoContext) => ({
    source,
    name: client.service,
    where: client.displayAddress,
    program: 'mongosh',
    packages: 'the package mongodb-mongosh from the MongoDB repository, or mongosh with Homebrew',
    findProgram,
    state: (signal) =>
      readForPlan(client, 'console', async () => {
        const { member } = await client.askAll(
          // Every server knows it; the handshake has described the member.
          { commands: [{ database: 'admin', command: { ping: 1 } }] },
          signal,
        );
        return `${member.role} ${member.address}`;
      }),
    request: () => mongoConsoleRequest(client),
    objects: () => {
      const login = loginOf(client, resolveMongoAddress(client.target));
      return [
        login === undefined ? 'without a login' : `as ${login.user}@${login.source}`,
        'this console can change and delete everything that the user may. mongosh has no read-only mode',
      ];
    },
  }),
);
