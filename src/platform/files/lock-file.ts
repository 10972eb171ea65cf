import { randomUUID } from 'node:crypto';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formatPidNamespace,
  isProcessAlive,
  ownPidNamespace,
  processStart,
} from '../processes/process-identity.ts';
import { errnoOf } from '../runtime/errno.ts';
import { readRegular } from './open-regular.ts';

export interface Lock {
  /** False if another process has taken it over. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Thrown when the holder did not release the lock in time. */
export class LockHeldError extends Error {
  /** The note of the holder; '' if it left none. */
  readonly note: string;
  /** The remedy if it cannot be determined from here whether the holder has ended; '' otherwise. */
  readonly remedy: string;
  constructor(path: string, holder: string, waitedMs: number, { note = '', remedy = '' } = {}) {
    super(`${path} is held by ${holder}. Waited ${waitedMs} ms${remedy === '' ? '' : `. ${remedy}`}`);
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

/** Locks of this process whose removal failed on release; a full disk may refuse even that. */
const unreleased = new Set<string>();

/** Cached: the start time of this process never changes. */
let ownStart: Promise<string | undefined> | undefined;

/** `pid=… start=… host=… place=… id=… note=…`. Written atomically as the target of a symbolic link. */
const ownText = async (note: string): Promise<string> => {
  ownStart ??= processStart(process.pid);
  const start = ((await ownStart) ?? '').replaceAll(/\s/g, '_');
  const noteText = note === '' ? '' : ` note=${encodeURIComponent(note)}`;
  const place = await ownPidNamespace();
  const placeText = place === undefined ? '' : ` place=${formatPidNamespace(place)}`;
  return `pid=${process.pid} start=${start} host=${hostname()}${placeText} id=${randomUUID()}${noteText}`;
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
    if (errnoOf(error) === 'ENOENT') return undefined;
    // A regular file instead of a link: not created by opsdeck, but it may contain a pid.
    if (errnoOf(error) === 'EINVAL') return readRegular(path);
    throw error;
  }
};

/** Processes of another machine or container are not visible from here and count as alive. */
const isAlive = async (holder: Holder): Promise<boolean> => (await isProcessAlive(holder)) !== false;

/** The remedy for a lock whose holder is not visible from here; '' for others, which are taken over automatically. */
const remedyFor = async (path: string, holder: Holder): Promise<string> =>
  (await isProcessAlive(holder)) === 'unknown'
    ? `The process runs on another machine, in another container, or under an earlier name of this host. If the process has ended, remove ${path}`
    : '';

/**
 * Tries once. Creating a symbolic link is atomic and exclusive (EEXIST), like O_EXCL, and its content is never
 * half-written.
 */
const tryLock = async (path: string, text: string): Promise<boolean> => {
  try {
    await symlink(text, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const drop = async (path: string): Promise<void> => {
  await unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
};

const burialMs = 1000;

/**
 * Removes the lock of a dead process. A second lock beside it lets only one process do so, and only if the text is
 * unchanged. Otherwise two processes that saw the same dead holder could remove the lock of its living successor.
 */
const removeDeadLock = async (path: string, dead: Holder, waitMs: number): Promise<void> => {
  // Removal takes a moment, so even a caller with a wait of 0 waits for it.
  const successor = await acquireLock(`${path}.heir`, Math.max(waitMs, burialMs)); // words: quoted: on disk
  try {
    if ((await textAt(path)) === dead.text) await drop(path);
  } finally {
    await successor.release();
  }
};

/**
 * Returns the note of the living holder of a lock, and `remedy` as in LockHeldError; undefined if no process holds
 * it.
 */
export const readLockHolder = async (
  path: string,
): Promise<{ readonly note: string; readonly remedy: string } | undefined> => {
  const text = await textAt(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(text);
  if (unreleased.has(text) || !(await isAlive(holder))) return undefined;
  return { note: holder.note, remedy: await remedyFor(path, holder) };
};

/**
 * Takes an exclusive lock across processes: a symbolic link at `path` whose target names the holder and carries
 * `note` (a few hundred characters at most). The lock of a process that has ended, or whose pid was reused, is taken
 * over. Rejects with LockHeldError after `waitMs`. `release` never rejects: a lock that cannot be removed is taken
 * over by the next `acquireLock` of this process, or by any process after this one has ended.
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
  while (!(await tryLock(path, text))) {
    const content = await textAt(path);
    if (content === undefined) continue;
    const holder = parseHolder(content);
    if (unreleased.has(content) || !(await isAlive(holder))) {
      await removeDeadLock(path, holder, waitMs);
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
        unreleased.add(text);
      }
    },
  };
};
