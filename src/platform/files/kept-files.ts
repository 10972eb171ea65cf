import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localFiles } from './local-files.ts';
import { privateDir } from './private-dir.ts';
import { writeFailureText } from './save-file.ts';

/** Small texts of a user that outlive a session, by name. */
interface SavedTexts {
  /** The text; undefined when there is none. Rejects for what is there and cannot be read. */
  read(name: string): Promise<string | undefined>;
  /** Replaces the text as a whole: who reads it meanwhile has the one or the other. Rejects when it cannot, and says why. */
  write(name: string, text: string): Promise<void>;
  /** Gives a text that cannot be understood another name, and tells which. */
  setAside(name: string): Promise<string>;
}

/** Files in this directory, which is made (0700) when the first of them is written. Files are 0600. */
export const savedTexts = (dir: string): SavedTexts => ({
  read: (name) => localFiles.read(join(dir, name)),
  write: async (name, text) => {
    // Two cockpits may write at the same time: each its own draft.
    const draft = join(dir, `${name}.${randomUUID()}.tmp`);
    try {
      await privateDir(dir);
      await using file = await open(draft, 'wx', 0o600);
      await file.writeFile(text);
      await file.sync();
      await rename(draft, join(dir, name));
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw new Error(`${writeFailureText(error)}, ${join(dir, name)}`);
    }
  },
  setAside: async (name) => {
    const aside = `${name}.broken`;
    await rename(join(dir, name), join(dir, aside));
    return join(dir, aside);
  },
});
