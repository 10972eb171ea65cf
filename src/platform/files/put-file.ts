import { markUnsent, WireError } from '../runtime/wire-error.ts';
import { replaceByDraft } from './draft-file.ts';
import { writeFailureText } from './save-file.ts';

/**
 * Replaces a whole file of this machine (0644) atomically: concurrent readers see the old or the new one. Throws
 * WireError.
 */
export const replaceFile = async (path: string, text: string, signal: AbortSignal): Promise<void> => {
  try {
    signal.throwIfAborted();
    await replaceByDraft(path, 0o644, (file) => file.writeFile(text));
  } catch (error) {
    if (signal.aborted) throw markUnsent(new WireError('cancelled', `${path} was not written`));
    throw markUnsent(new WireError('denied', `${path}: ${writeFailureText(error)}`));
  }
};
