import { fileLinesAround } from '../../../logs/reading/file-lines-around.ts';
import { olderFileLines } from '../../../logs/reading/older-file-lines.ts';
import type { Tail } from '../../../logs/reading/tail.ts';
import { tailLogFile } from '../../../logs/reading/tail-log-file.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import type { HostContext } from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { unitName } from '../parse/units.ts';
import { journalTail } from './journal-tail.ts';
import { remoteFiles } from './remote-files.ts';

/**
 * Streams a file of one machine: directly if it is local, otherwise through remote programs. Its positions are inode
 * and offset.
 */
const fileTail = (parts: HostContext, machine: Machine, path: string): Tail => {
  const { io } = parts;
  const reading = {
    files: machine.address === '' ? io.logFiles : remoteFiles(parts, machine),
    clock: io.clock,
    path,
    heads: parts.heads,
    fault: (error: unknown) => parts.fault(machine, `tail ${path}`, error),
  };
  return {
    stream: `${machine.name}:${path}`,
    isFile: true,
    open: (from, signal) => tailLogFile(reading, from, signal),
    older: (before, signal) => olderFileLines(reading, before, signal),
    around: (request, signal) => fileLinesAround(reading, request, signal),
  };
};

const isGlob = (path: string): boolean => /[*?[]/.test(path);

/** Command that lists the files of a glob with wildcards only in its last part. */
export const findLogFilesCommand = (glob: string): readonly string[] => {
  const index = glob.lastIndexOf('/');
  return [
    'find',
    glob.slice(0, index) || '/',
    '-maxdepth',
    '1',
    '-type',
    'f',
    '-name',
    glob.slice(index + 1),
  ];
};

/** Each file, with the profile's paths that match it. */
const filesOf = async (
  parts: HostContext,
  machine: Machine,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const globs = parts.config.files.filter(isGlob);
  const named = new Map<string, readonly string[]>(plainFiles(parts));
  if (globs.length === 0) return named;
  const { results: all } = await runBatch(parts, machine, globs.map(findLogFilesCommand), signal);
  const listed = all.flatMap((answer, index) =>
    stdoutOf(answer)
      .split('\n')
      .filter((path) => path !== '')
      .map((path) => ({ path, glob: globs[index] ?? path })),
  );
  for (const { path, glob } of listed.sort((a, b) => (a.path < b.path ? -1 : 1)))
    named.set(path, [...(named.get(path) ?? [path]), glob]);
  return named;
};

const plainFiles = ({ config }: HostContext): readonly (readonly [string, readonly string[]])[] =>
  config.files.filter((path) => !isGlob(path)).map((path) => [path, [path]]);

/**
 * Log streams of each machine: the journal of every unit ('vm-1/eventmesh-api') and every file ('vm-1:/var/log/x.log').
 * `of`: a unit, a file, one of the profile's globs, or a host. An unreachable host keeps the streams that are known
 * without it; their lines report the problem. Throws WireError only when nothing is left.
 */
export const hostTails = async (
  parts: HostContext,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const lost: unknown[] = [];
  const tailsByMachine = await Promise.all(
    parts.machines.map(async (machine) => {
      const files = await filesOf(parts, machine, signal).catch((error: unknown) => {
        lost.push(error);
        return new Map(plainFiles(parts));
      });
      return [
        ...parts.config.units
          .filter((unit) => !isGlob(unit))
          .map((unit) => ({ what: [unitName(unit)], machine, tail: journalTail(parts, machine, unit) })),
        ...[...files].map(([path, what]) => ({ what, machine, tail: fileTail(parts, machine, path) })),
      ];
    }),
  );
  const all = tailsByMachine.flat();
  if (all.length === 0 && lost.length > 0) throw lost[0];
  const isMeant = ({ what, machine, tail }: (typeof all)[number]): boolean =>
    of === undefined || [...what, machine.name, machine.address, tail.stream].includes(unitName(of));
  return all.filter(isMeant).map(({ tail }) => tail);
};
