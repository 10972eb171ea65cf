import { knownFailure } from '../../../clients/ssh/ssh-failure.ts';
import { durationText } from '../../../domain/duration.ts';
import type { ActEvent } from '../../../domain/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { WireError } from '../../../platform/failures.ts';
import {
  announcedMark,
  announcing,
  endingArgv,
  endThere,
  leftWords,
} from '../../../platform/processes/end-there.ts';
import type { Program, ProgramEnd } from '../../../platform/processes/program.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import { statusOf } from '../../define-operation.ts';
import { lineOf } from '../parts.ts';
import { sshGaveUp } from '../ssh/ask.ts';
import type { Machine } from '../ssh/machine.ts';

interface Running {
  readonly machine: Machine;
  /** The argv over there, as a person would type it. */
  readonly argv: readonly string[];
  /** The program of this machine that runs it. */
  readonly program: Program;
  readonly timeoutMs: number;
  /** What is to be said, and done, when it was broken off. */
  brokenOff?(error: unknown): Promise<string>;
  /** A line that is for us and not for a person. */
  isOurs?(line: string): boolean;
}

/** Runs one program on a machine: its lines as they come, then how it ended. Never throws for what the world does. */
export async function* runThere(
  { machine, argv, program, timeoutMs, brokenOff, isOurs }: Running,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const line = lineOf(machine.typed(argv));
  const deadline = change.clock.deadline(timeoutMs);
  const said: string[] = [];
  let began = false;
  yield { is: 'call', line };
  try {
    for await (const event of change.run(
      { ...program, typed: line },
      AbortSignal.any([signal, deadline.signal]),
    )) {
      if (event.is === 'ended') {
        const status = endWords(event.end, said, began ? undefined : machine);
        // What may be ssh's own status says nothing of the program.
        if (began || event.end.status !== sshGaveUp) yield* statusOf(event.end);
        yield { is: 'answered', line, status, ok: event.end.status === 0 };
      } else if (isOurs?.(event.text) === true) began = true;
      else {
        said.splice(0, Math.max(0, said.length - 9));
        said.push(event.text);
        yield { is: 'output', text: masker.mask(event.text) };
      }
    }
  } catch (error) {
    const after = (await brokenOff?.(error)) ?? '';
    yield { is: 'answered', line, status: `${cutWords(error, timeoutMs)}${after}`, ok: false };
  } finally {
    deadline.clear();
  }
}

/** The line that says why, of programs whose last line only says where to look. */
const verdict = /^(?:Failed to|Job for|sudo:|kill:|bash: line)/;

/** `machine`: absent when the command is known to have begun, so that 255 is its own. */
const endWords = (
  { status, signal }: ProgramEnd,
  said: readonly string[],
  machine: Machine | undefined,
): string => {
  if (status === 0) return 'ended with status 0';
  if (status === undefined) return `ended by ${signal ?? 'a signal'}`;
  const text = said.join('\n');
  const failure =
    status === sshGaveUp && machine !== undefined && machine.address !== ''
      ? knownFailure(text, machine.address, lineOf(machine.typed([])))
      : undefined;
  if (failure !== undefined) return `${failure.message}; nothing was done`;
  if (/sudo: .*(password is required|not allowed|may not run)/i.test(text))
    return `ended with status ${status}: sudo wants a password for this; allow it in sudoers with NOPASSWD`;
  const why = oneLine(said.find((line) => verdict.test(line)) ?? said.at(-1) ?? '', 120);
  return why === '' ? `ended with status ${status}` : `ended with status ${status}: ${why}`;
};

const cutWords = (error: unknown, timeoutMs: number): string => {
  if (!(error instanceof WireError)) return String(error);
  if (error.kind === 'timeout') return `not done after ${durationText(timeoutMs)}`;
  return error.kind === 'cancelled' ? 'cancelled' : error.message;
};

/** Says its mark first, and becomes the program: by that mark it, and what it starts, can be ended there. */
export const announced = (argv: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${announcing}; exec "$@"`,
  'sh',
  ...argv,
];

interface Announced {
  readonly machine: Machine;
  readonly argv: readonly string[];
  readonly timeoutMs: number;
}

/** Runs a program on a machine so that a cancel, or its time limit, ends it there, too. */
export async function* runAnnounced(
  { machine, argv, timeoutMs }: Announced,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  let mark: string | undefined;
  yield* runThere(
    {
      machine,
      argv,
      program: machine.program(announced(argv)),
      timeoutMs,
      isOurs: (line) => {
        if (mark !== undefined) return false;
        mark = announcedMark(line);
        return mark !== undefined;
      },
      brokenOff: (error) => fateOf(machine, { mark, error }, change),
    },
    change,
    signal,
  );
}

/** Ends the program on its own machine: the end of a connection alone ends nothing there. Tells what came of it. */
const fateOf = async (
  machine: Machine,
  { mark, error }: { readonly mark: string | undefined; readonly error: unknown },
  change: ChangeIo,
): Promise<string> => {
  if (mark === undefined) return '; whether it was begun is not known';
  const fate =
    machine.address === ''
      ? leftWords(error)
      : await endThere({
          mark,
          clock: change.clock,
          run: change.run,
          program: machine.program(endingArgv(mark)),
        });
  return `; ${fate}, and what it had done until then stays done`;
};

/** Runs programs one behind the other; the first that does not succeed is the last. */
export async function* runInOrder(
  machine: Machine,
  all: readonly (readonly string[])[],
  timeoutMs: number,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, boolean, undefined> {
  for (const argv of all) {
    let isDone = false;
    for await (const event of runAnnounced({ machine, argv, timeoutMs }, change, signal)) {
      if (event.is === 'answered') isDone = event.ok;
      yield event;
    }
    if (!isDone) return false;
  }
  return true;
}
