import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../runtime/errno.ts';
import { privateDir } from './private-dir.ts';
import { writeFailureText } from './save-file.ts';

/** The largest recording of a session, in bytes. Source of the value: an hour of a busy terminal is some 10 MiB. */
const mostBytes = 64 * 1024 * 1024;

/** A new file that is written in order, and ends at its limit. */
export interface RecordingFile {
  readonly path: string;
  /** Size of what was written, in bytes. */
  sizeBytes(): number;
  /** Writes a line, after those before. A failure is reported by `close`. */
  write(line: string): void;
  /** Resolves when everything is on disk. Rejects with the reason when it is not. */
  close(): Promise<void>;
  /** Removes the file. */
  discard(): Promise<void>;
}

const failed = (path: string, error: unknown): Error => new Error(`${path}: ${writeFailureText(error)}`);

/**
 * Creates a private file (0600) in a directory (0700) that is created too. The caller has masked what it writes. Rejects
 * when the file cannot be created, also when the name is taken.
 */
export const createRecordingFile = async (
  dir: string,
  name: string,
  limitBytes: number = mostBytes,
): Promise<RecordingFile> => {
  const path = join(dir, name);
  try {
    await privateDir(dir);
  } catch (error) {
    throw failed(path, error);
  }
  return openRecordingFile(path, { limitBytes });
};

/** The largest recording of a cockpit, in bytes: some hours of a busy screen. */
const mostScreenBytes = 256 * 1024 * 1024;

/** Options of a new recording. */
interface RecordingFileOptions {
  readonly limitBytes?: number;
  /** Called once, when the rest cannot be written. What is on disk stays. */
  readonly ended?: (problem: Error) => void;
}

/**
 * Creates a private file (0600) in an existing directory. The caller has masked what it writes. Rejects when the file
 * cannot be created, also when the name is taken.
 */
export const openRecordingFile = async (
  path: string,
  { limitBytes = mostScreenBytes, ended }: RecordingFileOptions = {},
): Promise<RecordingFile> => {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    throw failed(path, error);
  }
  let bytes = 0;
  let problem: Error | undefined;
  let isTorn = false;
  let work: Promise<unknown> = Promise.resolve();
  const end = (why: Error): void => {
    if (problem !== undefined) return;
    problem = why;
    ended?.(why);
  };
  return {
    path,
    sizeBytes: () => bytes,
    write: (line) => {
      bytes += Buffer.byteLength(line);
      if (bytes > limitBytes)
        end(
          new Error(
            `${path}: the recording has ended at the limit of ${Math.floor(limitBytes / 1024 / 1024)} MiB`,
          ),
        );
      if (problem !== undefined) return;
      work = work
        // After a failed write the file ends in the middle of a line.
        .then(() => (isTorn ? undefined : file.writeFile(line)))
        .catch((error: unknown) => {
          isTorn = true;
          end(failed(path, error));
        });
    },
    close: async () => {
      await work;
      await file.sync().catch(() => {});
      await file.close();
      if (problem !== undefined) throw problem;
    },
    discard: async () => {
      await work;
      await file.close().catch(() => {});
      await rm(path, { force: true });
    },
  };
};

/** The largest recording that is read, in bytes: a whole one, and some more. */
const mostReadBytes = mostScreenBytes + 1024 * 1024;

/** Reads a whole recording as UTF-8. Rejects with the reason. */
export const readRecordingText = async (path: string): Promise<string> => {
  try {
    // Without O_NONBLOCK, opening a FIFO waits for a writer.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile())
      throw new Error('the path is not a regular file, but a directory, a FIFO, a socket or a device');
    if (stats.size > mostReadBytes)
      throw new Error(`the file is larger than ${mostReadBytes / 1024 / 1024} MiB, the limit for recordings`);
    return await file.readFile('utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new Error('file not found');
    if (errnoOf(error) === 'EACCES') throw new Error('permission denied');
    throw error;
  }
};
