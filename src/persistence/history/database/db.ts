import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/base/fault.ts';
import { openToAppend, privateDir } from '../../../platform/files/private-dir.ts';
import { errnoOf } from '../../../platform/runtime/errno.ts';
import { HistoryError, toHistoryError } from './history-error.ts';
import { createTables } from './schema.ts';
import {
  deleteOldestSnapshots,
  expireSnapshots,
  type HistorySnapshot,
  insertSnapshot,
  type NeighborTimes,
  neighborTimes,
  readSnapshot,
  type SnapshotRecord,
} from './snapshots.ts';
import type { ValueRecord } from './values.ts';
import {
  deleteOldestValues,
  expireValues,
  insertJournal,
  insertValues,
  type JournalRecord,
  readJournal,
  readMeans,
  readValues,
} from './values.ts';

/**
 * History of readings, shared by all cockpits of a state directory. Every call is short and throws
 * HistoryError.
 */
export interface HistoryDb {
  /** Returns the values of an environment in [from, to), oldest first, by series. */
  read(
    system: string,
    env: string,
    from: Millis,
    to: Millis,
  ): ReadonlyMap<string, readonly { readonly at: Millis; readonly value: number }[]>;
  /** Returns the 10 min means of a signal of an environment in [from, to), oldest first, by series. Kept for 8 d. */
  means(
    of: { readonly system: string; readonly env: string; readonly signal: string },
    from: Millis,
    to: Millis,
  ): ReadonlyMap<string, readonly { readonly at: Millis; readonly value: number }[]>;
  /**
   * Stores values, one per series and 15 s slot, adds them to the means, and deletes expired ones. `now`: wall-clock
   * ms.
   */
  write(values: readonly ValueRecord[], now: Millis): void;
  /**
   * Stores a snapshot. Returns the id of its keyframe; undefined, with nothing stored, if the keyframe was
   * deleted.
   */
  keep(record: SnapshotRecord, now: Millis): number | undefined;
  /** Returns the newest snapshot of an environment in (after, until]. */
  snapshot(system: string, env: string, after: Millis, until: Millis): HistorySnapshot | undefined;
  /**
   * Returns the times of the neighboring snapshots: the last one at or before `at`, and the first one after
   * it.
   */
  near(system: string, env: string, time: Millis): NeighborTimes;
  /** Stores journal entries, each once. */
  note(entries: readonly JournalRecord[], now: Millis): void;
  /** Returns the journal entries of an environment in [from, to), oldest first. */
  entries(
    system: string,
    env: string,
    from: Millis,
    to: Millis,
  ): readonly { readonly at: Millis; readonly entry: string }[];
  close(): void;
}

interface HistoryLimits {
  /**
   * Maximum size of the file; default 192 MiB. When it is full, the oldest snapshots are deleted first, then
   * the oldest values.
   */
  readonly maxBytes?: number;
  /** Maximum size of all snapshots; default 128 MiB, which leaves room for 24 h of values. */
  readonly snapshotBytes?: number;
  /**
   * Maximum time in ms to wait for another process that writes; default 100. The screen is blocked meanwhile.
   */
  readonly busyMs?: number;
}

const fileName = 'history.db';
const brokenName = 'history.db.broken';
const pageBytes = 4096;
const mebibyte = 1024 * 1024;
const suffixes = ['', '-wal', '-shm'] as const;

/**
 * Loads SQLite on demand, so that opsdeck also works without history and on a Node.js build without SQLite.
 */
const sqlite = async (path: string): Promise<typeof import('node:sqlite')> => {
  try {
    return await import('node:sqlite');
  } catch {
    throw new HistoryError('cannot', `${path}: this Node.js build has no SQLite`);
  }
};

/** Runs `work` in a transaction; rolls back if it throws. */
const transaction = <T>(db: DatabaseSync, work: () => T): T => {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};

/** Maximum attempts to free space before a write fails. */
const maxAttempts = 4;

/** Writes in a transaction; deletes the oldest data when the file is full. */
const writing = <T>(db: DatabaseSync, path: string, work: () => T): T => {
  for (let left = maxAttempts; ; left--)
    try {
      return transaction(db, work);
    } catch (error) {
      const known = toHistoryError(path, error);
      if (known.kind !== 'full' || left === 0) throw known;
      transaction(db, () => {
        if (!deleteOldestSnapshots(db)) deleteOldestValues(db);
      });
    }
};

const prepare = (db: DatabaseSync, path: string, maxBytes: number): void => {
  // WAL lets readers and a writer in other processes work at the same time. Without fsync, a power failure
  // may corrupt the file, which is then quarantined; a killed process corrupts nothing.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 250');
  db.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`);
  transaction(db, () => createTables(db, path));
};

/**
 * Opens `history.db` in a state directory; creates both if absent (modes 0700 and 0600). Rejects with
 * HistoryError; kind 'broken' when the file is not a database.
 */
export const openHistoryDb = async (stateDir: string, limits: HistoryLimits = {}): Promise<HistoryDb> => {
  const { maxBytes = 192 * mebibyte, snapshotBytes = 128 * mebibyte, busyMs = 100 } = limits;
  const path = join(stateDir, fileName);
  const { DatabaseSync } = await sqlite(path);
  try {
    await privateDir(stateDir);
    // An empty file is a valid empty database; creating it here ensures mode 0600.
    await (await openToAppend(path)).close();
  } catch (error) {
    throw toHistoryError(path, error);
  }
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toHistoryError(path, error);
    }
  };
  const db = guarded(() => new DatabaseSync(path, { timeout: busyMs }));
  try {
    guarded(() => prepare(db, path, maxBytes));
  } catch (error) {
    db.close();
    throw error;
  }
  return {
    read: (system, env, from, to) => guarded(() => readValues(db, system, env, from, to)),
    means: (of, from, to) => guarded(() => readMeans(db, of, from, to)),
    write: (values, now) =>
      writing(db, path, () => {
        insertValues(db, values);
        expireValues(db, now);
      }),
    keep: (record, now) =>
      writing(db, path, () => {
        const keyframe = insertSnapshot(db, record);
        expireSnapshots(db, now, snapshotBytes);
        return keyframe;
      }),
    snapshot: (system, env, after, until) => guarded(() => readSnapshot(db, system, env, after, until)),
    near: (system, env, time) => guarded(() => neighborTimes(db, system, env, time)),
    note: (entries, now) => writing(db, path, () => insertJournal(db, entries, now)),
    entries: (system, env, from, to) => guarded(() => readJournal(db, system, env, from, to)),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
};

/** Renames a corrupt `history.db`, replacing an earlier quarantined one; returns its new path. */
export const quarantineHistoryDb = async (stateDir: string): Promise<string> => {
  const aside = join(stateDir, brokenName);
  try {
    for (const suffix of suffixes) {
      await rm(`${aside}${suffix}`, { force: true });
      await rename(join(stateDir, `${fileName}${suffix}`), `${aside}${suffix}`).catch((error: unknown) => {
        // The file does not exist, or another process has already renamed it.
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
    }
    return aside;
  } catch (error) {
    throw toHistoryError(join(stateDir, fileName), error);
  }
};
