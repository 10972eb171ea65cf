import { stat } from 'node:fs/promises';
import type { Clock } from '../runtime/clock.ts';
import { errnoOf } from '../runtime/errno.ts';

/** Returns a value that changes with the file. A missing or unreadable file has a value too. */
type FileStamp = (path: string) => Promise<string>;

/** Inode, size and modification time: an editor may rewrite a file in place or replace it. */
export const fileStamp: FileStamp = async (path) => {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return errnoOf(error) || 'unseen';
  }
};

/** Files with their stamps at one moment. */
export type FileStamps = ReadonlyMap<string, string>;

/** Takes the stamps of files, before they are read. */
export const fileStamps = async (
  paths: readonly string[],
  stamp: FileStamp = fileStamp,
): Promise<FileStamps> =>
  new Map(await Promise.all(paths.map(async (path) => [path, await stamp(path)] as const)));

const everyMs = 1000;

const isStamps = (files: readonly string[] | FileStamps): files is FileStamps => files instanceof Map;

interface Seen {
  /** The stamp that was last reported, or that of the beginning. */
  readonly reported: string;
  readonly last: string;
}

/**
 * Calls `changed` when one of the files was saved: once its stamp is equal in two polls a second apart, so that no
 * half-written file is read. `files` is called at every poll. A file that is new in the list starts with the stamp that it
 * has there, because it may have been saved after it was read and before this poll; without one it counts as saved, except
 * at the first poll. Polls because system notifications are lost on network file systems, in containers, and when an editor
 * replaces a file. Returns a function that stops it.
 */
export const watchFiles = (
  clock: Pick<Clock, 'every'>,
  files: () => readonly string[] | FileStamps,
  changed: () => void,
  stamp: FileStamp = fileStamp,
): (() => void) => {
  let seen: ReadonlyMap<string, Seen> = new Map();
  let isFirst = true;
  let isPolling = false;
  let stopped = false;

  const poll = async (): Promise<void> => {
    const watched = files();
    const [paths, read] = isStamps(watched) ? [[...watched.keys()], watched] : [watched, undefined];
    const stamps = await fileStamps(paths, stamp);
    if (stopped) return;
    let saved = !isFirst && read === undefined && paths.some((path) => !seen.has(path));
    isFirst = false;
    seen = new Map(
      [...stamps].map(([path, now]) => {
        const first = read?.get(path) ?? now;
        const was = seen.get(path) ?? { reported: first, last: first };
        const settled = now === was.last && now !== was.reported;
        saved ||= settled;
        return [path, { reported: settled ? now : was.reported, last: now }];
      }),
    );
    if (saved) changed();
  };

  const lookOnce = (): void => {
    if (isPolling) return;
    isPolling = true;
    void poll().finally(() => {
      isPolling = false;
    });
  };
  // The first poll runs at once, so that a save within the first second is detected.
  lookOnce();
  const stop = clock.every(everyMs, lookOnce);
  return () => {
    stopped = true;
    stop();
  };
};
