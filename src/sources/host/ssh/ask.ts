import { sshFailure } from '../../../clients/ssh/ssh-failure.ts';
import { stripControls } from '../../../domain/controls.ts';
import { argvLine } from '../../../domain/format.ts';
import type { ReadIo } from '../../../doors/io.ts';
import { ProgramError, WireError } from '../../../platform/failures.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { quoted, quotedArgv } from '../../../platform/processes/program.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import type { Machine } from './machine.ts';

/** A command that failed because a file or a directory is not there. */
export const isAbsent = ({ status, err }: Answered): boolean => status !== 0 && /No such file/.test(err);

/**
 * Why a command that ran there gave nothing: `missing` for what is not there (127: POSIX, exit status for commands), `denied`
 * for what this account may not do.
 */
export const commandError = ({ status, out, err }: Answered): WireError => {
  const said = oneLine(err.trim() === '' ? out : err);
  const words = `ended with status ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 127 || /not found|No such file|No files found|not been booted with systemd/i.test(said))
    return new WireError('missing', words);
  if (/permission denied|not permitted|password is required|not allowed|access denied/i.test(said))
    return new WireError('denied', words);
  return new WireError('unreachable', words);
};

/** The output of a command that ended well. Throws WireError. */
export const outOf = (answer: Answered | undefined): string => {
  if (answer === undefined) throw new WireError('malformed', 'no answer');
  if (answer.status !== 0) throw commandError(answer);
  return answer.out;
};

/** Whole numbers only: '[not set]', 'n/a' and UINT64_MAX, systemd's word for "no such thing", are none. */
export const wholeNumber = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};

/**
 * A moment as systemd and ps write it in UTC: 'Wed 2026-03-04 10:15:07 UTC', 'Wed Mar  4 10:15:07 2026'. Ms since the
 * epoch; undefined for 'n/a', '' and anything else.
 */
export const momentIn = (text: string): number | undefined => {
  const iso = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(text);
  const at = iso === null ? Date.parse(`${text} UTC`) : Date.parse(`${iso[1]}T${iso[2]}Z`);
  return text.trim() === '' || Number.isNaN(at) ? undefined : at;
};

/** How one of several commands ended, and what it had said. */
export interface Answered {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** English and UTC whatever the account is set to; and where administrators' programs are. */
const setUp = 'LC_ALL=C TZ=UTC PATH=$PATH:/usr/sbin:/sbin; export LC_ALL TZ PATH';

/**
 * Several commands in one round trip: a script for `sh` that says, on both outputs, where each ended and how. `mark` is a
 * word that nothing else says.
 */
const scriptOf = (commands: readonly (readonly string[])[], mark: string): string =>
  [
    setUp,
    `printf '%s\\n' ${quoted(`${mark}:begin`)}`,
    ...commands.map((argv, index) => {
      const end = quoted(`${mark}:${index}`);
      return `${quotedArgv(argv)}; s=$?; printf '\\n%s %s\\n' ${end} "$s"; printf '\\n%s\\n' ${end} >&2`;
    }),
  ].join('; ');

/** Behind `from`, the text up to the line that begins with `line`; undefined when there is no such line. */
const upTo = (text: string, from: number, line: string) => {
  const at = text.indexOf(`\n${line}`, from);
  if (at === -1) return undefined;
  const lineEnd = text.indexOf('\n', at + 1);
  return {
    text: text.slice(from, at),
    rest: text.slice(at + 1 + line.length, lineEnd === -1 ? undefined : lineEnd),
    next: lineEnd === -1 ? text.length : lineEnd + 1,
  };
};

/**
 * What such a script said (`raw`: its standard output as it is), without control sequences: nothing when it never began,
 * else as many commands as came to their end.
 */
const answersIn = (
  { raw: out, err }: { readonly raw: string; readonly err: string },
  count: number,
  mark: string,
): readonly Answered[] | undefined => {
  const begin = `${mark}:begin\n`;
  const start = out.indexOf(begin);
  if (start === -1) return undefined;
  const answers: Answered[] = [];
  let [atOut, atErr] = [start + begin.length, 0];
  for (let index = 0; index < count; index += 1) {
    const said = upTo(out, atOut, `${mark}:${index} `);
    if (said === undefined) return answers;
    const complained = upTo(err, atErr, `${mark}:${index}`);
    answers.push({
      status: Number(said.rest),
      out: stripControls(said.text),
      err: stripControls(complained?.text ?? ''),
    });
    atOut = said.next;
    atErr = complained?.next ?? atErr;
  }
  return answers;
};

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
