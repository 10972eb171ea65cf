import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Millis } from '../../domain/base/fault.ts';

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

/** The time after which a draft belongs to a process that was killed. Drafts in use are written in moments. */
const abandonedMs: Millis = 3_600_000;
const draftEnding = /^\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;

/** Files whose abandoned drafts this process has already removed. */
const swept = new Set<string>();

/**
 * Removes drafts of a file that a killed process has left an hour ago or earlier, once per file and process. The file was just
 * written: the age of a draft is its distance to it. For directories of opsdeck only: elsewhere a file of the same form may belong to
 * another program. Rejects with the error of the system.
 */
export const removeAbandonedDrafts = async (path: string): Promise<void> => {
  if (swept.has(path)) return;
  swept.add(path);
  const dir = dirname(path);
  const name = basename(path);
  const { mtimeMs: now } = await lstat(path);
  for (const entry of await readdir(dir)) {
    if (!entry.startsWith(name) || !draftEnding.test(entry.slice(name.length))) continue;
    const draft = join(dir, entry);
    if (now - (await lstat(draft)).mtimeMs > abandonedMs) await rm(draft, { force: true });
  }
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
