import { open, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Millis } from '../../domain/base/fault.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { acquireLock, LockHeldError } from '../../platform/files/lock-file.ts';
import { openToRead } from '../../platform/files/open-regular.ts';
import { openToAppend, orIfAbsent, privateDir } from '../../platform/files/private-dir.ts';

/** Changes of shared files while their lock is held. Paths are relative to the directory. */
export interface LockedFiles {
  /**
   * Appends whole lines; resolves once they are on disk. `torn`: an incomplete line at the end, which a killed process left,
   * is ended or removed first.
   */
  append(path: string, lines: string, torn: 'ended' | 'removed'): Promise<void>;
  /** Replaces a file atomically. */
  replace(path: string, text: string): Promise<void>;
}

/** A claim that ends with its process. */
interface Claim {
  release(): Promise<void>;
}

/** Small files that several processes change: read directly from `dir`, changed only under a lock. */
export interface SharedFiles {
  readonly dir: string;
  /**
   * Runs `work` under the lock of this name, alone among all processes that share the files; what it reads is current.
   * Rejects when the lock cannot be taken within `patienceMs`, or a file cannot be written.
   */
  locked<T>(name: string, patienceMs: Millis, work: (files: LockedFiles) => Promise<T>): Promise<T>;
  /** Claims a name until it is released or this process ends; undefined while another process has it. */
  claim(name: string): Promise<Claim | undefined>;
}

/** The bytes of a file up to its last line end. */
const wholeBytes = async (path: string, size: number): Promise<number> => {
  await using handle = await openToRead(path);
  const chunk = Buffer.alloc(Math.min(size, 65_536));
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, end - from, from);
    const index = chunk.subarray(0, bytesRead).lastIndexOf(10);
    if (index >= 0) return from + index + 1;
    end = from;
  }
  return 0;
};

/** Appends lines to a file, which is created (0600) if it is absent. Resolves once they are on disk. */
const appendLines = async (path: string, lines: string, torn: 'ended' | 'removed'): Promise<void> => {
  const size = (await stat(path).catch(orIfAbsent(undefined)))?.size ?? 0;
  const whole = size === 0 ? 0 : await wholeBytes(path, size);
  await using handle = await openToAppend(path);
  if (whole < size && torn === 'removed') await handle.truncate(whole);
  await handle.appendFile(`${whole < size && torn === 'ended' ? '\n' : ''}${lines}`);
  await handle.sync();
  if (size > 0) return;
  // The name of a new file survives a power failure.
  await using dir = await open(dirname(path), 'r');
  await dir.sync();
};

/** Writes text at an offset of a file, and removes what a killed process left after it. Resolves once it is on disk. */
export const appendAt = async (path: string, offset: number, text: string): Promise<void> => {
  await using handle = await openToAppend(path);
  const { size } = await handle.stat();
  if (size < offset) throw new Error(`${path} has ${size} bytes instead of ${offset}`);
  if (size > offset) await handle.truncate(offset);
  await handle.appendFile(text);
  await handle.sync();
};

/** The files of a state directory, shared by the processes of this machine. Performs no I/O before the first change. */
export const localSharedFiles = (dir: string): SharedFiles => ({
  dir,
  locked: async (name, patienceMs, work) => {
    await privateDir(dir);
    const lock = await acquireLock(join(dir, `${name}.lock`), patienceMs);
    try {
      return await work({
        append: async (path, lines, torn) => {
          await privateDir(dirname(join(dir, path)));
          await appendLines(join(dir, path), lines, torn);
        },
        replace: (path, text) => {
          const full = join(dir, path);
          return savedTexts(dirname(full)).write(relative(dirname(full), full), text);
        },
      });
    } finally {
      await lock.release();
    }
  },
  claim: async (name) => {
    await privateDir(dir);
    try {
      return await acquireLock(join(dir, `${name}.lock`), 0);
    } catch (error) {
      if (error instanceof LockHeldError) return undefined;
      throw error;
    }
  },
});
