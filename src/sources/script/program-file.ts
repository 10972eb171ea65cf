import { isAbsolute, join } from 'node:path';
import { type FileStat, type Program, type ReadIo, WireError } from '../../io/io.ts';

/**
 * The file that an argv starts: as it is written, or the first in PATH, as execvp(3) looks for it. Throws WireError:
 * `missing` when there is none.
 */
export const programFile = async (
  { files }: ReadIo,
  { argv: [name = ''], cwd = process.cwd(), env = {} }: Program,
  signal: AbortSignal,
): Promise<FileStat> => {
  if (name.includes('/')) return files.stat(isAbsolute(name) ? name : join(cwd, name), signal);
  const path = env.PATH ?? process.env.PATH ?? '';
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
