import { stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { errnoOf } from '../errno.ts';

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

const everyMs = 1000;

interface Seen {
  /** The stamp that was last reported, or that of the first poll. */
  readonly reported: string;
  readonly last: string;
}

/**
 * Calls `changed` when one of the files was saved: once its stamp is equal in two polls a second apart, so that no
 * half-written file is read. `files` is called at every poll; a file that is new in the list starts with its current
 * stamp. Polls because system notifications are lost on network file systems, in containers, and when an editor
 * replaces a file. Returns a function that stops it.
 */
export const watchFiles = (
  clock: Pick<Clock, 'every'>,
  files: () => readonly string[],
  changed: () => void,
  stamp: FileStamp = fileStamp,
): (() => void) => {
  let seen: ReadonlyMap<string, Seen> = new Map();
  let isPolling = false;
  let stopped = false;

  const poll = async (): Promise<void> => {
    const stamps = await Promise.all(files().map(async (path) => [path, await stamp(path)] as const));
    if (stopped) return;
    let saved = false;
    seen = new Map(
      stamps.map(([path, now]) => {
        const was = seen.get(path) ?? { reported: now, last: now };
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
