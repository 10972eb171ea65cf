import { fstatSync } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import type { Clock } from '../runtime/clock.ts';

const everyMs = 1000;
/** Owner-read bit in the mode of a descriptor's link. Source: proc_pid_fd(5). */
const mayRead = 0o400;

/** The descriptors of one process that read from a pipe; [] if it may not be inspected or has exited. */
const readsFrom = async (pid: string, pipe: string): Promise<readonly string[]> => {
  const dir = `/proc/${pid}/fd`;
  const readers: string[] = [];
  for (const fd of await readdir(dir).catch(() => [])) {
    const path = `${dir}/${fd}`;
    if ((await readlink(path).catch(() => '')) !== pipe) continue;
    const link = await lstat(path).catch(() => undefined);
    if (((link?.mode ?? 0) & mayRead) !== 0) readers.push(path);
  }
  return readers;
};

const readersOf = async (pipe: string): Promise<readonly string[]> => {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const readersByPid = await Promise.all(pids.map((pid) => readsFrom(pid, pipe)));
  return readersByPid.flat();
};

const pipeOf = (fd: number): string | undefined => {
  const stat = fstatSync(fd);
  return stat.isFIFO() ? `pipe:[${stat.ino}]` : undefined;
};

/**
 * Resolves to true when the pipe at a descriptor has lost its last reader, although nothing was written since.
 * Resolves to false when the signal aborts. A pipe itself reports that only on a write, so this polls the visible
 * processes for readers (Linux). If none is visible at first, it waits for the abort.
 */
export const pipeReaderClosed = async (
  fd: number,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<boolean> => {
  const pipe = pipeOf(fd);
  let readers = pipe === undefined ? [] : await readersOf(pipe);
  if (pipe === undefined || readers.length === 0) {
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return false;
  }
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal);
    const links = await Promise.all(readers.map((path) => readlink(path).catch(() => '')));
    if (links.includes(pipe)) continue;
    readers = await readersOf(pipe);
    if (readers.length === 0) return !signal.aborted;
  }
  return false;
};
