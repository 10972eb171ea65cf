import { join } from 'node:path';
import { savedTexts } from './kept-files.ts';
import { acquireLock } from './lock-file.ts';
import { ownershipProblem, privateDir } from './private-dir.ts';

const name = 'trust.json';
const patienceMs = 5000;

/** What is trusted is kept in a file that this user alone writes. */
export class TrustFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TrustFileError';
  }
}

/** Where a state directory keeps what is trusted. */
export const trustFilePath = (stateDir: string): string => join(stateDir, name);

/** Throws a TrustFileError for a file, or a directory around it, that another user could have written. */
const refuseForeign = async (stateDir: string): Promise<void> => {
  const path = trustFilePath(stateDir);
  const why = (await ownershipProblem(path, { link: 'refused' })) ?? (await ownershipProblem(stateDir));
  if (why !== undefined)
    throw new TrustFileError(
      `${path} is not used: ${why}. Choose another directory with --state-dir, or name the profiles with --profiles`,
    );
};

/** The text of the file; undefined when there is none. Throws a TrustFileError for one that others could have written. */
export const readTrust = async (stateDir: string): Promise<string | undefined> => {
  await refuseForeign(stateDir);
  return savedTexts(stateDir).read(name);
};

/** Replaces the text of the file by what `change` makes of it, one process after the other. Throws as `readTrust`. */
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
