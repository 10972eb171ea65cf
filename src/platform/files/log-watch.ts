import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../clock.ts';
import type { LogWatch } from './log-file-shapes.ts';

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
export const watches = (clock: Clock): ((path: string) => LogWatch) => {
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
