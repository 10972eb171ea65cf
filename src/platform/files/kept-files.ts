import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../runtime/errno.ts';
import { removeAbandonedDrafts, replaceByDraft } from './draft-file.ts';
import { localFiles } from './local-files.ts';
import { privateDir } from './private-dir.ts';
import { writeFailureText } from './save-file.ts';

/** Small texts of a user that outlive a session, by name. */
interface SavedTexts {
  /** Returns the text; undefined if it does not exist. Rejects if it exists but cannot be read. */
  read(name: string): Promise<string | undefined>;
  /** Replaces the text atomically: concurrent readers see the old or the new one. Rejects with SavedTextError. */
  write(name: string, text: string): Promise<void>;
  /** Renames a text that cannot be parsed and returns its new path, which no other text has. */
  setAside(name: string): Promise<string>;
}

/** Thrown when a text cannot be stored: 'no space left on the device (ENOSPC), PATH'. */
export class SavedTextError extends Error {
  readonly code: string;
  constructor(path: string, error: unknown) {
    super(`${writeFailureText(error)}, ${path}`);
    this.name = 'SavedTextError';
    this.code = errnoOf(error);
  }
}

/** Stores texts as files (0600) in this directory, which is created (0700) by the first write. */
export const savedTexts = (dir: string): SavedTexts => ({
  read: (name) => localFiles.read(join(dir, name)),
  write: async (name, text) => {
    try {
      await privateDir(dir);
      await replaceByDraft(join(dir, name), 0o600, (file) => file.writeFile(text));
    } catch (error) {
      throw new SavedTextError(join(dir, name), error);
    }
    // The text is stored: a draft that cannot be removed does no harm.
    await removeAbandonedDrafts(join(dir, name)).catch(() => {});
  },
  setAside: async (name) => {
    // An earlier broken text stays.
    let aside = `${name}.broken`;
    for (let count = 2; (await localFiles.read(join(dir, aside))) !== undefined; count++)
      aside = `${name}.broken-${count}`;
    await rename(join(dir, name), join(dir, aside));
    return join(dir, aside);
  },
});
