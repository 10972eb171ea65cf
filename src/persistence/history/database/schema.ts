import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/base/fault.ts';
import { HistoryError } from './history-error.ts';

const slotMs: Millis = 15_000;

/** Retention of values and snapshots: 24 h. */
export const retainedSlots = (24 * 3_600_000) / slotMs;
/** Maximum slots deleted by one call (10 min of data), which bounds the time that the screen is blocked. */
export const maxDeletedSlots = 40;
/** Extra retention of names after their data, and tolerated clock error: 1 h. */
export const graceSlots = 240;

/** Returns the 15 s slot of a wall-clock time. */
export const slotOf = (time: Millis): number => Math.floor(time / slotMs);

/** Slots of a mean: 10 min. */
export const slotsPerMean = 40;
/** Retention of means: 8 d, so that a chart can compare a whole day with that of a week ago. */
export const retainedMeans = (8 * 24 * 3_600_000) / (slotsPerMean * slotMs);
export const meanMs: Millis = slotsPerMean * slotMs;

/** Version 1: values. Version 2: also snapshots and the journal. Version 3: also means of values. */
const format = 3;

/**
 * `points` is ordered by time: a write touches only the last pages, however many series exist, and expired
 * values are deleted from the front. AUTOINCREMENT never reuses an id. A deleted series therefore cannot pass
 * its values to another one, and a snapshot cannot refer to another keyframe. `moments` has the snapshots; its name is part of
 * the format.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    system TEXT NOT NULL,
    env TEXT NOT NULL,
    key TEXT NOT NULL,
    last INTEGER NOT NULL,
    UNIQUE (system, env, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS points (
    slot INTEGER NOT NULL,
    series INTEGER NOT NULL,
    at INTEGER NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (slot, series)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS means (
    bucket INTEGER NOT NULL,
    series INTEGER NOT NULL,
    sum REAL NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (bucket, series)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS places (
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    env TEXT NOT NULL,
    UNIQUE (system, env)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS keyframes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slot INTEGER NOT NULL,
    whole BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS keyframes_by_slot ON keyframes (slot);
  CREATE TABLE IF NOT EXISTS moments (
    slot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    ahead INTEGER NOT NULL,
    keyframe INTEGER NOT NULL,
    delta BLOB,
    UNIQUE (slot, place)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS moments_by_place ON moments (place, at);
  CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    entry TEXT NOT NULL,
    UNIQUE (place, at, entry)
  ) STRICT;
  PRAGMA user_version = ${format};
`;

/** Fills the means of an older database from the values that it has. */
const backfillMeans = `
  INSERT INTO means (bucket, series, sum, count)
  SELECT slot / ${slotsPerMean}, series, sum(value), count(*) FROM points GROUP BY 1, 2
`;

/**
 * Creates missing tables; a database of an older format keeps its content, and gets the means of its values. Throws for
 * any other format.
 */
export const createTables = (db: DatabaseSync, path: string): void => {
  const version = db.prepare('PRAGMA user_version').get()?.user_version;
  if (typeof version !== 'number' || version < 0 || version > format)
    throw new HistoryError(
      'cannot',
      `the history was written by an incompatible version of opsdeck (format ${String(version)}), ${path}`,
    );
  db.exec(tables);
  if (version > 0 && version < 3) db.exec(backfillMeans);
};

/** Returns the id of an environment; creates it if absent. */
export const environmentId = (db: DatabaseSync, system: string, env: string): number => {
  const id = db
    .prepare(`
      INSERT INTO places (system, env) VALUES (?, ?)
      ON CONFLICT (system, env) DO UPDATE SET env = excluded.env RETURNING id`)
    .get(system, env)?.id;
  return typeof id === 'number' ? id : 0;
};

/** Returns the id of an environment; undefined when it has no history. */
export const findEnvironmentId = (db: DatabaseSync, system: string, env: string): number | undefined => {
  const id = db.prepare('SELECT id FROM places WHERE system = ? AND env = ?').get(system, env)?.id;
  return typeof id === 'number' ? id : undefined;
};
