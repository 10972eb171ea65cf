import { type BigIntStats, constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Millis } from '../../domain/fault.ts';
import { withAbort } from '../async.ts';
import type { Clock } from '../clock.ts';
import { WireError } from '../wire-error.ts';
import type { LogFile, LogFileStat, LogFiles, LogWatch } from './file-interfaces.ts';
import { toFileError } from './read-files.ts';

/** So often it is looked where the system tells of nothing: on network disks, in containers, for what a link leads to. */
const lookEveryMs: Millis = 250;
/** A file that is written to all the time is not looked at more often than this. */
const atMostEveryMs: Millis = 25;

type Listener = (name: string | null) => void;

interface Directory {
  readonly watcher: FSWatcher;
  readonly listeners: Set<Listener>;
}

/** Calls a listener with the names of a directory's files that change; returns how to stop. Where the system tells of none, nothing is called. */
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
      // A directory that has gone says no more: looking does.
      watcher.on('error', () => {});
      watched.set(dir, { watcher, listeners });
      return { watcher, listeners };
    } catch {
      return undefined;
    }
  };
  return (dir, listener) => {
    const found = opened(dir);
    found?.listeners.add(listener);
    return () => {
      if (found === undefined) return;
      found.listeners.delete(listener);
      if (found.listeners.size > 0) return;
      found.watcher.close();
      if (watched.get(dir)?.watcher === found.watcher) watched.delete(dir);
    };
  };
};

/** Watches files of this machine: one watch of the system per directory, and a look four times a second beside it. */
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

/** A directory with more files than this is not looked through for those that a log was rotated to. */
const mostBeside = 5000;

const statOf = (path: string, found: BigIntStats): LogFileStat => {
  if (!found.isFile())
    throw new WireError(
      'malformed',
      `is ${found.isDirectory() ? 'a directory' : 'a FIFO, a socket or a device'}, not a file`,
    );
  return {
    path,
    id: `${found.dev}:${found.ino}`,
    sizeBytes: Number(found.size),
    writtenAt: Number(found.mtimeNs) / 1e6,
  };
};

const asked = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  try {
    return await withAbort(signal, work);
  } catch (error) {
    throw toFileError(error);
  }
};

const look = async (path: string): Promise<LogFileStat | undefined> => {
  try {
    return statOf(path, await stat(path, { bigint: true }));
  } catch (error) {
    const known = toFileError(error);
    if (known instanceof WireError && known.kind === 'missing') return undefined;
    throw known;
  }
};

const held = (path: string, id: string, handle: FileHandle): LogFile => {
  /** A read that hangs on a lost network file system keeps the file open, and nobody waiting. */
  let reading: Promise<unknown> = Promise.resolve();
  return {
    path,
    id,
    stat: (signal) => asked(signal, async () => statOf(path, await handle.stat({ bigint: true }))),
    read: (into, at, signal) =>
      asked(signal, async () => {
        const read = handle.read(into, 0, into.length, at);
        reading = read.catch(() => {});
        return (await read).bytesRead;
      }),
    close: async () => {
      void reading.then(() => handle.close()).catch(() => {});
    },
  };
};

/** Should it have become a FIFO since it was looked at: O_NONBLOCK opens one at once instead of waiting for a writer. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

const openFile = async (path: string): Promise<LogFile> => {
  statOf(path, await stat(path, { bigint: true }));
  const handle = await open(path, flags);
  try {
    return held(path, statOf(path, await handle.stat({ bigint: true })).id, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
};

const filesIn = async (
  dirs: ReadonlySet<string>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly LogFileStat[]> => {
  const found: LogFileStat[] = [];
  for (const dir of dirs) {
    const inside = (await readdir(dir)).filter((name) => names.some((one) => name.startsWith(one)));
    if (inside.length > mostBeside)
      throw new WireError('malformed', `has more than ${mostBeside} files beside it with the same name prefix`);
    for (const name of inside) {
      signal.throwIfAborted();
      // What is gone by now, or is no file, was not rotated to.
      const one = await look(join(dir, name)).catch(() => undefined);
      if (one !== undefined) found.push(one);
    }
  }
  return found;
};

const besideOf = async (
  path: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly LogFileStat[]> => {
  const real = await realpath(path).catch(() => path);
  const dirs = new Set([dirname(path), dirname(real)]);
  let found = await filesIn(dirs, names, signal);
  // While files are renamed one may be seen twice, or not at all: only what two looks see alike is how it is.
  for (let tries = 0; tries < mostTries; tries += 1) {
    const again = await filesIn(dirs, names, signal);
    const isSame = namesOf(again) === namesOf(found);
    found = again;
    if (isSame) break;
  }
  return found.filter((one) => one.path !== path);
};
const mostTries = 20;

const namesOf = (files: readonly LogFileStat[]): string =>
  files
    .map(({ path, id }) => `${id} ${path}`)
    .sort()
    .join('\n');

const unpacked = async function* (path: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const file = await asked(signal, () => openFile(path));
  const raw = async function* (): AsyncGenerator<Buffer, void> {
    for (let at = 0; ; ) {
      const buffer = Buffer.allocUnsafe(packedBytes);
      const count = await file.read(buffer, at, signal);
      if (count === 0) return;
      at += count;
      yield buffer.subarray(0, count);
    }
  };
  try {
    // Its errors come to whoever reads.
    yield* pipeline(raw(), createGunzip({ chunkSize: packedBytes }), () => {});
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      ? new WireError('malformed', 'is not a gzip file, or is truncated')
      : error;
  } finally {
    await file.close();
  }
};
const packedBytes = 256 * 1024;

/** The log files of this machine. A change is told by the system where it tells of any, and looked for four times a second. */
export const openLogFiles = (clock: Clock, open: (signal: AbortSignal) => AbortSignal): LogFiles => {
  return {
    stat: (path, signal) => asked(open(signal), () => look(path)),
    open: (path, signal) => {
      const opening = openFile(path);
      return asked(open(signal), () => opening).catch((error: unknown) => {
        void opening.then((file) => file.close()).catch(() => {});
        throw error;
      });
    },
    siblings: (path, names, signal) => asked(open(signal), () => besideOf(path, names, open(signal))),
    unpacked: (path, signal) => unpacked(path, open(signal)),
    watch: watches(clock),
  };
};
