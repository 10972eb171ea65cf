import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../runtime/errno.ts';

/** The file system as profiles, secrets and settings read it. */
export interface Files {
  /** The text of a file (UTF-8); undefined if it does not exist. Rejects if it exists but cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Paths of all files below `dir`, relative to it, sorted; [] if the directory does not exist. */
  list(dir: string): Promise<readonly string[]>;
  /** Returns whether a directory, which may be empty, has this path. Absent: only those with files are known. */
  isDirectory?(path: string): Promise<boolean>;
}

/** Size limit of a profile or a secret. A path to a device or a log must not fill the memory. */
const maxBytes = 4 * 1024 * 1024;
/** Size of one read: most profiles take a single one. */
const readBytes = 65_536;

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** Paths whose FIFOs a shell has already opened. Opening any other FIFO blocks a thread until a writer comes. */
const alreadyOpen = /^\/(dev|proc)\/(?!shm\/)/;

const readBounded = async (path: string): Promise<string> => {
  const found = alreadyOpen.test(path) ? undefined : await stat(path);
  if (found?.isFIFO() === true) throw new Error('is a FIFO. Name a regular file');
  await using file = await open(path, 'r');
  const chunks: Buffer[] = [];
  let size = 0;
  const known = found?.isFile() === true ? found.size : 0;
  // One byte more than the file has: a read that does not fill the buffer has reached the end.
  const buffer = Buffer.allocUnsafe(known > 0 && known < readBytes ? known + 1 : readBytes);
  for (;;) {
    // Only bytes that were read are copied out of it.
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    size += bytesRead;
    if (size > maxBytes)
      throw new Error(`is larger than ${maxBytes / 1024 / 1024} MiB, the most that opsdeck reads`);
    chunks.push(Buffer.from(buffer.subarray(0, bytesRead)));
    if (size === known && bytesRead < buffer.length) break;
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** True for directories that hold no profiles and may hold very many files. */
export const isSkippedDir = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

const listBelow = async (dir: string, prefix: string): Promise<string[]> => {
  const entries = await readdir(join(dir, prefix), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (isSkippedDir(entry.name)) return [];
      // An unreadable subdirectory is skipped.
      return entry.isDirectory() ? await listBelow(dir, path).catch(() => []) : [path];
    }),
  );
  return nested.flat();
};

export const localFiles: Files = {
  async read(path) {
    try {
      return await readBounded(path);
    } catch (error) {
      if (absent.has(errnoOf(error))) return undefined;
      throw error;
    }
  },
  async isDirectory(path) {
    return await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  },
  async list(dir) {
    try {
      return (await listBelow(dir, '')).sort();
    } catch (error) {
      if (absent.has(errnoOf(error))) return [];
      throw error;
    }
  },
};
