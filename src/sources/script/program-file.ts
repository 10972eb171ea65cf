import { isAbsolute, join } from 'node:path';
import { WireError } from '../../platform/failures.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-shapes.ts';
import type { Program } from '../../platform/processes/program.ts';

/** Where programs are in a container or on a host, unless somebody has said otherwise there. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The file that an argv starts: as it is written, or the first in PATH, as execvp(3) looks for it. Throws WireError:
 * `missing` when there is none.
 */
export const programFile = async (
  files: ReadFiles,
  { argv: [name = ''], at, cwd = at === undefined ? process.cwd() : '', env = {} }: Program,
  signal: AbortSignal,
): Promise<FileStat> => {
  if (name.includes('/')) return files.stat(isAbsolute(name) ? name : join(cwd, name), signal);
  const path = env.PATH ?? (at === undefined ? process.env.PATH : usualPath) ?? '';
  for (const dir of path.split(':').filter((one) => one !== ''))
    try {
      const found = await files.stat(join(isAbsolute(dir) ? dir : join(cwd, dir), name), signal);
      if (found.kind === 'file') return found;
    } catch (error) {
      if (!(error instanceof WireError) || (error.kind !== 'missing' && error.kind !== 'denied')) throw error;
    }
  throw new WireError('missing', `there is no program "${name}" in PATH`);
};

/** Tells this very file from one that was put in its place, or written anew. */
export const fileIdentity = ({ path, id, sizeBytes, writtenAt }: FileStat): string =>
  `${path} (${id}, ${sizeBytes} bytes, written ${new Date(writtenAt).toISOString()})`;

/** The same for a person. */
export const fileWords = ({ sizeBytes, writtenAt }: FileStat): string =>
  `a program of ${sizeBytes} bytes, written ${new Date(writtenAt).toISOString()}`;
