import { toSshError } from '../../../clients/ssh/ssh-failure.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type { ReadIo } from '../../../doors/io.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { shellQuote, shellQuoteArgv } from '../../../platform/processes/program.ts';
import { ProgramError, WireError } from '../../../platform/runtime/wire-error.ts';
import type { Machine } from './machine.ts';

/** True when a command failed because a file or directory does not exist. */
export const isFileMissing = ({ status, err }: RemoteCommandResult): boolean =>
  status !== 0 && /No such file/.test(err);

/**
 * Error of a remote command: `missing` when the program does not exist (127: POSIX, exit status for commands), `denied`
 * when this account lacks the permission.
 */
export const commandError = ({ status, out, err }: RemoteCommandResult): WireError => {
  const detail = oneLine(err.trim() === '' ? out : err);
  const words = `exited with status ${status}${detail === '' ? '' : `: ${detail}`}`;
  if (status === 127 || /not found|No such file|No files found|not been booted with systemd/i.test(detail))
    return new WireError('missing', words);
  if (/permission denied|not permitted|password is required|not allowed|access denied/i.test(detail))
    return new WireError('denied', words);
  return new WireError('unreachable', words);
};

/** Returns the output of a successful command. Throws WireError. */
export const stdoutOf = (answer: RemoteCommandResult | undefined): string => {
  if (answer === undefined) throw new WireError('malformed', 'no response');
  if (answer.status !== 0) throw commandError(answer);
  return answer.out;
};

/** Parses whole numbers; '[not set]', 'n/a' and UINT64_MAX, systemd's value for "none", are undefined. */
export const wholeNumber = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};

/**
 * Parses a time as systemd and ps write it in UTC: 'Wed 2026-03-04 10:15:07 UTC', 'Wed Mar  4 10:15:07 2026'. Ms since
 * the epoch; undefined for 'n/a', '' and anything else.
 */
export const parseTimestamp = (text: string): number | undefined => {
  const iso = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(text);
  const time = iso === null ? Date.parse(`${text} UTC`) : Date.parse(`${iso[1]}T${iso[2]}Z`);
  return text.trim() === '' || Number.isNaN(time) ? undefined : time;
};

/** Exit status and output of one command of a batch. */
export interface RemoteCommandResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** English and UTC, whatever the account's settings; and the directories of administrative programs. */
const environmentSetup = 'LC_ALL=C TZ=UTC PATH=$PATH:/usr/sbin:/sbin; export LC_ALL TZ PATH';

/**
 * Builds a `sh` script that runs several commands in one round trip and prints, on both outputs, the end and status of
 * each. `mark` is a word that no other output contains.
 */
const batchScript = (commands: readonly (readonly string[])[], mark: string): string =>
  [
    environmentSetup,
    `printf '%s\\n' ${shellQuote(`${mark}:begin`)}`,
    ...commands.map((argv, index) => {
      const end = shellQuote(`${mark}:${index}`);
      return `${shellQuoteArgv(argv)}; s=$?; printf '\\n%s %s\\n' ${end} "$s"; printf '\\n%s\\n' ${end} >&2`;
    }),
  ].join('; ');

/** The text from `from` up to the line that begins with `line`; undefined when no such line exists. */
const textUpTo = (text: string, from: number, line: string) => {
  const index = text.indexOf(`\n${line}`, from);
  if (index === -1) return undefined;
  const lineEnd = text.indexOf('\n', index + 1);
  return {
    text: text.slice(from, index),
    rest: text.slice(index + 1 + line.length, lineEnd === -1 ? undefined : lineEnd),
    next: lineEnd === -1 ? text.length : lineEnd + 1,
  };
};

/**
 * Parses the output of such a script (`raw`: unprocessed stdout) without control sequences: undefined when it never
 * began, otherwise the commands that ended.
 */
const parseBatchOutput = (
  { raw: out, err }: { readonly raw: string; readonly err: string },
  count: number,
  mark: string,
): readonly RemoteCommandResult[] | undefined => {
  const begin = `${mark}:begin\n`;
  const start = out.indexOf(begin);
  if (start === -1) return undefined;
  const answers: RemoteCommandResult[] = [];
  let atOut = start + begin.length;
  let atErr = 0;
  for (let index = 0; index < count; index += 1) {
    const stdout = textUpTo(out, atOut, `${mark}:${index} `);
    if (stdout === undefined) return answers;
    const complained = textUpTo(err, atErr, `${mark}:${index}`);
    answers.push({
      status: Number(stdout.rest),
      out: stripControls(stdout.text),
      err: stripControls(complained?.text ?? ''),
    });
    atOut = stdout.next;
    atErr = complained?.next ?? atErr;
  }
  return answers;
};

/** Exit status with which ssh reports its own failure (ssh(1), EXIT STATUS). */
export const sshFailureStatus = 255;
const maxBytes = 4 * 1024 * 1024;

interface BatchContext {
  readonly io: ReadIo;
  readonly outputMarker: string;
}

/** Results of a batch, one per command, and how long it took. */
interface BatchResult {
  readonly results: readonly RemoteCommandResult[];
  /** Ms of the whole round trip: the connection, the key exchange, the login and the commands. */
  readonly totalMs: number;
  /** Ms that the commands took after the login; absent: unknown. */
  readonly latencyMs?: number;
}

/**
 * Runs several commands on a machine in one round trip. A failed command is a result. Throws WireError when the machine
 * is unreachable or the connection was lost before all had ended.
 */
export const runBatch = async (
  { io, outputMarker: mark }: BatchContext,
  machine: Machine,
  commands: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<BatchResult> => {
  const program = machine.program(['sh', '-c', batchScript(commands, mark)], { maxBytes });
  let end: ProgramEnd;
  try {
    end = await io.run(program, signal);
  } catch (error) {
    throw batchError(error);
  }
  const all = parseBatchOutput(end, commands.length, mark);
  if (all === undefined) throw notStartedError(end, machine);
  if (all.length < commands.length)
    throw end.cut
      ? new WireError(
          'malformed',
          'the output of the commands on the host is too large, so opsdeck stopped reading the output',
        )
      : new WireError(
          'unreachable',
          'the SSH connection to the host was lost while opsdeck was reading the output',
        );
  // The script prints a line before the first command. A busy process may read that line after it has seen the end.
  const { latencyMs: totalMs, firstOutputMs = Number.POSITIVE_INFINITY } = end;
  return {
    results: all,
    totalMs,
    ...(firstOutputMs > totalMs ? {} : { latencyMs: totalMs - firstOutputMs }),
  };
};

/** A missing local program says nothing about the remote machine. */
const batchError = (error: unknown): unknown =>
  error instanceof ProgramError && error.kind === 'missing'
    ? new ProgramError('missing', error.message, {
        remedy: 'install the OpenSSH client on the machine that runs opsdeck, or set client: [ssh]',
      })
    : error;

const notStartedError = ({ status, signal, out, err }: ProgramEnd, machine: Machine): WireError => {
  if (machine.address !== '' && status === sshFailureStatus)
    return toSshError(err, machine.address, formatArgv(machine.commandLine([])));
  const detail = oneLine(err.trim() === '' ? out : err, 100);
  const how = status === undefined ? `killed by ${signal ?? 'a signal'}` : `exited with status ${status}`;
  return new WireError(
    'malformed',
    detail === ''
      ? `the host started no shell: ssh ${how}`
      : `the host started no shell, but printed "${detail}": ssh ${how}`,
  );
};
