import { randomUUID } from 'node:crypto';
import { readFile, readlink, symlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formatPidNamespace,
  isProcessAlive,
  ownPidNamespace,
  processStart,
} from '../processes/process-identity.ts';

export interface Lock {
  /** False when somebody has taken it away. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Nobody gave the lock back in time. */
export class LockHeldError extends Error {
  /** What its holder said of itself; '' when it said nothing. */
  readonly note: string;
  /** What to do where it cannot be seen from here whether the holder has ended; '' where it can be seen. */
  readonly remedy: string;
  constructor(path: string, holder: string, waitedMs: number, { note = '', remedy = '' } = {}) {
    super(`${path} is held by ${holder}; waited ${waitedMs} ms${remedy === '' ? '' : `. ${remedy}`}`);
    this.name = 'LockHeldError';
    this.note = note;
    this.remedy = remedy;
  }
}

interface Holder {
  readonly text: string;
  readonly pid: number;
  readonly start: string;
  readonly host: string;
  readonly place: string;
  readonly note: string;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Locks of this process that could not be removed when they were given back (a full disk may refuse even that). */
const leftBehind = new Set<string>();

/** Asked once: our own start never changes. */
let ownStart: Promise<string | undefined> | undefined;

/** `pid=… start=… host=… place=… id=… note=…`: whole from the first moment, because it is a symbolic link's target. */
const ownText = async (note: string): Promise<string> => {
  ownStart ??= processStart(process.pid);
  const start = ((await ownStart) ?? '').replaceAll(/\s/g, '_');
  const said = note === '' ? '' : ` note=${encodeURIComponent(note)}`;
  const place = await ownPidNamespace();
  const placed = place === undefined ? '' : ` place=${formatPidNamespace(place)}`;
  return `pid=${process.pid} start=${start} host=${hostname()}${placed} id=${randomUUID()}${said}`;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
};

const parseHolder = (text: string): Holder => {
  const field = (name: string): string => new RegExp(`(?:^| )${name}=(\\S*)`).exec(text)?.[1] ?? '';
  const note = decoded(field('note'));
  return {
    text,
    pid: Number(field('pid')),
    start: field('start'),
    host: field('host'),
    place: field('place'),
    note,
  };
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

/** Processes of another machine or container cannot be seen from here: they count as alive. */
const isAlive = async (holder: Holder): Promise<boolean> => (await isProcessAlive(holder)) !== false;

/** What to do about the lock of a process that cannot be seen from here; '' for others, which are taken over by themselves. */
const remedyFor = async (path: string, holder: Holder): Promise<string> =>
  (await isProcessAlive(holder)) === 'unknown'
    ? `That process runs on another machine, in another container, or under an earlier name of this host; if it has ended, remove ${path}`
    : '';

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

const burialMs = 1000;

/**
 * Removes the lock of a dead process. Only one at a time may (a second lock beside it), and only if it is still that
 * very lock: two that saw the same dead holder must not remove the living heir's.
 */
const bury = async (path: string, dead: Holder, waitMs: number): Promise<void> => {
  // Whoever buries it is done in a moment: that is waited for also by one that waits for nothing else.
  const heir = await acquireLock(`${path}.heir`, Math.max(waitMs, burialMs));
  try {
    if ((await textAt(path)) === dead.text) await drop(path);
  } finally {
    await heir.release();
  }
};

/** What the living holder of a lock says of itself, and `remedy` as LockHeldError has it; undefined when no process holds it. */
export const readLockHolder = async (
  path: string,
): Promise<{ readonly note: string; readonly remedy: string } | undefined> => {
  const text = await textAt(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(text);
  if (leftBehind.has(text) || !(await isAlive(holder))) return undefined;
  return { note: holder.note, remedy: await remedyFor(path, holder) };
};

/**
 * Takes an exclusive lock across processes: a link at `path` that says who holds it, and `note` (at most some hundred
 * letters). The lock of a process that has ended (or whose id now belongs to another) is taken over. Rejects with
 * LockHeldError after `waitMs`. Giving it back never rejects: what cannot be removed is taken over by this process's next,
 * or by anybody when this process has ended.
 */
export const acquireLock = async (
  path: string,
  waitMs: number,
  before: (write: 'lock' | 'unlock') => void = () => {},
  note = '',
): Promise<Lock> => {
  before('lock');
  const text = await ownText(note);
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
      throw new LockHeldError(path, `process ${holder.pid} on ${holder.host || 'this host'}`, waited, {
        note: holder.note,
        remedy: await remedyFor(path, holder),
      });
    await sleep(2 + Math.random() * 20);
  }
  return {
    held: async () => (await textAt(path)) === text,
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
