import { stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';

/** What tells one state of a file from another; a file that is not there, or cannot be seen, has one too. */
type FileStamp = (path: string) => Promise<string>;

/** By its number, size and time of change: an editor may write a file in place, or put another one in its place. */
export const fileStamp: FileStamp = async (path) => {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unseen';
  }
};

const everyMs = 1000;

interface Seen {
  /** What was last told of, or was there at the first look. */
  readonly told: string;
  readonly last: string;
}

/**
 * Calls `changed` when one of the files was saved: once it looks the same in two looks, a second apart, so that nobody
 * reads what is still being written. `files` is asked at every look; a file that is new in it begins as it is. It looks
 * rather than being told, because notices of the system are lost on network disks, in containers and when an editor
 * replaces a file. Returns how to stop.
 */
export const watchFiles = (
  clock: Pick<Clock, 'every'>,
  files: () => readonly string[],
  changed: () => void,
  stamp: FileStamp = fileStamp,
): (() => void) => {
  let seen: ReadonlyMap<string, Seen> = new Map();
  let looking = false;
  let stopped = false;

  const look = async (): Promise<void> => {
    const stamps = await Promise.all(files().map(async (path) => [path, await stamp(path)] as const));
    if (stopped) return;
    let saved = false;
    seen = new Map(
      stamps.map(([path, now]) => {
        const was = seen.get(path) ?? { told: now, last: now };
        const settled = now === was.last && now !== was.told;
        saved ||= settled;
        return [path, { told: settled ? now : was.told, last: now }];
      }),
    );
    if (saved) changed();
  };

  const lookOnce = (): void => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  };
  // At once: what is saved before the first second is over, or while the machine is busy, is a change already.
  lookOnce();
  const stop = clock.every(everyMs, lookOnce);
  return () => {
    stopped = true;
    stop();
  };
};
