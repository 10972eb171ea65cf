import { isAbsolute, join } from 'node:path';
import { formatArgv } from '../../domain/text/format.ts';
import type { Destination } from '../../platform/network/dial.ts';
import { shellQuoteArgv } from '../../platform/processes/program.ts';

/** A host that is accessed with the OpenSSH client. */
export interface SshHost {
  /** HOST, USER@HOST, or an alias of ssh_config. */
  readonly ssh: string;
  /** Another ssh_config than the user's, relative to `dir`. */
  readonly config?: string;
  readonly dir?: string;
  /** The client and its first arguments; default: ssh. */
  readonly client?: readonly string[];
}

const connectSeconds = 5;

/**
 * Never prompts and never accepts a new host key. Shares no connection of the user, because only the own client's
 * messages show whether the destination was reached. A dead connection ends after 30 s.
 */
const options: Readonly<Record<string, string | number>> = {
  BatchMode: 'yes',
  ConnectTimeout: connectSeconds,
  StrictHostKeyChecking: 'yes',
  ControlPath: 'none',
  ControlMaster: 'no',
  ServerAliveInterval: 10,
  ServerAliveCountMax: 3,
  // "channel 0: open confirm" is printed at this level only (verified with OpenSSH 9.2; channels.c).
  LogLevel: 'DEBUG2',
};

/** Environment variables that the client needs to find an agent or a ticket. */
const inheritedVariables = ['SSH_AUTH_SOCK', 'KRB5CCNAME', 'USER', 'LOGNAME'];

export const sshClientEnv = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    inheritedVariables.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** The client and its options, without command and host. */
const clientArgv = (
  { config, dir = '.', client = ['ssh'] }: SshHost,
  set: Readonly<Record<string, string | number>>,
): readonly string[] => [
  ...client,
  ...(config === undefined ? [] : ['-F', isAbsolute(config) ? config : join(dir, config)]),
  ...Object.entries(set).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
  ...['-a', '-x'],
];

/** The argv that carries a connection from the host to a port. */
export const tunnelArgv = (host: SshHost, { host: to, port }: Destination): readonly string[] => [
  ...clientArgv(host, options),
  ...['-W', `${to.includes(':') ? `[${to}]` : to}:${port}`, '--', host.ssh],
];

/** The argv that carries a connection from a program on the host, by its standard input and output. */
export const connectorArgv = (host: SshHost, argv: readonly string[]): readonly string[] => [
  ...clientArgv(host, { ...options, ClearAllForwardings: 'yes' }),
  ...['-T', '--', host.ssh, shellQuoteArgv(argv)],
];

/** The argv that runs a command; its text for the remote login shell follows as one argument. */
export const sshArgv = (host: SshHost): readonly string[] => [
  ...clientArgv(host, { ...options, ClearAllForwardings: 'yes', LogLevel: 'ERROR' }),
  ...['-T', '--', host.ssh],
];

/** The equivalent command line for display. */
export const displaySshCommand = ({ config, dir = '.', ssh }: SshHost): string =>
  formatArgv([
    'ssh',
    ...(config === undefined ? [] : ['-F', isAbsolute(config) ? config : join(dir, config)]),
    ssh,
  ]);
