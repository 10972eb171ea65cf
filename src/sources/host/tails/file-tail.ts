import { olderLines } from '../../../logs/reading/log-file-older.ts';
import { readLogFile } from '../../../logs/reading/log-file-tail.ts';
import type { Tail } from '../../../logs/reading/tail.ts';
import type { HostParts } from '../parts.ts';
import type { Machine } from '../ssh/machine.ts';
import { remoteFiles } from './remote-files.ts';

/** A file of one machine: of this one straight, of another by programs that run there. Its marks are number and offset. */
export const fileTail = (parts: HostParts, machine: Machine, path: string): Tail => {
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
    open: (from, signal) => readLogFile(reading, from, signal),
    older: (before, signal) => olderLines(reading, before, signal),
  };
};
