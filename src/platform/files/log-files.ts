import { type BigIntStats, constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Millis } from '../../domain/base/fault.ts';
import { withAbort } from '../runtime/async.ts';
import type { Clock } from '../runtime/clock.ts';
import { WireError } from '../runtime/wire-error.ts';
import type { LogFile, LogFileStat, LogFiles, LogWatch } from './file-interfaces.ts';
import { toFileError } from './read-files.ts';

/**
 * Polling interval for changes without a notification: network file systems, containers, targets of symbolic links.
 */
const lookEveryMs: Millis = 250;
/** Minimum interval between two checks of a file that changes all the time. */
const atMostEveryMs: Millis = 25;

type Listener = (name: string | null) => void;

interface Directory {
  readonly watcher: FSWatcher;
  readonly listeners: Set<Listener>;
}

/**
 * Returns a function that calls a listener with the names of changed files in a directory, and returns an unsubscribe
 * function. Where the system sends no notifications, the listener is never called.
 */
const directories = (): ((dir: string, listener: Listener) => () => void) => {
  const watched = new Map<string, Directory>();
  const opened = (dir: string): Directory | undefined => {
    const known = watched.get(dir);
    if (known !== undefined) return known;
    const listeners = new Set<Listener>();
    try {
      const watcher = watch(dir, { persistent: false }, (_event, name) => {
        for (const listener of listeners) listener(name);
      });
      // A removed directory sends no more events; polling covers it.
      watcher.on('error', () => {});
      watched.set(dir, { watcher, listeners });
      return { watcher, listeners };
    } catch {
      return undefined;
    }
  };
  return (dir, listener) => {
    const directory = opened(dir);
    directory?.listeners.add(listener);
    return () => {
      if (directory === undefined) return;
      directory.listeners.delete(listener);
      if (directory.listeners.size > 0) return;
      directory.watcher.close();
      if (watched.get(dir)?.watcher === directory.watcher) watched.delete(dir);
    };
  };
};

/** Watches files of this machine: one system watch per directory, plus polling four times a second. */
const watches = (clock: Clock): ((path: string) => LogWatch) => {
  const listen = directories();
  return (path) => {
    const name = basename(path);
    let dirty = false;
    let wake = (): void => {};
    const deaf = listen(dirname(path), (changed) => {
      if (changed !== null && changed !== name) return;
      dirty = true;
      wake();
    });
    let lastAt = Number.NEGATIVE_INFINITY;
    return {
      changed: async (signal) => {
        const early = lastAt + atMostEveryMs - clock.now();
        if (early > 0) await clock.sleep(early, signal);
        if (!dirty && !signal.aborted) {
          const over = new AbortController();
          wake = () => over.abort();
          await clock.sleep(lookEveryMs, AbortSignal.any([signal, over.signal]));
        }
        dirty = false;
        lastAt = clock.now();
      },
      close: deaf,
    };
  };
};

/** The most files with a log's name prefix in its directory; beyond it, rotated files are not searched for. */
const maxSiblings = 5000;

const statOf = (path: string, stats: BigIntStats): LogFileStat => {
  if (!stats.isFile())
    throw new WireError(
      'malformed',
      `is ${stats.isDirectory() ? 'a directory' : 'a FIFO, a socket or a device'}, not a file`,
    );
  return {
    path,
    id: `${stats.dev}:${stats.ino}`,
    sizeBytes: Number(stats.size),
    writtenAt: Number(stats.mtimeNs) / 1e6,
  };
};

const asFileCall = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  try {
    return await withAbort(signal, work);
  } catch (error) {
    throw toFileError(error);
  }
};

const statIfPresent = async (path: string): Promise<LogFileStat | undefined> => {
  try {
    return statOf(path, await stat(path, { bigint: true }));
  } catch (error) {
    const known = toFileError(error);
    if (known instanceof WireError && known.kind === 'missing') return undefined;
    throw known;
  }
};

