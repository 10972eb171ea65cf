import { join } from 'node:path';
import { savedTexts } from './kept-files.ts';
import { acquireLock } from './lock-file.ts';
import { ownershipProblem, privateDir } from './private-dir.ts';

const name = 'trust.json';
const patienceMs = 5000;

/** Thrown when the trust file, or a directory around it, is writable by another user. */
export class TrustFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TrustFileError';
  }
}

/** The path of the trust file in a state directory. */
export const trustFilePath = (stateDir: string): string => join(stateDir, name);

/** Throws TrustFileError if another user could have written the file or a directory around it. */
const refuseForeign = async (stateDir: string): Promise<void> => {
  const path = trustFilePath(stateDir);
  const why = (await ownershipProblem(path, { link: 'refused' })) ?? (await ownershipProblem(stateDir));
  if (why !== undefined)
    throw new TrustFileError(
      `opsdeck does not use ${path}: ${why}. Choose another directory with --state-dir, or name the profiles with --profiles`,
    );
};

/**
 * Returns the text of the file; undefined if it does not exist. Throws TrustFileError if others could have written
 * it.
 */
export const readTrust = async (stateDir: string): Promise<string | undefined> => {
  await refuseForeign(stateDir);
  return savedTexts(stateDir).read(name);
};

/** Replaces the text of the file with the result of `change`, one process at a time. Throws as `readTrust`. */
export const updateTrust = async (
  stateDir: string,
  change: (text: string | undefined) => string,
): Promise<void> => {
  await privateDir(stateDir);
  const lock = await acquireLock(join(stateDir, 'trust.lock'), patienceMs);
  try {
    const text = await readTrust(stateDir);
    await savedTexts(stateDir).write(name, change(text));
  } finally {
    await lock.release();
  }
};
