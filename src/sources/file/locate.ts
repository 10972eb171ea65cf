import { WireError } from '../../platform/failures.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-shapes.ts';
import type { FileParts } from './parts.ts';

export const isGlob = (path: string): boolean => /[*?[{]/.test(path);

/** The directory above the first part of a glob that is no plain name. */
export const fixedPart = (glob: string): string => {
  const segments = glob.split('/');
  const first = segments.findIndex(isGlob);
  return segments.slice(0, first === -1 ? segments.length - 1 : first).join('/') || '/';
};

/** The files that a glob matches, oldest first (the name decides between two of one time). Directories are left out. */
export const matchesOf = async (
  files: ReadFiles,
  glob: string,
  signal: AbortSignal,
): Promise<readonly FileStat[]> => {
  const found: FileStat[] = [];
  for (const path of await files.list(glob, signal)) {
    const stat = await statIfThere(files, path, signal);
    if (stat?.kind === 'file') found.push(stat);
  }
  return found.sort((a, b) => a.writtenAt - b.writtenAt || (a.path < b.path ? -1 : 1));
};

/** Whether a source that is about old files alone (`olderThan`) is about this one. */
export const isMeant = ({ config, wallNow }: FileParts, { writtenAt }: FileStat): boolean =>
  config.olderThan === undefined || wallNow() - writtenAt > config.olderThan;

/** Undefined for a file that went away, or a link to nowhere. */
const statIfThere = async (
  files: ReadFiles,
  path: string,
  signal: AbortSignal,
): Promise<FileStat | undefined> => {
  try {
    return await files.stat(path, signal);
  } catch (error) {
    if (error instanceof WireError && (error.kind === 'missing' || error.kind === 'malformed'))
      return undefined;
    throw error;
  }
};

/** The file that a path names, or the newest that a glob matches. Throws WireError: `missing` when there is none. */
export const locate = async (files: ReadFiles, path: string, signal: AbortSignal): Promise<FileStat> => {
  if (!isGlob(path)) return files.stat(path, signal);
  const newest = (await matchesOf(files, path, signal)).at(-1);
  if (newest === undefined) throw new WireError('missing', 'no file matches');
  return newest;
};
