import type { Millis } from '../../domain/base/fault.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Files } from '../../platform/files/local-files.ts';

/** A time within which a task has to be done with all files that it reads. */
export interface TimeBudget {
  /** Files that cannot be read once the time has passed: the error says so. */
  limit(files: Files): Files;
}

/** A file is not read because the time has passed. */
export class OutOfTimeError extends Error {
  constructor(ms: Millis) {
    super(`not read in time: the files before it took longer than ${formatDuration(ms)}`);
  }
}

/** Begins a time budget. `elapsed`: milliseconds of a clock that only advances. */
export const beginTimeBudget = (ms: Millis, elapsed: () => Millis): TimeBudget => {
  const began = elapsed();
  const check = (): void => {
    if (elapsed() - began > ms) throw new OutOfTimeError(ms);
  };
  return {
    limit: (files) => ({
      list: (dir) => files.list(dir),
      ...(files.isDirectory === undefined
        ? {}
        : { isDirectory: async (path) => (await files.isDirectory?.(path)) === true }),
      read: async (path) => {
        check();
        const text = await files.read(path);
        // Many reads begin at once, and what is read is worked on in between.
        check();
        return text;
      },
    }),
  };
};
