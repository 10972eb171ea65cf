import { constants } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSkipped } from '../files/files.ts';

const othersWrite = constants.S_IWGRP | constants.S_IWOTH;

/** The user of this process; undefined on systems without such ids. */
const ownUser = (): number | undefined => process.getuid?.();

interface OwnOptions {
  readonly link?: 'followed' | 'refused';
  /** 'allowed': what the superuser owns is as good as the user's own. */
  readonly root?: 'allowed' | 'refused';
}

/**
 * Why a file or directory is not this user's alone: another user owns it, or may write it. Undefined when it is, or when there is
 * none. Symbolic links are followed, except with `link: 'refused'`.
 */
export const notOwnWhy = async (
  path: string,
  { link = 'followed', root = 'refused' }: OwnOptions = {},
): Promise<string | undefined> => {
  const user = ownUser();
  if (user === undefined) return undefined;
  try {
    const found = await (link === 'refused' ? lstat(path) : stat(path));
    if (found.isSymbolicLink()) return `${path} is a symbolic link`;
    if (found.uid !== user && !(root === 'allowed' && found.uid === 0)) return `another user owns ${path}`;
    if ((found.mode & othersWrite) !== 0)
      return `other users may write ${path} (mode ${(found.mode & 0o777).toString(8)}); run chmod go-w ${path}`;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return undefined;
    return `${path} cannot be examined`;
  }
};

/** The same of a directory and of everything below it that profiles may be in; the superuser may own it. */
export const notOwnBelow = async (dir: string): Promise<string | undefined> => {
  const why = await notOwnWhy(dir, { root: 'allowed' });
  if (why !== undefined) return why;
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter(({ name }) => !isSkipped(name))) {
    const path = join(dir, entry.name);
    const inner = entry.isDirectory() ? await notOwnBelow(path) : await notOwnWhy(path, { root: 'allowed' });
    if (inner !== undefined) return inner;
  }
  return undefined;
};
