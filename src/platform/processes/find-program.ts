import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** Returns the path of a program in the directories of PATH, as execvp(3) finds it; undefined if there is none. */
export const findProgram = async (
  name: string,
  path: string | undefined = process.env.PATH,
): Promise<string | undefined> => {
  for (const dir of (path ?? '').split(delimiter)) {
    // An empty entry is the working directory, from which nothing is started.
    const candidate = dir === '' ? '' : join(dir, name);
    if (candidate !== '' && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
};

/** Returns whether a program is an applet of BusyBox, which knows fewer options. */
export const isBusyBox = async (path: string): Promise<boolean> =>
  basename(await realpath(path).catch(() => path)).startsWith('busybox');
