import { mkdirSync, type Stats, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../errno.ts';

const found = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined);

/**
 * `mkdir -p`: creates a directory and its missing parents with this mode. Rejects with the error of mkdir(2): EEXIST when
 * a file has the name. Node's recursive mkdir loops forever if an existing parent accepts no directory (such as /proc).
 */
export const makeDir = async (dir: string, mode = 0o777): Promise<void> => {
  try {
    await mkdir(dir, { mode });
  } catch (error) {
    if ((await found(dir))?.isDirectory() === true) return;
    if (errnoOf(error) !== 'ENOENT' || (await found(dirname(dir))) !== undefined) throw error;
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
    if (errnoOf(error) !== 'ENOENT' || foundSync(dirname(dir)) !== undefined) throw error;
    makeDirSync(dirname(dir), mode);
    makeDirSync(dir, mode);
  }
};
