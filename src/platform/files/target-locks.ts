import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { whenAll } from '../runtime/async.ts';
import { acquireLock, type Lock, LockHeldError, readLockHolder } from './lock-file.ts';
import { privateDir } from './private-dir.ts';

/** The holder of a target lock. */
export interface LockNote {
  readonly who: string;
  readonly host: string;
  readonly run: string;
  readonly runbook: string;
  /** Wall-clock ms. */
  readonly at: Millis;
}

/**
 * A requested target that another run holds. `note`: absent if its lock does not name the holder. `remedy`: set if it
 * cannot be determined from here whether the holder has ended.
 */
export interface LockConflict {
  readonly key: string;
  /** The path of its lock. */
  readonly path: string;
  readonly note?: LockNote;
  readonly remedy?: string;
}

/** A set of locks held together. */
export interface TargetLease {
  /** False if another process has taken one over, or may have. */
  held(): Promise<boolean>;
  /** The fencing tokens of locks that several machines share. Absent: the locks are those of this machine. */
  readonly tokens?: readonly string[];
  /** Releases all of them; never rejects. */
  release(): Promise<void>;
}

/**
 * Locks by key, shared by all processes that use the same directory. Rejects if the directory cannot be read or
 * written.
 */
export interface TargetLocks {
  /** The first of these keys that a living process holds. */
  holder(keys: readonly string[]): Promise<LockConflict | undefined>;
  /** Takes all locks without waiting, in a global order, or none and returns the conflict. */
  take(keys: readonly string[], note: LockNote): Promise<TargetLease | LockConflict>;
}

/** Hashes a key, which may have any length and characters, to a file name. */
const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 40);

const longestWord = 80;

/** Serializes a note. A symbolic link's target is limited to a few hundred characters on some systems. */
const textOf = ({ who, host, run, runbook, at }: LockNote): string =>
  JSON.stringify([...[who, host, run, runbook].map((word) => word.slice(0, longestWord)), at]);

const noteOf = (text: string): LockNote | undefined => {
  try {
    const [who, host, run, runbook, at]: unknown[] = JSON.parse(text);
    const words = [who, host, run, runbook].map(String);
    const [a = '', b = '', c = '', d = ''] = words;
    return typeof at === 'number' ? { who: a, host: b, run: c, runbook: d, at } : undefined;
  } catch {
    return undefined;
  }
};

const heldBy = (key: string, path: string, holder: Pick<LockHeldError, 'note' | 'remedy'>): LockConflict => {
  const note = noteOf(holder.note);
  return {
    key,
    path,
    ...defined({ note }),
    ...(holder.remedy === '' ? {} : { remedy: holder.remedy }),
  };
};

/** The locks in a directory, which is created (0700) when the first is taken. */
export const targetLocks = (dir: string): TargetLocks => {
  const ordered = (keys: readonly string[]): readonly { readonly key: string; readonly path: string }[] => {
    const byName = new Map(keys.map((key) => [nameOf(key), key]));
    return [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, key]) => ({ key, path: join(dir, name) }));
  };
  /** Releases in progress: this process waits for them before it checks or takes locks. */
  let releasing: Promise<unknown> = Promise.resolve();
  const releaseAll = async (locks: readonly Lock[]): Promise<void> => {
    const released = Promise.all(locks.map((lock) => lock.release()));
    releasing = whenAll([releasing, released]);
    await released;
  };
  return {
    holder: async (keys) => {
      await releasing;
      for (const { key, path } of ordered(keys)) {
        const holder = await readLockHolder(path);
        if (holder !== undefined) return heldBy(key, path, holder);
      }
      return undefined;
    },
    take: async (keys, note) => {
      await releasing;
      await privateDir(dir);
      const taken: Lock[] = [];
      for (const { key, path } of ordered(keys)) {
        try {
          taken.push(await acquireLock(path, 0, undefined, textOf(note)));
        } catch (error) {
          await releaseAll(taken);
          if (error instanceof LockHeldError) return heldBy(key, path, error);
          throw error;
        }
      }
      return {
        held: async () => (await Promise.all(taken.map((lock) => lock.held()))).every(Boolean),
        release: () => releaseAll(taken),
      };
    },
  };
};
