import { sshFailure } from '../../../clients/ssh/ssh-failure.ts';
import { argvLine } from '../../../domain/argv.ts';
import type { ReadIo } from '../../../doors/io.ts';
import { ProgramError, WireError } from '../../../platform/failures.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { type Answered, answersIn, scriptOf } from './batch.ts';
import type { Machine } from './machine.ts';

/** The status with which ssh says that it, and not the command, has failed (ssh(1), EXIT STATUS). */
export const sshGaveUp = 255;
const maxBytes = 4 * 1024 * 1024;

interface Asking {
  readonly io: ReadIo;
  readonly mark: string;
}

/** Answers of a batch, one per command, and how long they took together. */
export interface Answers {
  readonly all: readonly Answered[];
  readonly latencyMs: number;
}

/**
 * Asks a machine several things in one round trip. A command that fails there is an answer. Throws WireError: nobody could
 * be asked, or the connection was cut before all had answered.
 */
export const ask = async (
  { io, mark }: Asking,
  machine: Machine,
  commands: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<Answers> => {
  const program = machine.program(['sh', '-c', scriptOf(commands, mark)], { maxBytes });
  let end: ProgramEnd;
  try {
    end = await io.run(program, signal);
  } catch (error) {
    throw unanswered(error);
  }
  const all = answersIn(end, commands.length, mark);
  if (all === undefined) throw notBegun(end, machine);
  if (all.length < commands.length)
    throw end.cut
      ? new WireError('malformed', 'it said far too much')
      : new WireError('unreachable', 'the connection was cut in the middle of the answer');
  return { all, latencyMs: end.latencyMs };
};

/** A program of this machine that is not there is no news of the other one. */
const unanswered = (error: unknown): unknown =>
  error instanceof ProgramError && error.kind === 'missing'
    ? new ProgramError('missing', error.message, {
        remedy: 'install the OpenSSH client where opsdeck runs, or say which program it is: client: [ssh]',
      })
    : error;

const notBegun = ({ status, signal, out, err }: ProgramEnd, machine: Machine): WireError => {
  if (machine.address !== '' && status === sshGaveUp)
    return sshFailure(err, machine.address, argvLine(machine.typed([])));
  const said = oneLine(err.trim() === '' ? out : err, 100);
  const how = status === undefined ? `ended by ${signal ?? 'a signal'}` : `ended with status ${status}`;
  return new WireError(
    'malformed',
    said === '' ? `no shell answered: it ${how}` : `no shell answered, but "${said}"; it ${how}`,
  );
};
