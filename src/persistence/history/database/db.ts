import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/fault.ts';
import { openToAppend, privateDir } from '../../../platform/files/private-dir.ts';
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
  readValues,
} from './values.ts';

/** What was read over time, shared by all cockpits of a state dir. Every call is short, and throws HistoryError. */
export interface HistoryDb {
  /** The values of an environment in [from, to), oldest first, by series. */
  read(
    system: string,
    env: string,
    from: Millis,
    to: Millis,
  ): ReadonlyMap<string, readonly { readonly at: Millis; readonly value: number }[]>;
  /** Keeps values, one per series and 15 s, and lets go of what is too old. `now` is the machine's clock. */
  write(values: readonly ValueRecord[], now: Millis): void;
  /** Keeps a moment; gives the number of the whole that it rests on, undefined when that is gone and nothing was kept. */
  keep(moment: SnapshotRecord, now: Millis): number | undefined;
  /** The newest moment of an environment in (after, until]. */
  moment(system: string, env: string, after: Millis, until: Millis): HistorySnapshot | undefined;
  /** The moments of an environment that lie next to this one: the last at or before it, the first after it. */
  near(system: string, env: string, at: Millis): NeighborTimes;
  /** Keeps entries of journals, each once. */
  note(entries: readonly JournalRecord[], now: Millis): void;
  /** The entries of an environment's journal in [from, to), oldest first. */
  entries(
    system: string,
    env: string,
    from: Millis,
    to: Millis,
  ): readonly { readonly at: Millis; readonly entry: string }[];
  close(): void;
}

interface HistoryLimits {
  /** Of the whole file; default 192 MiB. Then the oldest moments go first, and where there are none the oldest values. */
  readonly maxBytes?: number;
  /** Of all moments; default 128 MiB, which leaves room for a day of values. */
  readonly momentBytes?: number;
  /** How long a call waits while another process writes: the screen stands still that long. Default 100 ms. */
  readonly busyMs?: number;
}

const fileName = 'history.db';
const brokenName = 'history.db.broken';
const pageBytes = 4096;
const mebibyte = 1024 * 1024;
const besides = ['', '-wal', '-shm'] as const;

/** Loaded when it is needed: an opsdeck that keeps no history pays nothing, and one on a Node without it goes on. */
const sqlite = async (path: string): Promise<typeof import('node:sqlite')> => {
  try {
    return await import('node:sqlite');
  } catch {
    throw new HistoryError('cannot', `${path}: this Node has no SQLite`);
  }
};

/** Runs `work` between BEGIN and COMMIT; what it has done is taken back when it throws. */
const whole = <T>(db: DatabaseSync, work: () => T): T => {
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

/** Steps of making room before a write is given up. */
const tries = 4;

/** Writes; where there is no room, the oldest goes first. */
const writing = <T>(db: DatabaseSync, path: string, work: () => T): T => {
  for (let left = tries; ; left--)
    try {
      return whole(db, work);
    } catch (error) {
      const known = toHistoryError(path, error);
      if (known.kind !== 'full' || left === 0) throw known;
      whole(db, () => {
        if (!deleteOldestSnapshots(db)) deleteOldestValues(db);
      });
    }
};

const prepare = (db: DatabaseSync, path: string, maxBytes: number): void => {
  // Readers and a writer of other processes do not hinder each other. Nothing waits for the disk: a power cut may break
  // the file, which then is put aside, and a program that is killed breaks nothing.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 250');
  db.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`);
  whole(db, () => createTables(db, path));
};

/**
 * Opens `history.db` in a state dir, making both (0700, 0600) if they are not there. Rejects with HistoryError; 'broken'
 * when the file is no database.
 */
export const openHistoryDb = async (stateDir: string, limits: HistoryLimits = {}): Promise<HistoryDb> => {
  const { maxBytes = 192 * mebibyte, momentBytes = 128 * mebibyte, busyMs = 100 } = limits;
  const path = join(stateDir, fileName);
  const { DatabaseSync } = await sqlite(path);
  try {
    await privateDir(stateDir);
    // An empty file is an empty database; made here it is nobody else's to read.
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
    write: (values, now) =>
      writing(db, path, () => {
        insertValues(db, values);
        expireValues(db, now);
      }),
    keep: (moment, now) =>
      writing(db, path, () => {
        const keyframe = insertSnapshot(db, moment);
        expireSnapshots(db, now, momentBytes);
        return keyframe;
      }),
    moment: (system, env, after, until) => guarded(() => readSnapshot(db, system, env, after, until)),
    near: (system, env, at) => guarded(() => neighborTimes(db, system, env, at)),
    note: (entries, now) => writing(db, path, () => insertJournal(db, entries, now)),
    entries: (system, env, from, to) => guarded(() => readJournal(db, system, env, from, to)),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
};

/** Puts a broken `history.db` aside, over an earlier one; gives the path that it has now. */
export const quarantineHistoryDb = async (stateDir: string): Promise<string> => {
  const aside = join(stateDir, brokenName);
  try {
    for (const end of besides) {
      await rm(`${aside}${end}`, { force: true });
      await rename(join(stateDir, `${fileName}${end}`), `${aside}${end}`).catch((error: unknown) => {
        // Another process was quicker, or there was none.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      });
    }
    return aside;
  } catch (error) {
    throw toHistoryError(join(stateDir, fileName), error);
  }
};
