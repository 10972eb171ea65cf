import { randomUUID } from 'node:crypto';
import { readFile, readlink, symlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from './process-start.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Nobody gave the lock back in time. */
export class LockHeldError extends Error {
  constructor(path: string, holder: string, waitedMs: number) {
    super(`${path} is held by ${holder}; waited ${waitedMs} ms`);
    this.name = 'LockHeldError';
  }
}

interface Holder {
  readonly text: string;
  readonly pid: number;
  readonly start: string;
  readonly host: string;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Locks of this process that could not be removed when they were given back (a full disk may refuse even that). */
const leftBehind = new Set<string>();

/** Asked once: our own start never changes. */
let ownStart: Promise<string | undefined> | undefined;

/** `pid=… start=… host=… id=…`: whole from the first moment, because it is a symbolic link's target. */
const ownText = async (): Promise<string> => {
  ownStart ??= processStart(process.pid);
  const start = ((await ownStart) ?? '').replaceAll(/\s/g, '_');
  return `pid=${process.pid} start=${start} host=${hostname()} id=${randomUUID()}`;
};

const parseHolder = (text: string): Holder => {
  const field = (name: string): string => new RegExp(`(?:^| )${name}=(\\S*)`).exec(text)?.[1] ?? '';
  return { text, pid: Number(field('pid')), start: field('start'), host: field('host') };
};

const textAt = async (path: string): Promise<string | undefined> => {
  try {
    return await readlink(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // Not a link: not ours, but whoever put it there may have written a pid.
    if (codeOf(error) === 'EINVAL') return readFile(path, 'utf8');
    throw error;
  }
};

/** Another host's processes cannot be seen from here: they count as alive. A text without a pid is nobody's. */
const isAlive = async (holder: Holder): Promise<boolean> => {
  if (holder.host !== '' && holder.host !== hostname()) return true;
  if (!Number.isSafeInteger(holder.pid) || holder.pid <= 0) return false;
  const start = (await processStart(holder.pid))?.replaceAll(/\s/g, '_');
  if (start === undefined) return false;
  return start === '' || holder.start === '' || start === holder.start;
};

/** One try. Making a symbolic link is atomic and exclusive (EEXIST), like O_EXCL, and its content is never half-written. */
const take = async (path: string, text: string): Promise<boolean> => {
  try {
    await symlink(text, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const drop = async (path: string): Promise<void> => {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
};

/**
 * Removes the lock of a dead process. Only one at a time may (a second lock beside it), and only if it is still that
 * very lock: two that saw the same dead holder must not remove the living heir's.
 */
const bury = async (path: string, dead: Holder, waitMs: number): Promise<void> => {
  const heir = await acquireLock(`${path}.heir`, waitMs);
  try {
    if ((await textAt(path)) === dead.text) await drop(path);
  } finally {
    await heir.release();
  }
};

/**
 * Takes an exclusive lock across processes: a link at `path` that says who holds it. The lock of a process that has
 * ended (or whose id now belongs to another) is taken over. Rejects with LockHeldError after `waitMs`. Giving it back
 * never rejects: what cannot be removed is taken over by this process's next, or by anybody when this process has ended.
 */
export const acquireLock = async (
  path: string,
  waitMs: number,
  before: (write: 'lock' | 'unlock') => void = () => {},
): Promise<Lock> => {
  before('lock');
  const text = await ownText();
  const began = performance.now();
  while (!(await take(path, text))) {
    const found = await textAt(path);
    if (found === undefined) continue;
    const holder = parseHolder(found);
    if (leftBehind.has(found) || !(await isAlive(holder))) {
      await bury(path, holder, waitMs);
      continue;
    }
    const waited = Math.round(performance.now() - began);
    if (waited >= waitMs)
      throw new LockHeldError(path, `process ${holder.pid} on ${holder.host || 'this host'}`, waited);
    await sleep(2 + Math.random() * 20);
  }
  return {
    release: async () => {
      try {
        before('unlock');
        if ((await textAt(path)) === text) await drop(path);
      } catch {
        leftBehind.add(text);
      }
    },
  };
};
