import { classifySshFailure } from '../../../clients/ssh/ssh-failure.ts';
import type { ActEvent } from '../../../domain/runbooks/operation.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { sentenceCase } from '../../../domain/text/sentence-case.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { Program, ProgramEnd } from '../../../platform/processes/program.ts';
import {
  announceScript,
  killRemote,
  leftoversText,
  parseAnnouncedMark,
  remoteKillArgv,
} from '../../../platform/remote-exec/remote-kill.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { exitStatusEvents } from '../../kit/operations/define-operation.ts';
import { sshFailureStatus } from '../machine/command-batch.ts';
import { maskedCommandLine } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';

interface RemoteRun {
  readonly machine: Machine;
  /** The remote argv as a user would type it. */
  readonly argv: readonly string[];
  /** The local program that runs it. */
  readonly program: Program;
  readonly timeoutMs: number;
  /** Cleans up after an interruption and returns a text about it. */
  onInterrupted?(error: unknown): Promise<string>;
  /** True for a line of our own protocol, which is not shown. */
  isInternalLine?(line: string): boolean;
}

/** Runs one program on a machine: yields its lines as they arrive, then its end. Never throws for external failures. */
export async function* runRemoteProgram(
  { machine, argv, program, timeoutMs, onInterrupted: brokenOff, isInternalLine: isOurs }: RemoteRun,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const line = maskedCommandLine(machine.commandLine(argv));
  const deadline = change.clock.deadline(timeoutMs);
  const stderrLines: string[] = [];
  let began = false;
  yield { is: 'call', line };
  try {
    for await (const event of change.run(
      { ...program, typed: line },
      AbortSignal.any([signal, deadline.signal]),
    )) {
      if (event.is === 'ended') {
        const status = describeEnd(event.end, stderrLines, began ? undefined : machine);
        // A status that may be ssh's own says nothing about the program.
        if (began || event.end.status !== sshFailureStatus) yield* exitStatusEvents(event.end);
        yield { is: 'answered', line, status, ok: event.end.status === 0 };
      } else if (isOurs?.(event.text) === true) began = true;
      else {
        stderrLines.splice(0, Math.max(0, stderrLines.length - 9));
        stderrLines.push(event.text);
        yield { is: 'output', text: secretMasker.mask(event.text) };
      }
    }
  } catch (error) {
    const after = (await brokenOff?.(error)) ?? '';
    yield { is: 'answered', line, status: `${describeInterruption(error, timeoutMs)}${after}`, ok: false };
  } finally {
    deadline.clear();
  }
}

/** Lines that contain the reason, for programs whose last line only says where to look. */
const errorLinePattern = /^(?:Failed to|Job for|sudo:|kill:|bash: line)/;

/**
 * Describes the end of a program. `machine`: absent when the command is known to have started, so that 255 is its own
 * status.
 */
const describeEnd = (
  { status, signal }: ProgramEnd,
  stderrLines: readonly string[],
  machine: Machine | undefined,
): string => {
  if (status === 0) return 'exited with status 0';
  if (status === undefined) return `killed by ${signal ?? 'a signal'}`;
  const text = stderrLines.join('\n');
  const failure =
    status === sshFailureStatus && machine !== undefined && machine.address !== ''
      ? classifySshFailure(text, machine.address, maskedCommandLine(machine.commandLine([])))
      : undefined;
  if (failure !== undefined) return `${failure.message}. The program was not started`;
  if (/sudo: .*(password is required|not allowed|may not run)/i.test(text))
    return `exited with status ${status}: sudo requires a password for this command. Allow the command in sudoers with NOPASSWD`;
  const why = oneLine(
    stderrLines.find((line) => errorLinePattern.test(line)) ?? stderrLines.at(-1) ?? '',
    120,
  );
  return why === '' ? `exited with status ${status}` : `exited with status ${status}: ${why}`;
};

const describeInterruption = (error: unknown, timeoutMs: number): string => {
  if (!(error instanceof WireError)) return String(error);
  if (error.kind === 'timeout')
    return `the program had not finished after ${formatDuration(timeoutMs)}. If the program needs longer, raise timeout`;
  return error.kind === 'cancelled' ? 'canceled' : error.message;
};

/**
 * Wraps a command so that it prints its marker first and then execs. The marker identifies it and its children, to end
 * them there.
 */
export const withPidAnnouncement = (argv: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${announceScript}; exec "$@"`,
  'sh',
  ...argv,
];

interface RemoteCommand {
  readonly machine: Machine;
  readonly argv: readonly string[];
  readonly timeoutMs: number;
}

/** Runs a program on a machine so that a cancel or its time limit also ends it there. */
export async function* runRemoteCommand(
  { machine, argv, timeoutMs }: RemoteCommand,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  let mark: string | undefined;
  yield* runRemoteProgram(
    {
      machine,
      argv,
      program: machine.program(withPidAnnouncement(argv)),
      timeoutMs,
      isInternalLine: (line) => {
        if (mark !== undefined) return false;
        mark = parseAnnouncedMark(line);
        return mark !== undefined;
      },
      onInterrupted: (error) => describeRemoteOutcome(machine, { mark, error }, change),
    },
    change,
    signal,
  );
}

/** Ends the program on its machine, since closing the connection alone does not. Describes the outcome. */
const describeRemoteOutcome = async (
  machine: Machine,
  { mark, error }: { readonly mark: string | undefined; readonly error: unknown },
  change: ChangeIo,
): Promise<string> => {
  if (mark === undefined) return '. The program may not have started';
  const fate =
    machine.address === ''
      ? leftoversText(error)
      : await killRemote({
          mark,
          clock: change.clock,
          run: change.run,
          program: machine.program(remoteKillArgv(mark)),
        });
  return `. ${sentenceCase(fate)}. The effects so far remain`;
};

/** Runs programs one after another and stops at the first failure. */
export async function* runCommandSequence(
  machine: Machine,
  all: readonly (readonly string[])[],
  timeoutMs: number,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean, undefined> {
  for (const argv of all) {
    let isDone = false;
    for await (const event of runRemoteCommand({ machine, argv, timeoutMs }, change, signal)) {
      if (event.is === 'answered') isDone = event.ok;
      yield event;
    }
    if (!isDone) return false;
  }
  return true;
}
