import { toSshError } from '../../../clients/ssh/ssh-failure.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type {
  LogFile,
  LogFileChange,
  LogFileStat,
  LogFiles,
} from '../../../platform/files/file-interfaces.ts';
import {
  fileGoneStatus,
  logFileScripts,
  logStatFormat,
} from '../../../platform/files/log-file-shell-scripts.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import { ProgramError, WireError } from '../../../platform/runtime/wire-error.ts';
import { commandError, sshFailureStatus } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';

/** Interval between searches for a missing file: each costs a login. */
const pollIntervalMs = 5000;
const listBytes = 1024 * 1024;

const statIn = (line: string, path: string): LogFileStat | undefined => {
  const [, id = '', size = '', written = '', mode = ''] =
    /^(\d+:\d+) (\d+) (\d+) ([\da-f]+)(?:\s|$)/.exec(line) ?? [];
  if (id === '') return undefined;
  const type = Number.parseInt(mode, 16) & 0o170_000;
  if (type !== 0o100_000)
    throw new WireError(
      'malformed',
      `is ${type === 0o040_000 ? 'a directory' : 'a FIFO, a socket or a device'}, not a file`,
    );
  return { path, id, sizeBytes: Number(size), writtenAt: Number(written) * 1000 };
};

/** Escapes the characters of a name that find(1) treats as a pattern. */
const plain = (name: string): string => name.replaceAll(/[\\*?[\]]/g, '\\$&');

const script = (text: string, ...args: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  text,
  'sh',
  ...args,
];

/** The programs that read an open file. */
interface FilePrograms {
  run(argv: readonly string[], maxBytes: number, signal: AbortSignal): Promise<ProgramEnd>;
  bytesOf(argv: readonly string[], signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A file by its identity: another one that has its name by now is not read. */
const openFile = (fileStat: LogFileStat, { run, bytesOf }: FilePrograms): LogFile => {
  const { path, id } = fileStat;
  let last = fileStat;
  let isFresh = true;
  const again = async (signal: AbortSignal): Promise<LogFileStat> => {
    try {
      const { raw } = await run(script(logFileScripts.stat, path, id), listBytes, signal);
      return statIn(raw, path) ?? last;
    } catch (error) {
      // Deleted: the last known state is all that is available.
      if (error instanceof WireError && error.kind === 'missing' && !isNoProgram(error)) return last;
      throw error;
    }
  };
  return {
    path,
    id,
    stat: async (signal) => {
      // The state from opening the file is recent enough for an immediate read.
      last = isFresh ? fileStat : await again(signal);
      isFresh = false;
      return last;
    },
    read: async (into, position, signal) => {
      const argv = script(logFileScripts.read, path, id, String(position + 1), String(into.length));
      const { bytes = new Uint8Array() } = await run(argv, into.length, signal);
      into.set(bytes);
      return bytes.length;
    },
    rest: (position, signal) => bytesOf(script(logFileScripts.rest, path, id, String(position + 1)), signal),
    close: async () => {},
  };
};

/** Log files of a machine behind ssh: one login per look-up, and one for as long as a file is followed. */
export const remoteFiles = (parts: HostContext, machine: Machine): LogFiles => {
  const { io, outputMarker: mark } = parts;

  const problemOf = ({ status, err, out }: ProgramEnd): WireError => {
    if (status === sshFailureStatus && machine.address !== '')
      return toSshError(err, machine.address, formatArgv(machine.commandLine([])));
    if (status === fileGoneStatus)
      return new WireError('missing', 'the log file no longer exists on the host');
    return commandError({ status: status ?? 1, out, err });
  };
  const run = async (argv: readonly string[], maxBytes: number, signal: AbortSignal): Promise<ProgramEnd> => {
    const end = await io.run(machine.program(argv, { maxBytes, keepsBytes: true }), signal);
    if (end.status !== 0) throw problemOf(end);
    return end;
  };
  const stat: LogFiles['stat'] = async (path, signal) => {
    try {
      return statIn((await run(['stat', '-L', '-c', logStatFormat, path], listBytes, signal)).raw, path);
    } catch (error) {
      // A missing program does not mean that the file is missing.
      if (error instanceof WireError && error.kind === 'missing' && !isNoProgram(error)) return undefined;
      throw error;
    }
  };

  async function* bytesOf(
    argv: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const event of io.followBytes(machine.program(argv), signal))
      if (event.is === 'out') yield event.bytes;
      else if (event.is === 'ended' && event.end.status !== 0) throw problemOf(event.end);
  }

  return {
    stat,
    open: async (path, signal) => {
      const fileStat = await stat(path, signal);
      if (fileStat === undefined) throw new WireError('missing', 'the host has no such log file');
      return openFile(fileStat, { run, bytesOf });
    },
    siblings: async (path, names, signal) => {
      const dir = path.slice(0, path.lastIndexOf('/')) || '/';
      const nameTests = names.flatMap((name, index) => [
        ...(index === 0 ? [] : ['-o']),
        '-name',
        `${plain(name)}*`,
      ]);
      const format = `${logStatFormat} %n`;
      const argv = [
        'find',
        dir,
        '-maxdepth',
        '1',
        '-type',
        'f',
        ...nameTests,
        '-exec',
        'stat',
        '-c',
        format,
        '{}',
        '+',
      ];
      const { raw } = await run(argv, listBytes, signal);
      return raw.split('\n').flatMap((line) => {
        const listedPath = line.slice(line.indexOf('/'));
        const fileStat = listedPath === path ? undefined : statIn(line, listedPath);
        return fileStat ?? [];
      });
    },
    unpacked: (path, signal) => bytesOf(['gzip', '-dc', path], signal),
    watch: () => ({ changed: (signal) => io.clock.sleep(pollIntervalMs, signal), close: () => {} }),
    follow: async function* ({ path, id }, position, signal): AsyncGenerator<LogFileChange, void, undefined> {
      const argv = script(logFileScripts.follow, path, id, String(position + 1), mark);
      for await (const event of io.followBytes(machine.program(argv), signal)) {
        if (event.is === 'out') yield { is: 'bytes', bytes: event.bytes };
        else if (event.is === 'ended') throw endOf(event.end);
        else if (event.text.startsWith(mark)) {
          const now = statIn(event.text.slice(mark.length + 1), path);
          yield { is: 'seen', ...(now && { now }) };
        }
      }
    },
  };

  function endOf(end: ProgramEnd): WireError {
    return end.status === 0 || end.status === undefined
      ? new WireError('unreachable', 'the command that follows the log file on the host has ended')
      : problemOf(end);
  }
};

const isNoProgram = (error: WireError): boolean =>
  error instanceof ProgramError || /command not found|: not found|status 127/.test(error.message);
