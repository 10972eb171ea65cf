import { closeSync, constants, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { appendNoFollow, UnsafeDirError } from './private-dir.ts';

/** Beyond this the log is put aside as `.1`, and what was put aside before is gone. */
const maxBytes = 5 * 1024 * 1024;

export interface DebugLog {
  /** One line, with the time before it. Written at once, so that a crash loses none. */
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
 * A log file that is never larger than 5 MiB, nor its predecessor. `mask` takes out secrets. A file that cannot be
 * written is told once through `failed`, and then no more is written.
 */
export const openDebugLog = (
  path: string,
  mask: (text: string) => string,
  failed: (why: string) => void,
): DebugLog => {
  let size = 0;
  let works = true;
  const attempt = (work: () => void): void => {
    if (!works) return;
    try {
      work();
    } catch (error) {
      works = false;
      failed(error instanceof Error ? error.message : String(error));
    }
  };
  attempt(() => {
    const dir = dirname(path);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
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
