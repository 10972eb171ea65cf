import { isAbsolute, join } from 'node:path';
import { formatArgv } from '../../domain/format.ts';
import type { Destination } from '../../platform/network/dial.ts';

/** A host that the OpenSSH client reaches. */
export interface SshHost {
  /** HOST, USER@HOST, or an alias of the ssh config. */
  readonly ssh: string;
  /** Another ssh config than the user's, relative to `dir`. */
  readonly config?: string;
  readonly dir?: string;
  /** The client and its first arguments; default: ssh. */
  readonly client?: readonly string[];
}

const connectSeconds = 5;

/**
 * Never a prompt and never a new host key; no connection of the user's is shared, because only the client's own words
 * say whether the far port was reached; one that has died silently ends after half a minute.
 */
const options: Readonly<Record<string, string | number>> = {
  BatchMode: 'yes',
  ConnectTimeout: connectSeconds,
  StrictHostKeyChecking: 'yes',
  ControlPath: 'none',
  ControlMaster: 'no',
  ServerAliveInterval: 10,
  ServerAliveCountMax: 3,
  // "channel 0: open confirm" is said at this level only (OpenSSH 9.2, tried; channels.c).
  LogLevel: 'DEBUG2',
};

/** What the client needs of our environment to find an agent or a ticket. */
const passedOn = ['SSH_AUTH_SOCK', 'KRB5CCNAME', 'USER', 'LOGNAME'];

export const sshClientEnv = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** The client and its options; only what it is to do there is missing, and the host. */
const clientArgv = (
  { config, dir = '.', client = ['ssh'] }: SshHost,
  set: Readonly<Record<string, string | number>>,
): readonly string[] => [
  ...client,
  ...(config === undefined ? [] : ['-F', isAbsolute(config) ? config : join(dir, config)]),
  ...Object.entries(set).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
  ...['-a', '-x'],
];

/** The client as it is started to carry a connection from the host to a port that it reaches. */
export const tunnelArgv = (host: SshHost, { host: to, port }: Destination): readonly string[] => [
  ...clientArgv(host, options),
  ...['-W', `${to.includes(':') ? `[${to}]` : to}:${port}`, '--', host.ssh],
];

/** The client as it is started to run a command, whose text for the login shell there follows as one argument. */
export const sshArgv = (host: SshHost): readonly string[] => [
  ...clientArgv(host, { ...options, ClearAllForwardings: 'yes', LogLevel: 'ERROR' }),
  ...['-T', '--', host.ssh],
];

/** The command that a person would type to connect. */
export const displaySshCommand = ({ config, dir = '.', ssh }: SshHost): string =>
  formatArgv([
    'ssh',
    ...(config === undefined ? [] : ['-F', isAbsolute(config) ? config : join(dir, config)]),
    ssh,
  ]);
