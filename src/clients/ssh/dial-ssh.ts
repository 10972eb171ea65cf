import { isAbsolute, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { argvLine } from '../../domain/argv.ts';
import { ProgramError, WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import { type Destination, TunnelError } from '../../platform/network/dial.ts';
import type { ProgramWire } from '../../platform/processes/program-wire.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { sshFailure } from './ssh-failure.ts';

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

export const sshEnv = (): Readonly<Record<string, string>> =>
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

const argvOf = (host: SshHost, { host: to, port }: Destination): readonly string[] => [
  ...clientArgv(host, options),
  ...['-W', `${to.includes(':') ? `[${to}]` : to}:${port}`, '--', host.ssh],
];

/** The client as it is started to run a command, whose text for the login shell there follows as one argument. */
export const sshArgv = (host: SshHost): readonly string[] => [
  ...clientArgv(host, { ...options, ClearAllForwardings: 'yes', LogLevel: 'ERROR' }),
  ...['-T', '--', host.ssh],
];

/** The command that a person would type to connect. */
const typedSsh = ({ config, dir = '.', ssh }: SshHost): string =>
  argvLine([
    'ssh',
    ...(config === undefined ? [] : ['-F', isAbsolute(config) ? config : join(dir, config)]),
    ssh,
  ]);

/** The host was reached, and could not reach the port for us. */
const openFailed = /^channel \d+: open failed: (.*)$/m;

/** A refusal at the far end is the only news of it; everything else is the loss of the way. */
const failureOf = (said: string, wasOpen: boolean, host: SshHost): WireError => {
  const { ssh } = host;
  const why = openFailed.exec(said)?.[1] ?? '';
  if (/connect failed: Connection refused/i.test(why))
    return new WireError('unreachable', 'connection refused');
  // Some servers only say that they could not.
  if (/connect failed: *$/i.test(why)) return new WireError('unreachable', `no connection from ${ssh}`);
  if (/connect failed: .*(timed out|no route|unreachable)/i.test(why))
    return new WireError('unreachable', `no connection from ${ssh}: ${oneLine(why.replace(/^.*: /, ''))}`);
  if (/administratively prohibited/i.test(why))
    return new TunnelError(`${ssh} forwards no ports`, 'its sshd must allow it: AllowTcpForwarding yes');
  if (why !== '') return new TunnelError(`${ssh} reaches it not: ${oneLine(why)}`);
  if (wasOpen && said === '') return new TunnelError(`the connection to ${ssh} has ended`);
  const lost = sshFailure(said, ssh, typedSsh(host));
  return new TunnelError(lost.message, lost instanceof RemediedError ? lost.remedy : undefined, lost);
};

/**
 * A connection from an ssh host to a port that it reaches, by `ssh -W` of the OpenSSH client, so that ~/.ssh/config,
 * agents, known_hosts and jump hosts just work. Throws TunnelError with the client's words, and a plain WireError when
 * nothing listens at that port. `wire` starts the client; absent: a process of this machine.
 */
export const dialSsh = async (
  host: SshHost,
  to: Destination,
  signal: AbortSignal,
  wire?: (wire: ProgramWire, signal: AbortSignal) => Promise<Duplex>,
): Promise<Duplex> => {
  // Loaded by the first tunnel: most profiles have none.
  const open = wire ?? (await import('../../platform/processes/program-wire.ts')).openProgramWire;
  try {
    return await open(
      {
        program: { argv: argvOf(host, to), env: sshEnv() },
        isOpen: (line) => /^debug2: channel 0: open confirm/.test(line),
        isWord: (line) => !/^debug\d: |^OpenSSH_|^Authenticat(ed|ing) /.test(line),
        failure: (said, wasOpen) => failureOf(said, wasOpen, host),
      },
      signal,
    );
  } catch (error) {
    if (error instanceof ProgramError)
      throw new TunnelError(error.message, 'install the OpenSSH client where opsdeck runs');
    throw error;
  }
};
