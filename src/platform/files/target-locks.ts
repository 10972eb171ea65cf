import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Millis } from '../../domain/fault.ts';
import { acquireLock, type Lock, LockHeldError, readLockHolder } from './lock-file.ts';
import { privateDir } from './private-dir.ts';

/** Who acts on something, as its lock says it. */
interface LockNote {
  readonly who: string;
  readonly host: string;
  readonly run: string;
  readonly runbook: string;
  /** Wall-clock ms. */
  readonly at: Millis;
}

/**
 * One of the things asked for is held by another run. `note`: absent when its lock does not say whose. `remedy`: for a holder of which
 * whether it has ended cannot be seen from here.
 */
export interface LockConflict {
  readonly key: string;
  /** Where its lock is. */
  readonly path: string;
  readonly note?: LockNote;
  readonly remedy?: string;
}

/** Locks that are held together. */
export interface TargetLease {
  /** False when one of them was taken away. */
  held(): Promise<boolean>;
  /** Gives all of them back; never rejects. */
  release(): Promise<void>;
}

/** Locks by key, shared by all processes that use the same directory. Rejects when it cannot be read or written. */
export interface TargetLocks {
  /** The first of these that a living process holds. */
  holder(keys: readonly string[]): Promise<LockConflict | undefined>;
  /** Takes all of them, in one order that is everybody's, without waiting; or none, and says who has one. */
  take(keys: readonly string[], note: LockNote): Promise<TargetLease | LockConflict>;
}

/** Keys are texts of any length and any letters. */
const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 40);

const longestWord = 80;

/** A lock's text must stay short: a link's target may have no more than some hundred letters everywhere. */
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
    ...(note === undefined ? {} : { note }),
    ...(holder.remedy === '' ? {} : { remedy: holder.remedy }),
  };
};

/** The locks in a directory, which is made (0700) when the first is taken. */
export const targetLocks = (dir: string): TargetLocks => {
  const ordered = (keys: readonly string[]): readonly { readonly key: string; readonly path: string }[] => {
    const byName = new Map(keys.map((key) => [nameOf(key), key]));
    return [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, key]) => ({ key, path: join(dir, name) }));
  };
  /** What this process is giving back is free for it. */
  let leaving: Promise<unknown> = Promise.resolve();
  const giveBack = async (locks: readonly Lock[]): Promise<void> => {
    const given = Promise.all(locks.map((lock) => lock.release()));
    leaving = Promise.all([leaving, given]);
    await given;
  };
  return {
    holder: async (keys) => {
      await leaving;
      for (const { key, path } of ordered(keys)) {
        const holder = await readLockHolder(path);
        if (holder !== undefined) return heldBy(key, path, holder);
      }
      return undefined;
    },
    take: async (keys, note) => {
      await leaving;
      await privateDir(dir);
      const taken: Lock[] = [];
      for (const { key, path } of ordered(keys)) {
        try {
          taken.push(await acquireLock(path, 0, undefined, textOf(note)));
        } catch (error) {
          await giveBack(taken);
          if (error instanceof LockHeldError) return heldBy(key, path, error);
          throw error;
        }
      }
      return {
        held: async () => (await Promise.all(taken.map((lock) => lock.held()))).every(Boolean),
        release: () => giveBack(taken),
      };
    },
  };
};
