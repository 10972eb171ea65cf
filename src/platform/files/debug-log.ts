import { closeSync, constants, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import { makeDirSync } from './make-dir.ts';
import { appendNoFollow, UnsafeDirError } from './private-dir.ts';

/** Size limit of the log. Beyond it the log is renamed to `.1` and replaces the previous `.1`. */
const maxBytes = 5 * 1024 * 1024;

export interface DebugLog {
  /** Writes one line with a timestamp, synchronously, so that a crash loses nothing. */
  write(text: string): void;
}

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};

/**
 * Opens a log file of at most 5 MiB with one predecessor of at most 5 MiB. `mask` removes secrets. The first write
 * failure is reported through `failed`; after it nothing more is written.
 */
export const openDebugLog = (
  path: string,
  mask: (text: string) => string,
  failed: (why: string) => void,
): DebugLog => {
  let size = 0;
  let isWritable = true;
  const attempt = (work: () => void): void => {
    if (!isWritable) return;
    try {
      work();
    } catch (error) {
      isWritable = false;
      failed(errorMessage(error));
    }
  };
  attempt(() => {
    const dir = dirname(path);
    makeDirSync(dir, 0o700);
    if ((statSync(dir).mode & constants.S_IWOTH) !== 0) throw new UnsafeDirError(dir);
    size = sizeOf(path);
  });
  return {
    write: (text) =>
      attempt(() => {
        const line = `${new Date().toISOString()} ${process.pid} ${mask(text).replaceAll('\n', '\n  ')}\n`;
        if (size > 0 && size + line.length > maxBytes) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        const file = openSync(path, appendNoFollow, 0o600);
        try {
          writeSync(file, line);
        } finally {
          closeSync(file);
        }
        size += Buffer.byteLength(line);
      }),
  };
};
