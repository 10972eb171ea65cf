import { TunnelError } from './dial.ts';
import { type SshHost, sshArgv, sshEnv } from './dial-ssh.ts';
import { ProgramError, WireError } from './failures.ts';
import { RemediedError } from './fault.ts';
import type { RunInside } from './inside.ts';
import { ifStarted } from './inside-start.ts';
import type { Clock } from './io.ts';
import type { Program, ProgramEnd, ProgramEvent } from './program.ts';
import { quotedArgv } from './shell-quote.ts';
import { sshFailure } from './ssh-failure.ts';
import { wireError } from './wire-error.ts';

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

/** Nothing else says this. Its process id comes first: by that id it can be ended there. */
const announcement = 'opsdeck-pid';
/** English whatever the account is set to; from then on the process is the program. */
const script = `echo ${announcement} $$; LC_ALL=C; export LC_ALL; exec "$@"`;
const announced = new RegExp(`^${announcement} (\\d+)$`);
const place = 'on that host';

/** With which ssh says that it, and not the program, has failed (ssh(1), EXIT STATUS). */
const gaveUp = 255;
/** What is left for the word to the other side when somebody does not want to wait any longer. */
const farewellMs = 1000;

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

/**
 * Runs a program on an ssh host. What the client itself says is the loss of the way; once the program has announced itself,
 * everything is its own. One that is not waited for any longer is told to end there.
 */
export const runOverSsh = (to: SshPlace): RunInside =>
  async function* (program, signal): AsyncGenerator<ProgramEvent, void, undefined> {
    const begun: { pid?: string } = {};
    try {
      yield* ifStarted(ownEvents(to, program, begun, signal), program.argv, place);
    } catch (error) {
      if (begun.pid === undefined) throw asLoss(error);
      if (signal.aborted) await endThere(to, begun.pid);
      throw error;
    }
  };

/** What the program itself says, once it has said that it is there. */
async function* ownEvents(
  to: SshPlace,
  program: Program,
  begun: { pid?: string },
  signal: AbortSignal,
): AsyncGenerator<ProgramEvent, void, undefined> {
  const { argv: _, env: __, cwd: ___, at: ____, ...more } = program;
  for await (const event of to.run(to.program(commandOf(program), more), signal)) {
    if (event.is === 'ended') {
      if (begun.pid === undefined) throw notBegun(event.end, to.address);
      yield { is: 'ended', end: unannounced(event.end) };
      return;
    }
    const pid = begun.pid === undefined ? announced.exec(event.text)?.[1] : undefined;
    if (pid === undefined) yield event;
    else begun.pid = pid;
  }
}

const notBegun = ({ status, err, out }: ProgramEnd, address: string): WireError => {
  const failure =
    status === gaveUp
      ? sshFailure(err, address)
      : new WireError('unreachable', `no shell answered: ${err || out}`);
  return new TunnelError(failure.message, failure instanceof RemediedError ? failure.remedy : undefined);
};

/** Before the program has begun, whatever goes wrong is the way's. */
const asLoss = (error: unknown): unknown => {
  if (error instanceof TunnelError || wireError(error)?.kind === 'cancelled') return error;
  if (error instanceof ProgramError && error.kind === 'missing')
    return new TunnelError(error.message, 'install the OpenSSH client where opsdeck runs');
  return error instanceof WireError ? new TunnelError(error.message) : error;
};

/** The end of a connection ends nothing over there. */
const endThere = async (to: SshPlace, pid: string): Promise<void> => {
  const { signal, clear } = to.clock.deadline(farewellMs);
  try {
    for await (const _ of to.run(to.program(['kill', '-TERM', pid]), signal));
  } catch {
    // It may go on there; that it gave no answer has been told.
  } finally {
    clear();
  }
};

/** Programs on a host that the OpenSSH client reaches; `run` starts those of this machine. */
export const insideSsh = (host: SshHost, clock: Clock, run: RunInside): RunInside =>
  runOverSsh({
    address: host.ssh,
    clock,
    run,
    program: (argv, more = {}) => ({ ...more, argv: [...sshArgv(host), quotedArgv(argv)], env: sshEnv() }),
  });
