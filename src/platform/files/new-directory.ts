import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import { WireError } from '../runtime/wire-error.ts';
import { makeDir } from './make-dir.ts';
import { writeFailureText } from './save-file.ts';

/** Returns whether something is at a path that can be examined. */
export const pathExists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
};

/** Returns whether a name is taken, also by a symbolic link that leads nowhere. */
export const isNameTaken = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/**
 * Writes files into a directory that does not exist yet: all of them, or none. Resolves to false when something is
 * there already, which stays as it is. Throws WireError when the files cannot be written.
 */
export const writeNewDirectory = async (
  dir: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<boolean> => {
  if (await pathExists(dir)) return false;
  const parent = dirname(dir);
  await makeDir(parent).catch((error: unknown) => {
    throw new WireError('denied', errorMessage(error));
  });
  const draft = join(parent, `.${randomUUID()}.part`);
  try {
    await mkdir(draft);
    for (const { name, text } of files) await writeFile(join(draft, name), text, { flag: 'wx' });
    // Fails on a directory that was created meanwhile, unless it is empty.
    await rename(draft, dir);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (await pathExists(dir)) return false;
    throw new WireError('denied', `cannot write ${dir}: ${writeFailureText(error)}`);
  }
};
