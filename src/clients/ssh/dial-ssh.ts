import type { Duplex } from 'node:stream';
import { formatArgv } from '../../domain/text/format.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { type Destination, TunnelError } from '../../platform/network/dial.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { ProgramWire } from '../../platform/processes/program-wire.ts';
import { ProgramError, WireError } from '../../platform/runtime/wire-error.ts';
import { connectorArgv, displaySshCommand, type SshHost, sshClientEnv, tunnelArgv } from './ssh-command.ts';
import { toSshError } from './ssh-failure.ts';

/** The host was reached, but could not connect to the port. */
const openFailed = /^channel \d+: open failed: (.*)$/m;

/** Classifies a failure: a refused connection concerns the destination, everything else the tunnel. */
const failureOf = (stderr: string, wasOpen: boolean, host: SshHost): WireError => {
  const { ssh } = host;
  const why = openFailed.exec(stderr)?.[1] ?? '';
  if (/connect failed: Connection refused/i.test(why))
    return new WireError('unreachable', 'connection refused');
  // Some servers give no further reason.
  if (/connect failed: *$/i.test(why)) return new WireError('unreachable', `cannot connect from ${ssh}`);
  if (/connect failed: .*(timed out|no route|unreachable)/i.test(why))
    return new WireError('unreachable', `cannot connect from ${ssh}: ${oneLine(why.replace(/^.*: /, ''))}`);
  if (/administratively prohibited/i.test(why))
    return new TunnelError(
      `the SSH server of ${ssh} does not allow port forwarding`,
      'set AllowTcpForwarding yes in sshd_config on that host',
    );
  if (why !== '') return new TunnelError(`${ssh} cannot reach the destination: ${oneLine(why)}`);
  if (wasOpen && stderr === '') return new TunnelError(`the SSH connection to ${ssh} has ended`);
  const lost = toSshError(stderr, ssh, displaySshCommand(host));
  return new TunnelError(lost.message, lost instanceof RemediedError ? lost.remedy : undefined, lost);
};

/** Starts the client. Absent: a process of this machine. */
type OpenWire = (wire: ProgramWire, signal: AbortSignal) => Promise<Duplex>;

/** Opens a connection that the client carries. Throws TunnelError with its message, and what `failure` makes of its stderr. */
const openWith = async (
  argv: readonly string[],
  failure: ProgramWire['failure'],
  signal: AbortSignal,
  wire?: OpenWire,
): Promise<Duplex> => {
  // Loaded by the first tunnel: most profiles have none.
  const open = wire ?? (await import('../../platform/processes/program-wire.ts')).openProgramWire;
  try {
    return await open(
      {
        program: { argv, env: sshClientEnv() },
        isOpen: (line) => /^debug2: channel 0: open confirm/.test(line),
        isWord: (line) => !/^debug\d: |^OpenSSH_|^Authenticat(ed|ing) /.test(line),
        failure,
      },
      signal,
    );
  } catch (error) {
    if (error instanceof ProgramError)
      throw new TunnelError(error.message, 'install the OpenSSH client on the machine where opsdeck runs');
    throw error;
  }
};

/**
 * Connects from an ssh host to a port, with `ssh -W` of the OpenSSH client, so that ~/.ssh/config, agents,
 * known_hosts and jump hosts work. Throws TunnelError with the client's message, and a plain WireError if the port
 * refuses. `wire` starts the client; absent: a process of this machine.
 */
export const dialSsh = (
  host: SshHost,
  to: Destination,
  signal: AbortSignal,
  wire?: OpenWire,
): Promise<Duplex> =>
  openWith(tunnelArgv(host, to), (stderr, wasOpen) => failureOf(stderr, wasOpen, host), signal, wire);

/**
 * Connects to the server that a program on an ssh host reaches, by its standard input and output. Throws TunnelError with the
 * message of the client or of the program.
 */
export const dialSshProgram = (
  host: SshHost,
  argv: readonly string[],
  signal: AbortSignal,
  wire?: OpenWire,
): Promise<Duplex> =>
  openWith(
    connectorArgv(host, argv),
    (stderr, wasOpen) =>
      wasOpen && stderr !== ''
        ? new TunnelError(`${formatArgv(argv)} on ${host.ssh}: ${oneLine(stderr.trim())}`)
        : failureOf(stderr, wasOpen, host),
    signal,
    wire,
  );
