import { mkdirSync, type Stats, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import { errnoOf } from '../runtime/errno.ts';

const whys: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EEXIST: 'the path exists, but is not a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOENT: 'the parent of the path is not a directory that can contain others',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the path is a loop of symbolic links',
};

/**
 * Thrown when a directory cannot be created. The message has its path, the reason and `code`: that of mkdir(2), with
 * ENOTDIR instead of EEXIST.
 */
export class MakeDirError extends Error {
  readonly code: string;
  readonly reason: string;
  constructor(dir: string, error: unknown) {
    const errno = errnoOf(error);
    const code = errno === 'EEXIST' ? 'ENOTDIR' : errno;
    const reason = whys[errno] ?? errorMessage(error);
    super(`cannot create the directory ${dir}: ${reason} (${code})`);
    this.name = 'MakeDirError';
    this.code = code;
    this.reason = reason;
  }
}

const found = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined);

/**
 * `mkdir -p`: creates a directory and its missing parents with this mode. Rejects with MakeDirError. Node's recursive mkdir loops forever if an existing parent accepts no directory (such as /proc).
 */
export const makeDir = async (dir: string, mode = 0o777): Promise<void> => {
  try {
    await mkdir(dir, { mode });
  } catch (error) {
    if ((await found(dir))?.isDirectory() === true) return;
    if (errnoOf(error) !== 'ENOENT' || (await found(dirname(dir))) !== undefined)
      throw new MakeDirError(dir, error);
    await makeDir(dirname(dir), mode);
    await makeDir(dir, mode);
  }
};

const foundSync = (path: string): Stats | undefined => {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
};

/** As `makeDir`, synchronously. */
export const makeDirSync = (dir: string, mode = 0o777): void => {
  try {
    mkdirSync(dir, { mode });
  } catch (error) {
    if (foundSync(dir)?.isDirectory() === true) return;
    if (errnoOf(error) !== 'ENOENT' || foundSync(dirname(dir)) !== undefined)
      throw new MakeDirError(dir, error);
    makeDirSync(dirname(dir), mode);
    makeDirSync(dir, mode);
  }
};