const toLogFile = (path: string, id: string, handle: FileHandle): LogFile => {
  /** The read in progress. One that hangs on a lost network file system keeps the file open, but blocks no caller. */
  let reading: Promise<unknown> = Promise.resolve();
  return {
    path,
    id,
    stat: (signal) => asFileCall(signal, async () => statOf(path, await handle.stat({ bigint: true }))),
    read: (into, offset, signal) =>
      asFileCall(signal, async () => {
        const read = handle.read(into, 0, into.length, offset);
        reading = read.catch(() => {});
        return (await read).bytesRead;
      }),
    close: async () => {
      void reading.then(() => handle.close()).catch(() => {});
    },
  };
};

/** O_NONBLOCK opens at once, in case the path has become a FIFO since `stat`. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

const openFile = async (path: string): Promise<LogFile> => {
  statOf(path, await stat(path, { bigint: true }));
  const handle = await open(path, flags);
  try {
    return toLogFile(path, statOf(path, await handle.stat({ bigint: true })).id, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** Opens a file. After an abort it is closed as soon as it is open: its caller never gets it. */
const openUntilAborted = (path: string, signal: AbortSignal): Promise<LogFile> => {
  const opening = openFile(path);
  return asFileCall(signal, () => opening).catch((error: unknown) => {
    void opening.then((file) => file.close()).catch(() => {});
    throw error;
  });
};

const filesIn = async (
  dirs: ReadonlySet<string>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly LogFileStat[]> => {
  const fileStats: LogFileStat[] = [];
  for (const dir of dirs) {
    const inside = (await readdir(dir)).filter((name) => names.some((text) => name.startsWith(text)));
    if (inside.length > maxSiblings)
      throw new WireError(
        'malformed',
        `has more than ${maxSiblings} files with the same name prefix in the directory. Move old logs away`,
      );
    for (const name of inside) {
      signal.throwIfAborted();
      // A file that no longer exists, or is not a regular file, is no rotation target.
      const fileStat = await statIfPresent(join(dir, name)).catch(() => undefined);
      if (fileStat !== undefined) fileStats.push(fileStat);
    }
  }
  return fileStats;
};

const siblingsOf = async (
  path: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly LogFileStat[]> => {
  const real = await realpath(path).catch(() => path);
  const dirs = new Set([dirname(path), dirname(real)]);
  let fileStats = await filesIn(dirs, names, signal);
  // During a rename a file may appear twice or not at all: repeat until two listings agree.
  for (let tries = 0; tries < mostTries; tries += 1) {
    const again = await filesIn(dirs, names, signal);
    const isSame = namesOf(again) === namesOf(fileStats);
    fileStats = again;
    if (isSame) break;
  }
  return fileStats.filter((fileStat) => fileStat.path !== path);
};
const mostTries = 20;

const namesOf = (files: readonly LogFileStat[]): string =>
  files
    .map(({ path, id }) => `${id} ${path}`)
    .sort()
    .join('\n');

const unpacked = async function* (path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const file = await openUntilAborted(path, signal);
  const raw = async function* (): AsyncGenerator<Buffer, void> {
    for (let index = 0; ; ) {
      const buffer = Buffer.allocUnsafe(packedBytes);
      const count = await file.read(buffer, index, signal);
      if (count === 0) return;
      index += count;
      yield buffer.subarray(0, count);
    }
  };
  try {
    // The pipeline passes its errors to the reader.
    yield* pipeline(raw(), createGunzip({ chunkSize: packedBytes }), () => {});
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      ? new WireError('malformed', 'is not a gzip file, or is truncated: opsdeck does not read this file')
      : error;
  } finally {
    await file.close();
  }
};
const packedBytes = 256 * 1024;

/**
 * Opens the log files of this machine. Changes are detected by system notifications, and by polling four times a
 * second.
 */
export const openLogFiles = (clock: Clock, open: (signal: AbortSignal) => AbortSignal): LogFiles => {
  return {
    stat: (path, signal) => asFileCall(open(signal), () => statIfPresent(path)),
    open: (path, signal) => openUntilAborted(path, open(signal)),
    siblings: (path, names, signal) => asFileCall(open(signal), () => siblingsOf(path, names, open(signal))),
    unpacked: (path, signal) => unpacked(path, open(signal)),
    watch: watches(clock),
  };
};
