import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** The drafts of this process that are not renamed yet. */
const drafts = new Set<string>();

const removeAll = (): void => {
  for (const draft of drafts) rmSync(draft, { force: true });
};

const register = (draft: string): void => {
  if (drafts.size === 0) process.once('exit', removeAll);
  drafts.add(draft);
};

const unregister = (draft: string): void => {
  drafts.delete(draft);
  if (drafts.size === 0) process.off('exit', removeAll);
};

/**
 * Replaces a file atomically: `write` fills a draft beside it, which takes its name once it is on disk. Concurrent
 * writers use different drafts. The draft is removed when that fails, and when this process exits before. Rejects with
 * the error of the system.
 */
export const replaceByDraft = async (
  path: string,
  mode: number,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> => {
  const draft = `${path}.${randomUUID()}.tmp`;
  register(draft);
  try {
    await using file = await open(draft, 'wx', mode);
    await write(file);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  } finally {
    unregister(draft);
  }
};
