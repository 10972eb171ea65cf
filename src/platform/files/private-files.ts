import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAtomicFile } from './atomic-file.ts';

/** Files that exist for a while, in a directory that only this user can read. */
interface PrivateFiles extends AsyncDisposable {
  /** The path of a file, by its name. */
  path(name: string): string;
}

/**
 * Writes files (0600) into a new directory (0700), which is removed when they are disposed of, and when this process
 * exits before. Their content is not masked. Throws WireError.
 */
export const writePrivateFiles = async (
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<PrivateFiles> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-private-'));
  const removeNow = (): void => rmSync(dir, { recursive: true, force: true });
  process.once('exit', removeNow);
  const dispose = async (): Promise<void> => {
    process.off('exit', removeNow);
    await rm(dir, { recursive: true, force: true }).catch(() => {});
  };
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = await openAtomicFile(join(dir, name), false, signal);
      await file.write(Buffer.from(text));
      await file.commit();
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path: (name) => join(dir, name), [Symbol.asyncDispose]: dispose };
};
