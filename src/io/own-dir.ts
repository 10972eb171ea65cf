import { constants } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';

const othersWrite = constants.S_IWGRP | constants.S_IWOTH;

/** The user of this process; undefined on systems without such ids. */
const ownUser = (): number | undefined => process.getuid?.();

/**
 * Why a file or directory is not this user's alone: another user owns it, or may write it. Undefined when it is, or when there is
 * none. Links are followed, except with `link: 'refused'`.
 */
export const notOwnWhy = async (
  path: string,
  { link = 'followed' }: { readonly link?: 'followed' | 'refused' } = {},
): Promise<string | undefined> => {
  const user = ownUser();
  if (user === undefined) return undefined;
  try {
    const found = await (link === 'refused' ? lstat(path) : stat(path));
    if (found.isSymbolicLink()) return `${path} is a symbolic link`;
    if (found.uid !== user) return `another user owns ${path}`;
    if ((found.mode & othersWrite) !== 0)
      return `other users may write ${path} (mode ${(found.mode & 0o777).toString(8)}); run chmod go-w ${path}`;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return undefined;
    return `${path} cannot be examined`;
  }
};
