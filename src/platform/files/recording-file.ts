import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateDir } from './private-dir.ts';
import { writeFailureText } from './save-file.ts';

/** The largest recording, in bytes. Source of the value: an hour of a busy terminal is some 10 MiB. */
const mostBytes = 64 * 1024 * 1024;

/** A new file that is written in order, and ends at its limit. */
export interface RecordingFile {
  readonly path: string;
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
  let file: FileHandle;
  try {
    await privateDir(dir);
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    throw failed(path, error);
  }
  let bytes = 0;
  let problem: Error | undefined;
  let work: Promise<unknown> = Promise.resolve();
  return {
    path,
    write: (line) => {
      bytes += Buffer.byteLength(line);
      if (problem === undefined && bytes > limitBytes)
        problem = new Error(`${path}: ends at ${Math.floor(limitBytes / 1024 / 1024)} MiB`);
      if (problem !== undefined) return;
      work = work
        .then(() => file.writeFile(line))
        .catch((error: unknown) => {
          problem ??= failed(path, error);
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
