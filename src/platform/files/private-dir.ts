import { constants } from 'node:fs';
import { type FileHandle, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../runtime/errno.ts';
import { isSkippedDir } from './local-files.ts';
import { makeDir } from './make-dir.ts';
import { openWithoutWait } from './open-regular.ts';

const othersWrite = constants.S_IWGRP | constants.S_IWOTH;

/** The user ID of this process; undefined on systems without user IDs. */
const ownUser = (): number | undefined => process.getuid?.();

interface OwnOptions {
  readonly link?: 'followed' | 'refused';
  /** 'allowed': a file that the superuser owns counts as the user's own. */
  readonly root?: 'allowed' | 'refused';
}

/**
 * Explains why a file or directory is not private to this user: another user owns it or may write it. Undefined if it
 * is private or does not exist. Follows symbolic links, except with `link: 'refused'`.
 */
export const ownershipProblem = async (
  path: string,
  { link = 'followed', root = 'refused' }: OwnOptions = {},
): Promise<string | undefined> => {
  const user = ownUser();
  if (user === undefined) return undefined;
  try {
    const stats = await (link === 'refused' ? lstat(path) : stat(path));
    if (stats.isSymbolicLink())
      return `${path} is a symbolic link. Name the directory itself with --state-dir`;
    if (stats.uid !== user && !(root === 'allowed' && stats.uid === 0))
      return `another user owns ${path}. Choose another directory with --state-dir`;
    if ((stats.mode & othersWrite) !== 0)
      return `other users may write ${path} (mode ${(stats.mode & 0o777).toString(8)}). Run chmod go-w ${path}`;
    return undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return undefined;
    return `${path} cannot be read`;
  }
};

/**
 * As `ownershipProblem`, for a directory and everything below it that may contain profiles. The superuser may own it.
 */
export const treeOwnershipProblem = async (dir: string): Promise<string | undefined> => {
  const why = await ownershipProblem(dir, { root: 'allowed' });
  if (why !== undefined) return why;
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter(({ name }) => !isSkippedDir(name))) {
    const path = join(dir, entry.name);
    const inner = entry.isDirectory()
      ? await treeOwnershipProblem(path)
      : await ownershipProblem(path, { root: 'allowed' });
    if (inner !== undefined) return inner;
  }
  return undefined;
};

/** Thrown when a directory of opsdeck's own is world-writable. */
export class UnsafeDirError extends Error {
  readonly code = 'UNSAFE';
  constructor(dir: string) {
    super(`${dir} is world-writable. Run chmod o-w ${dir}, or choose another directory with --state-dir`);
    this.name = 'UnsafeDirError';
  }
}

/** Returns a catch handler with a fallback value for a path that does not exist. */
export const orIfAbsent =
  <T>(value: T) =>
  (error: unknown): T => {
    if (errnoOf(error) === 'ENOENT') return value;
    throw error;
  };

/** Never waits: a FIFO without a reader is an error. */
const appendOrCreate =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** Open flags that append or create, never through a symbolic link: another user may have created that. */
export const appendNoFollow = appendOrCreate | (constants.O_NOFOLLOW ?? 0);

/** Opens a private file (0600) for appending. Follows a symbolic link only if this user owns it. */
export const openToAppend = async (path: string): Promise<FileHandle> => {
  try {
    return await openWithoutWait(path, appendNoFollow, 0o600);
  } catch (error) {
    const isOwn = errnoOf(error) === 'ELOOP' && (await lstat(path)).uid === process.getuid?.();
    if (!isOwn) throw error;
    return openWithoutWait(path, appendOrCreate, 0o600);
  }
};

/**
 * Creates a directory (0700) and its parents. Throws UnsafeDirError for a world-writable one, whose content others
 * could replace. A group may share one.
 */
export const privateDir = async (dir: string): Promise<void> => {
  await makeDir(dir, 0o700);
  const { mode } = await stat(dir);
  if (process.platform !== 'win32' && (mode & constants.S_IWOTH) !== 0) throw new UnsafeDirError(dir);
};
