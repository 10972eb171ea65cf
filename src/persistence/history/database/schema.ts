import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../../../domain/fault.ts';
import { HistoryError } from './history-error.ts';

const slotMs: Millis = 15_000;

/** A day. */
export const retainedSlots = (24 * 3_600_000) / slotMs;
/** What one call deletes at most, ten minutes' worth: more would stop the screen. */
export const maxDeletedSlots = 40;
/** Names are kept this much longer than what they name, and a clock may be wrong by so much. */
export const graceSlots = 240;

/** The 15 s that a moment of the machine's clock lies in. */
export const slotOf = (at: Millis): number => Math.floor(at / slotMs);

/** 1: values. 2: moments and the journal as well. */
const format = 2;

/**
 * `points` lie in the order of time: a write touches the last pages only, however many series there are, and what is too
 * old goes from the front. An id is never used again, so a name that was let go cannot lend its values to another, and
 * a moment cannot find another keyframe in the place of its own.
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

/** Makes the tables that are not there; a database of format 1 keeps its values. Throws for any other one. */
export const createTables = (db: DatabaseSync, path: string): void => {
  const version = db.prepare('PRAGMA user_version').get()?.user_version;
  if (typeof version !== 'number' || version < 0 || version > format)
    throw new HistoryError(
      'cannot',
      `it was written by another opsdeck (format ${String(version)}), ${path}`,
    );
  db.exec(tables);
};

/** The number of an environment, made where it has none. */
export const environmentId = (db: DatabaseSync, system: string, env: string): number => {
  const id = db
    .prepare(`
      INSERT INTO places (system, env) VALUES (?, ?)
      ON CONFLICT (system, env) DO UPDATE SET env = excluded.env RETURNING id`)
    .get(system, env)?.id;
  return typeof id === 'number' ? id : 0;
};

/** The number of an environment; undefined when nothing of it was ever kept. */
export const findEnvironmentId = (db: DatabaseSync, system: string, env: string): number | undefined => {
  const id = db.prepare('SELECT id FROM places WHERE system = ? AND env = ?').get(system, env)?.id;
  return typeof id === 'number' ? id : undefined;
};
