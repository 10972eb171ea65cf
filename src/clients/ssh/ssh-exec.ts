import { TunnelError } from '../../platform/network/dial.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../../platform/processes/program.ts';
import { shellQuoteArgv } from '../../platform/processes/program.ts';
import type { RemoteExec } from '../../platform/remote-exec/remote-exec.ts';
import { requireStarted } from '../../platform/remote-exec/remote-exec.ts';
import {
  announceScript,
  killRemote,
  parseAnnouncedMark,
  remoteKillArgv,
} from '../../platform/remote-exec/remote-kill.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { ProgramError, toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import { type SshHost, sshArgv, sshClientEnv } from './ssh-command.ts';
import { toSshError } from './ssh-failure.ts';

/** A host whose login shell runs commands from ssh. */
interface SshExecTarget {
  /** 'deploy@vm-1' */
  readonly address: string;
  readonly clock: Clock;
  /** The local program that runs an argv remotely. */
  program(argv: readonly string[], more?: Partial<Program>): Program;
  /** Runs local programs. */
  run: RemoteExec;
}

/**
 * The remote wrapper: prints the mark, by which the program can be killed, sets the C locale, and becomes the
 * program.
 */
const script = `${announceScript}; LC_ALL=C; export LC_ALL; exec "$@"`;
const place = 'on that host';

/** The exit status of ssh itself failing (ssh(1), EXIT STATUS). */
const gaveUp = 255;

/** Adds a working directory, with cd(1) of the remote shell. */
const startedIn = (cwd: string | undefined): string =>
  cwd === undefined ? script : `cd "$0" && { ${script}; }`;

const commandOf = ({ argv, cwd, env = {} }: Program): readonly string[] => [
  'sh',
  '-c',
  startedIn(cwd),
  cwd ?? 'sh',
  ...(Object.keys(env).length === 0
    ? []
    : ['env', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]),
  ...argv,
];

/** Removes the line that announced the process ID. */
const unannounced = (end: ProgramEnd): ProgramEnd => {
  const length = end.raw.indexOf('\n') + 1;
  return {
    ...end,
    raw: end.raw.slice(length),
    out: end.out.slice(end.out.indexOf('\n') + 1),
    // The announcement is ASCII, so its length in bytes equals that in characters.
    ...(end.bytes === undefined ? {} : { bytes: end.bytes.subarray(length) }),
  };
};

/** `mark`: announced by the program when it started. */
interface Begun {
  mark?: string;
}

/**
 * Runs a program on an ssh host. Errors of the client are a lost tunnel; once the program has announced itself, its
 * output and errors are its own. An abandoned program is killed remotely.
 */
export const runOverSsh = (to: SshExecTarget): RemoteExec =>
  async function* (program, signal): AsyncGenerator<ProgramEvent, void, undefined> {
    const begun: Begun = {};
    try {
      yield* requireStarted(ownEvents(to, program, begun, signal), program.argv, place);
    } catch (error) {
      const { mark } = begun;
      if (mark === undefined) throw asLoss(error);
      throw signal.aborted ? brokenOff(error, await ended(to, mark)) : error;
    }
  };

/** Yields the events of the program itself, after its announcement. */
async function* ownEvents(
  to: SshExecTarget,
  program: Program,
  begun: Begun,
  signal: AbortSignal,
): AsyncGenerator<ProgramEvent, void, undefined> {
  const { argv: _, env: __, cwd: ___, at: ____, ...more } = program;
  for await (const event of to.run(to.program(commandOf(program), more), signal)) {
    if (event.is === 'ended') {
      if (begun.mark === undefined) throw notBegun(event.end, to.address);
      yield { is: 'ended', end: unannounced(event.end) };
      return;
    }
    const mark = begun.mark === undefined ? parseAnnouncedMark(event.text) : undefined;
    if (mark === undefined) yield event;
    else begun.mark = mark;
  }
}

const notBegun = ({ status, err, out }: ProgramEnd, address: string): WireError => {
  const failure =
    status === gaveUp
      ? toSshError(err, address)
      : new WireError('unreachable', `the host started no shell: ${err || out}`);
  return new TunnelError(
    failure.message,
    failure instanceof RemediedError ? failure.remedy : undefined,
    failure,
  );
};

/** Before the program has started, every failure is the tunnel's. */
const asLoss = (error: unknown): unknown => {
  if (error instanceof TunnelError || toWireError(error)?.kind === 'cancelled') return error;
  if (error instanceof ProgramError && error.kind === 'missing')
    return new TunnelError(error.message, 'install the OpenSSH client on the machine where opsdeck runs');
  return error instanceof WireError ? new TunnelError(error.message) : error;
};

/** Kills the remote program: closing the connection does not. */
const ended = (to: SshExecTarget, mark: string): Promise<string> =>
  killRemote({ mark, clock: to.clock, run: to.run, program: to.program(remoteKillArgv(mark)) });

const brokenOff = (error: unknown, fate: string): unknown =>
  error instanceof ProgramError
    ? new ProgramError(error.kind, error.message, { out: error.out, err: error.err, fate })
    : error;

/** Runs programs on an ssh host; `run` starts the local client. */
export const createSshExec = (host: SshHost, clock: Clock, run: RemoteExec): RemoteExec =>
  runOverSsh({
    address: host.ssh,
    clock,
    run,
    program: (argv, more = {}) => ({
      ...more,
      argv: [...sshArgv(host), shellQuoteArgv(argv)],
      env: sshClientEnv(),
    }),
  });
