import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const closedWith = async (handle: FileHandle, path: string, code: string): Promise<never> => {
  await handle.close();
  throw Object.assign(new Error(`${path} is not a regular file`), { code });
};

/**
 * Opens a file. A FIFO or a socket is an error at once: whoever may write the directory could put one in its place, and a plain
 * open would wait for its other end forever, with a thread of this process.
 */
export const openWithoutWait = async (path: string, flags: number, mode?: number): Promise<FileHandle> => {
  const handle = await open(path, flags | (constants.O_NONBLOCK ?? 0), mode);
  const stats = await handle.stat();
  return stats.isFIFO() || stats.isSocket() ? closedWith(handle, path, 'ENXIO') : handle;
};

/** Opens a regular file for reading. Anything else is an error: a device may have no end. */
export const openToRead = async (path: string): Promise<FileHandle> => {
  const handle = await openWithoutWait(path, constants.O_RDONLY);
  const stats = await handle.stat();
  if (stats.isFile()) return handle;
  return closedWith(handle, path, stats.isDirectory() ? 'EISDIR' : 'ENXIO');
};

/** Reads a regular file as text. */
export const readRegular = async (path: string): Promise<string> => {
  await using handle = await openToRead(path);
  return await handle.readFile('utf8');
};
