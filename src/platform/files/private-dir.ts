import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { absentAs, codeOf, UnsafeDirError } from './file-error.ts';

/** Appends to a file or makes it, never through a symbolic link: another user may have put one there. */
export const appendHere =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/** Opens a private file (0600) to append to it, through a symbolic link only where this user has made that. */
export const openToAppend = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, appendHere, 0o600);
  } catch (error) {
    const isOwn = codeOf(error) === 'ELOOP' && (await lstat(path)).uid === process.getuid?.();
    if (!isOwn) throw error;
    return open(path, 'a', 0o600);
  }
};

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, absentAs(false));

/** `mkdir -p`, private. Node's own tries for ever where a parent is there and takes no directory (as /proc). */
const makeDir = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || (await exists(dirname(dir)))) throw error;
    await makeDir(dirname(dir));
    await makeDir(dir);
  }
};

/**
 * Makes a directory (0700) and those above it. Throws UnsafeDirError for one that every user of the machine may write: they could
 * replace what is in it. A group may share one.
 */
export const privateDir = async (dir: string): Promise<void> => {
  await makeDir(dir);
  const { mode } = await stat(dir);
  if (process.platform !== 'win32' && (mode & constants.S_IWOTH) !== 0) throw new UnsafeDirError(dir);
};
