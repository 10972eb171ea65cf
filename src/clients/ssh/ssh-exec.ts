import type { Clock } from '../../platform/clock.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../../platform/processes/program.ts';
import { shellQuoteArgv } from '../../platform/processes/program.ts';
import {
  announceScript,
  killRemote,
  parseAnnouncedMark,
  remoteKillArgv,
} from '../../platform/processes/remote-kill.ts';
import type { RemoteExec } from '../../platform/remote-exec/remote-exec.ts';
import { requireStarted } from '../../platform/remote-exec/remote-exec.ts';
import { RemediedError } from '../../platform/to-fault.ts';
import { ProgramError, toWireError, WireError } from '../../platform/wire-error.ts';
import { type SshHost, sshArgv, sshClientEnv } from './ssh-command.ts';
import { toSshError } from './ssh-failure.ts';

/** A host on which a login shell runs what ssh hands to it. */
interface SshExecTarget {
  /** 'deploy@vm-1' */
  readonly address: string;
  readonly clock: Clock;
  /** The program of this machine that has an argv run over there. */
  program(argv: readonly string[], more?: Partial<Program>): Program;
  /** How programs of this machine are run. */
  run: RemoteExec;
}

/** Its mark comes first: by it the program can be ended there. English whatever the account is set to; then the process is the program. */
const script = `${announceScript}; LC_ALL=C; export LC_ALL; exec "$@"`;
const place = 'on that host';

/** With which ssh says that it, and not the program, has failed (ssh(1), EXIT STATUS). */
const gaveUp = 255;

/** Where a program is to be started: cd(1) of the shell over there. */
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

/** Without the line that told its process id. */
const unannounced = (end: ProgramEnd): ProgramEnd => {
  const length = end.raw.indexOf('\n') + 1;
  return {
    ...end,
    raw: end.raw.slice(length),
    out: end.out.slice(end.out.indexOf('\n') + 1),
    // The announcement is ASCII: as many bytes as letters.
    ...(end.bytes === undefined ? {} : { bytes: end.bytes.subarray(length) }),
  };
};

/** `mark`: what it said of itself, once it had begun. */
interface Begun {
  mark?: string;
}

/**
 * Runs a program on an ssh host. What the client itself says is the loss of the way; once the program has announced itself,
 * everything is its own. One that is not waited for any longer is told to end there.
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

/** What the program itself says, once it has said that it is there. */
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
      : new WireError('unreachable', `no shell answered: ${err || out}`);
  return new TunnelError(
    failure.message,
    failure instanceof RemediedError ? failure.remedy : undefined,
    failure,
  );
};

/** Before the program has begun, whatever goes wrong is the way's. */
const asLoss = (error: unknown): unknown => {
  if (error instanceof TunnelError || toWireError(error)?.kind === 'cancelled') return error;
  if (error instanceof ProgramError && error.kind === 'missing')
    return new TunnelError(error.message, 'install the OpenSSH client where opsdeck runs');
  return error instanceof WireError ? new TunnelError(error.message) : error;
};

/** The end of a connection ends nothing over there. */
const ended = (to: SshExecTarget, mark: string): Promise<string> =>
  killRemote({ mark, clock: to.clock, run: to.run, program: to.program(remoteKillArgv(mark)) });

const brokenOff = (error: unknown, fate: string): unknown =>
  error instanceof ProgramError
    ? new ProgramError(error.kind, error.message, { out: error.out, err: error.err, fate })
    : error;

/** Programs on a host that the OpenSSH client reaches; `run` starts those of this machine. */
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
