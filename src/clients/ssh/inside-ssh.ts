import type { Clock } from '../../platform/clock.ts';
import { ProgramError, WireError, wireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import type { RunInside } from '../../platform/inside/inside.ts';
import { ifStarted } from '../../platform/inside/inside.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { announcedMark, announcing, endingArgv, endThere } from '../../platform/processes/end-there.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../../platform/processes/program.ts';
import { quotedArgv } from '../../platform/processes/program.ts';
import { type SshHost, sshArgv, sshEnv } from './ssh-command.ts';
import { sshFailure } from './ssh-failure.ts';

/** A host on which a login shell runs what ssh hands to it. */
export interface SshPlace {
  /** 'deploy@vm-1' */
  readonly address: string;
  readonly clock: Clock;
  /** The program of this machine that has an argv run over there. */
  program(argv: readonly string[], more?: Partial<Program>): Program;
  /** How programs of this machine are run. */
  run: RunInside;
}

/** Its mark comes first: by it the program can be ended there. English whatever the account is set to; then the process is the program. */
const script = `${announcing}; LC_ALL=C; export LC_ALL; exec "$@"`;
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
export const runOverSsh = (to: SshPlace): RunInside =>
  async function* (program, signal): AsyncGenerator<ProgramEvent, void, undefined> {
    const begun: Begun = {};
    try {
      yield* ifStarted(ownEvents(to, program, begun, signal), program.argv, place);
    } catch (error) {
      const { mark } = begun;
      if (mark === undefined) throw asLoss(error);
      throw signal.aborted ? brokenOff(error, await ended(to, mark)) : error;
    }
  };

/** What the program itself says, once it has said that it is there. */
async function* ownEvents(
  to: SshPlace,
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
    const mark = begun.mark === undefined ? announcedMark(event.text) : undefined;
    if (mark === undefined) yield event;
    else begun.mark = mark;
  }
}

const notBegun = ({ status, err, out }: ProgramEnd, address: string): WireError => {
  const failure =
    status === gaveUp
      ? sshFailure(err, address)
      : new WireError('unreachable', `no shell answered: ${err || out}`);
  return new TunnelError(
    failure.message,
    failure instanceof RemediedError ? failure.remedy : undefined,
    failure,
  );
};

/** Before the program has begun, whatever goes wrong is the way's. */
const asLoss = (error: unknown): unknown => {
  if (error instanceof TunnelError || wireError(error)?.kind === 'cancelled') return error;
  if (error instanceof ProgramError && error.kind === 'missing')
    return new TunnelError(error.message, 'install the OpenSSH client where opsdeck runs');
  return error instanceof WireError ? new TunnelError(error.message) : error;
};

/** The end of a connection ends nothing over there. */
const ended = (to: SshPlace, mark: string): Promise<string> =>
  endThere({ mark, clock: to.clock, run: to.run, program: to.program(endingArgv(mark)) });

const brokenOff = (error: unknown, fate: string): unknown =>
  error instanceof ProgramError
    ? new ProgramError(error.kind, error.message, { out: error.out, err: error.err, fate })
    : error;

/** Programs on a host that the OpenSSH client reaches; `run` starts those of this machine. */
export const insideSsh = (host: SshHost, clock: Clock, run: RunInside): RunInside =>
  runOverSsh({
    address: host.ssh,
    clock,
    run,
    program: (argv, more = {}) => ({ ...more, argv: [...sshArgv(host), quotedArgv(argv)], env: sshEnv() }),
  });
