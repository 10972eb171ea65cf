import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { markUnsent, WireError } from '../wire-error.ts';
import { writeFailureText } from './save-file.ts';

/**
 * Replaces a whole file of this machine (0644) atomically: concurrent readers see the old or the new one. Throws
 * WireError.
 */
export const replaceFile = async (path: string, text: string, signal: AbortSignal): Promise<void> => {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    signal.throwIfAborted();
    await using file = await open(draft, 'wx', 0o644);
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    if (signal.aborted) throw markUnsent(new WireError('cancelled', `${path} was not written`));
    throw markUnsent(new WireError('denied', `${path}: ${writeFailureText(error)}`));
  }
};
