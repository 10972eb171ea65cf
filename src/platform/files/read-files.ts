import { constants, createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { withAbort } from '../runtime/async.ts';
import { toAbortError, WireError } from '../runtime/wire-error.ts';
import type { Disk, FilePart, FileStat, FileText, ReadFiles } from './file-interfaces.ts';
import { globPaths } from './glob.ts';

/** Source: RFC 1952 §2.3.1. */
const gzipMagic = Buffer.from([0x1f, 0x8b]);

const isPacked = async (path: string): Promise<boolean> => {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.equals(gzipMagic);
};

const toPathError = (error: unknown, path: string, signal: AbortSignal): unknown => {
  if (signal.aborted) return toAbortError(signal);
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
    return new WireError(
      'malformed',
      `${path}: the compressed content cannot be read to the end (${error.message})`,
    );
  const known = toFileError(error);
  return known instanceof WireError ? new WireError(known.kind, `${path}: ${known.message}`) : known;
};

/** Opens the disk of this machine. `bound` adds further conditions that end a call. */
export const openDisk = (bound: (signal: AbortSignal) => AbortSignal): Disk => {
  const { stat } = openReadFiles(bound);
  return {
    stat,
    free: async (path, signal) => {
      signal.throwIfAborted();
      try {
        const { bavail, bsize } = await statfs(dirname(path));
        return bavail * bsize;
      } catch (error) {
        throw toPathError(error, dirname(path), signal);
      }
    },
    bytes: async function* (path, signal) {
      const stop = bound(signal);
      try {
        requireRegularFile(await stat(path, stop));
        const packed = await isPacked(path);
        const raw = createReadStream(path, { signal: stop });
        // The pipeline passes its errors to the reader.
        yield* packed ? pipeline(raw, createGunzip(), () => {}) : raw;
      } catch (error) {
        throw toPathError(error, path, stop);
      }
    },
  };
};

/** Opens files as sources read them: bounded in size and time, regular files only. */
export const openReadFiles = (bound: (signal: AbortSignal) => AbortSignal): ReadFiles => {
  const asFileCall = async <T>(
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const stop = bound(signal);
    try {
      // A hanging network file system blocks its own call only.
      return await withAbort(stop, () => work(stop));
    } catch (error) {
      throw toFileError(error);
    }
  };
  return {
    list: (glob, signal) => asFileCall(signal, (stop) => globPaths(glob, stop)),
    stat: (path, signal) => asFileCall(signal, async () => statOf(path, await stat(path))),
    read: (path, part, signal) => asFileCall(signal, (stop) => readPart(path, part, stop)),
  };
};

const statOf = (path: string, stats: Stats): FileStat => ({
  path,
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
  sizeBytes: stats.size,
  runnable: (stats.mode & 0o111) !== 0,
  writtenAt: stats.mtimeMs,
  id: `${stats.dev}:${stats.ino}`,
});

/** Throws `malformed` for anything but a regular file. */
export const requireRegularFile = ({ kind }: FileStat): void => {
  if (kind === 'file') return;
  const what = kind === 'directory' ? 'a directory' : 'a FIFO, a socket or a device';
  throw new WireError('malformed', `is ${what}, not a file`);
};

const readPart = async (path: string, part: FilePart, signal: AbortSignal): Promise<FileText> => {
  requireRegularFile(statOf(path, await stat(path)));
  // O_NONBLOCK opens at once, in case the path has become a FIFO since `stat`.
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fileStat = statOf(path, await file.stat());
  requireRegularFile(fileStat);
  const { sizeBytes } = fileStat;
  const begin =
    part.from === 'head' ? 0 : part.from === 'tail' ? Math.max(0, sizeBytes - part.maxBytes) : part.from;
  const bytes = await bytesOf(file, begin, part.maxBytes, signal);
  const end = begin + bytes.length;
  const whole = begin === 0 && end >= sizeBytes;
  const linesEnd = begin + bytes.lastIndexOf(lineFeed) + 1;
  return { ...fileStat, raw: decodeFilePart(bytes, begin), begin, end, linesEnd, whole };
};

export const lineFeed = 0x0a;
const chunkBytes = 256 * 1024;

const bytesOf = async (
  file: FileHandle,
  begin: number,
  max: number,
  signal: AbortSignal,
): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < max) {
    signal.throwIfAborted();
    const chunkSize = Math.min(chunkBytes, max - size);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkSize), 0, chunkSize, begin + size);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  return Buffer.concat(chunks);
};

/** Decodes a part that begins at an offset of its file. Throws `malformed` for anything but UTF-8 text. */
export const decodeFilePart = (bytes: Uint8Array, begin: number): string => {
  const [first, second] = bytes;
  const isUtf16 = begin === 0 && ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff));
  if (isUtf16)
    throw new WireError('malformed', 'is UTF-16 text, and opsdeck reads only UTF-8: convert the file');
  if (bytes.includes(0)) throw new WireError('malformed', 'contains NUL bytes, so the file is not text');
  return new TextDecoder().decode(bytes).replaceAll('\r\n', '\n');
};

/** Error kinds and texts by error code. Source: errno(3). */
const words: Readonly<Record<string, readonly ['missing' | 'denied' | 'malformed' | 'unreachable', string]>> =
  {
    ENOENT: ['missing', 'no such file'],
    ENOTDIR: ['missing', 'no such file: a part of the path is not a directory'],
    ELOOP: ['malformed', 'the path is a loop of symbolic links'],
    EACCES: ['denied', 'cannot be read: permission denied'],
    EPERM: ['denied', 'cannot be read: permission denied'],
    EISDIR: ['malformed', 'is a directory, not a file'],
    ENXIO: ['malformed', 'is a FIFO, a socket or a device, not a file'],
    ENAMETOOLONG: ['malformed', 'a name in the path is too long for the file system: use a shorter one'],
    EIO: ['unreachable', 'I/O error'],
    ESTALE: ['unreachable', 'the network file system no longer knows the file (stale handle)'],
    EHOSTDOWN: ['unreachable', 'the network file system does not respond'],
    ETIMEDOUT: ['unreachable', 'the network file system does not respond'],
    EMFILE: ['unreachable', 'this machine has too many open files, so opsdeck cannot open another one'],
    ENFILE: ['unreachable', 'this machine has too many open files, so opsdeck cannot open another one'],
  };

/** Converts the failure of a file call to a WireError if its code is known. */
export const toFileError = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof WireError || !('code' in error)) return error;
  const known = words[String(error.code)];
  return known === undefined ? error : new WireError(...known);
};
